"""The group in a few sentences: who stands out beyond chance, and where lost vehicles went."""

from collections.abc import Sequence

from csanalysis.catalogue import METRICS, Language, Missing, group_label, text
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.display.verbatim import verbatim
from csanalysis.metrics.network.funnel import FEWEST_STORES
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import Q_VALUE


def stores_apart(results: Results, metric: str, year: str | int) -> list[str]:
    """The stores that a measure tells apart, all stores and measures of the report taken together."""
    rows = results.select("network_q_value", None, "dealership", period=str(year), metric=metric)
    return [str(name) for name in rows["dealership"][rows["value"].astype(float) <= Q_VALUE]]


def measures_proven(results: Results, year: str | int) -> list[str]:
    """The measures that the stores together prove, all measures of the report taken together."""
    rows = results.select("network_measure_q_value", None, "tried", period=str(year))
    return [str(name) for name in rows["tried"][rows["value"].astype(float) <= Q_VALUE]]


NAMED = 8
"""More names than this in a sentence are a list that nobody reads."""


def _named(tell: SentenceWriter, names: Sequence[str]) -> str:
    """The names, or the first of them and how many there are besides."""
    shown = list(names[:NAMED])
    if more := len(names) - len(shown):
        shown.append(text("network.others", tell.language, count=more))
    return tell.listed(shown)


def about_stores(
    results: Results, metrics: Sequence[str], *, year: str | int, language: Language
) -> Prose | Missing:
    """For each measure the stores that lie beyond chance, on the good side and on the bad."""
    tell = SentenceWriter(results, language)
    lines = []
    for metric in metrics:
        rows = results.select("network_standing", None, "dealership", period=str(year), metric=metric)
        known = rows.dropna(subset="value").set_index("dealership")["value"]
        if known.empty:
            continue
        sign = -1 if METRICS[metric].better == "lower" else 1
        apart = known[known.index.isin(stores_apart(results, metric, year))] * sign
        apart = apart.sort_values(key=lambda away: -away.abs(), kind="stable")
        good, bad = list(apart.index[apart > 0]), list(apart.index[apart < 0])
        label = METRICS[metric].label(language)
        group = tell.number(metric, str(year))
        lines.append(
            tell.say(
                "network.both", metric=label, group=group, good=_named(tell, good), bad=_named(tell, bad)
            )
            if good and bad
            else tell.say("network.good", metric=label, group=group, good=_named(tell, good))
            if good
            else tell.say("network.bad", metric=label, group=group, bad=_named(tell, bad))
            if bad
            else tell.say("network.alike", metric=label, group=group)
        )
    if not lines:
        return Prose(tell.say("network.too_few", fewest=FEWEST_STORES))
    return tell.prose(lines, needs=["network_standing"])


def about_moved(results: Results, *, as_of: str, language: Language) -> Prose | Missing:
    """How many lost vehicles a sister store has seen, and the busiest way between two stores."""
    tell = SentenceWriter(results, language)
    rate = results.select("network_seen_elsewhere_rate", None, period=as_of)
    if rate.empty:
        return tell.prose("", needs=["network_seen_elsewhere_rate"])
    lost, seen = rate["denominator"].iloc[0], rate["numerator"].iloc[0]
    ways = results.select("network_moved_vehicles", None, "lost_by", "seen_at", period=as_of)
    count = "network_moved_vehicles"
    busiest = next(iter(ways.nlargest(1, "value").itertuples()), None)
    return tell.prose(
        tell.paragraph(
            tell.say(
                "network.moved",
                lost=tell.formatted(count, lost),
                seen=tell.formatted(count, seen),
                share=tell.number("network_seen_elsewhere_rate", as_of),
            ),
            ""
            if busiest is None
            else tell.say(
                "network.busiest",
                lost_by=busiest.lost_by,
                seen_at=busiest.seen_at,
                vehicles=tell.number(
                    count, as_of, lost_by=str(busiest.lost_by), seen_at=str(busiest.seen_at)
                ),
            ),
        ),
        needs=["network_seen_elsewhere_rate"],
    )


def about_targets(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """How the stores' targets come to add up to the group's: what was drawn, and what shared out for it."""
    tell, year = SentenceWriter(results, language), str(plan_year)
    lines = []
    for target in results.select("network_target_rate", None, "target", period=year)["target"]:
        group = {"target": str(target)}
        rows = results.select("network_target_rate", None, period=year, **group)
        cases = rows["numerator"].iloc[0]
        lines.append(
            tell.say(
                "network.adds_up",
                target=group_label("target", str(target), language),
                rate=tell.number("network_target_rate", year, **group),
                cases=tell.formatted("network_target_count", cases),
                gap=tell.number("network_target_gap", year, **group),
            )
        )
    return tell.prose(lines, needs=["network_target_rate"])


def practice_label(practice: str, language: Language) -> str:
    """``contact_coverage_rate/post_sale`` as a reader knows it."""
    metric, *values = practice.split("/")
    label = METRICS[metric].label(language)
    if not values:
        return label
    names = [
        group_label(group, value, language)
        for value in values
        for group in ("purpose", "grade", "list")
        if group_label(group, value, language) != value or group == "grade"
    ]
    return text("network.practice", language, metric=label, split=names[0])


def about_measures(results: Results, *, year: str | int, language: Language) -> Prose | Missing:
    """Which measures the stores together prove, the largest change first."""
    tell = SentenceWriter(results, language)
    rows = results.select("network_measure_effect", None, "tried", period=str(year))
    if rows.empty:
        return Prose(text("network.few_tests", language))
    proven = measures_proven(results, year)
    names = rows.sort_values("value", ascending=False, kind="stable")["tried"]
    told = [practice_label(name, language) for name in names if name in proven]
    return Prose(
        tell.say("network.measures_proven", measures=tell.enumerated(told))
        if told
        else tell.say("network.none_proven")
    )


def about_region(results: Results, *, region: str, year: str | int, language: Language) -> Prose | Missing:
    """How many stores a region has, and which of them a measure tells apart from the group."""
    tell, year = SentenceWriter(results, language), str(year)
    rows = results.rows("network_peers")
    names = {row.group["dealership"] for row in rows if row.group["region"] == region}
    if not region or not names:
        return Prose(text("network.no_region", language))
    measures = list(
        dict.fromkeys(results.select("network_q_value", None, "dealership", "metric", period=year)["metric"])
    )
    lines = []
    for metric in measures:
        if apart := [name for name in stores_apart(results, metric, year) if name in names]:
            label = METRICS[metric].label(language)
            lines.append(tell.say("network.region_apart", metric=label, stores=_named(tell, apart)))
    count = tell.formatted("network_peers", len(names))
    opening = tell.say("network.region_size", region=region, stores=count)
    return tell.prose([opening, *lines], needs=["network_peers"])


def region_title(region: str, language: Language) -> str:
    """The head of a region's chapter."""
    return text("network.region_title", language, region=verbatim(region))
