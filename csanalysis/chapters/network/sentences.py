"""The group in a few sentences: who stands out beyond chance, and where lost vehicles went."""

from collections.abc import Sequence

from csanalysis.catalogue import METRICS, Language, Missing
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.network.funnel import FEWEST_STORES
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import Q_VALUE


def stores_apart(results: Results, metric: str, year: str | int) -> list[str]:
    """The stores that a measure tells apart, all stores and measures of the report taken together."""
    rows = results.select("network_q_value", None, "dealership", period=str(year), metric=metric)
    return [str(name) for name in rows["dealership"][rows["value"].astype(float) <= Q_VALUE]]


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
        good, bad = apart.index[apart > 0], apart.index[apart < 0]
        label = METRICS[metric].label(language)
        group = tell.number(metric, str(year))
        lines.append(
            tell.say("network.both", metric=label, group=group, good=tell.listed(good), bad=tell.listed(bad))
            if len(good) and len(bad)
            else tell.say("network.good", metric=label, group=group, good=tell.listed(good))
            if len(good)
            else tell.say("network.bad", metric=label, group=group, bad=tell.listed(bad))
            if len(bad)
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
