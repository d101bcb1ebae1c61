"""What the upsell numbers say: what was sold, by whom, and how it is graded."""

from collections.abc import Sequence

import pandas as pd

from csanalysis.catalogue import Language, Missing, group_label, group_name
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.prose import POINT, Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.intervals import intervals_overlap
from csanalysis.metrics.upsell.people import confidence_each

VISITS, SUCCESS, AMOUNT = "upsell_visit_rate", "upsell_success_rate", "upsell_amount_success_rate"
STANDARDISED, LIMITS = "upsell_success_standardised", "upsell_success_limits"
DECLINES = "upsell_declines"
GAP, SAME_GAP, EXCESS = "upsell_grade_gap", "upsell_grade_gap_standardised", "upsell_grade_a_excess"
UNCONFIRMED, WARNINGS = "upsell_unconfirmed_rate", "upsell_warnings"
POINT_VALUE = "upsell_point_value"


def about_upsell(results: Results, *, year: str | int, language: Language) -> Prose | Missing:
    """How often anything was proposed and agreed to in a year, and whether that moved."""
    tell, year = SentenceWriter(results, language), str(year)
    rates = results.select(SUCCESS, "year").dropna(subset="value").sort_values("period", ignore_index=True)
    rates = rates[rates["period"] <= year]
    if rates.empty:
        return tell.prose(needs=[SUCCESS])
    last = rates.iloc[-1]
    year = last["period"]
    sentences = [
        tell.say(
            "upsell.success",
            year=tell.period(year),
            proposed=tell.formatted(DECLINES, last["denominator"]),
            accepted=tell.formatted(DECLINES, last["numerator"]),
            rate=tell.formatted(SUCCESS, last["value"]),
            interval=tell.interval(SUCCESS, year),
        ),
        tell.say("upsell.amount", rate=tell.number(AMOUNT, year)),
        tell.say("upsell.visits", rate=tell.number(VISITS, year)),
    ]
    if len(rates) > 1:
        before = rates.iloc[-2]
        change = last["value"] - before["value"]
        way = "steady" if abs(change) < POINT else "rose" if change > 0 else "fell"
        sentences.append(
            tell.say(f"upsell.{way}", before=tell.period(before["period"]), points=tell.points(change))
        )
        if way != "steady" and intervals_overlap(last, before):
            sentences.append(tell.say("upsell.chance"))
    return tell.prose(tell.paragraph(*sentences), needs=[SUCCESS])


def about_people(
    results: Results, *, year: str | int, by: Sequence[str] = ("advisor", "technician"), language: Language
) -> Prose | Missing:
    """Who differs from the store beyond chance, and where the mix of items would have misled."""
    tell = SentenceWriter(results, language)
    lines = [_about_split(tell, name, str(year)) for name in by]
    return tell.prose(lines, needs=[STANDARDISED])


def _about_split(tell: SentenceWriter, by: str, year: str) -> str:
    rates, limits, crude = (
        tell.results.select(metric, None, by, period=year).dropna(subset="value").set_index(by)
        for metric in (STANDARDISED, LIMITS, SUCCESS)
    )
    name = group_name(by, tell.language)
    if len(rates) < 2:
        return tell.say("upsell.nobody_to_compare", by=name) if len(crude) else ""
    limits, crude = limits.loc[rates.index], crude.loc[rates.index]
    value = rates["value"]
    above = value.index[value > limits["high"]]
    below = value.index[value < limits["low"]]

    def named(people: pd.Index) -> str | None:
        return (
            tell.listed(f"{p} {tell.formatted(STANDARDISED, value[p])}" for p in people)
            if len(people)
            else None
        )

    store = tell.formatted(STANDARDISED, limits["value"].iloc[0])
    sentences = [
        tell.say("upsell.people", by=name, store=store),
        tell.say("upsell.above", names=named(above)),
        tell.say("upsell.below", names=named(below)),
        "" if len(above) + len(below) else tell.say("upsell.within", by=name),
    ]
    turned = _turned(crude["value"], value)
    if not turned:
        sentences.append(tell.say("upsell.same_order"))
    for one, other in turned[:1]:
        sentences.append(
            tell.say(
                "upsell.turned",
                count=len(turned),
                one=one,
                other=other,
                crude=tell.formatted(SUCCESS, crude["value"][one]),
                crude_other=tell.formatted(SUCCESS, crude["value"][other]),
                same=tell.formatted(STANDARDISED, value[one]),
                same_other=tell.formatted(STANDARDISED, value[other]),
            )
        )
    return tell.paragraph(*sentences)


def _turned(crude: pd.Series, same_mix: pd.Series) -> list[tuple[str, str]]:
    """Pairs that stand the other way round at the same mix, the widest apart first."""
    pairs = [
        (min(crude[one] - crude[other], same_mix[other] - same_mix[one]), str(one), str(other))
        for one in crude.index
        for other in crude.index
        if crude[one] > crude[other] and same_mix[one] < same_mix[other]
    ]
    return [(one, other) for _, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))]


def about_grading(
    results: Results, *, year: str | int, confirm_above: float | None = None, language: Language
) -> Prose | Missing:
    """Whether grades mean anything, who grades higher than the colleagues, what nobody confirmed."""
    tell = SentenceWriter(results, language)
    gaps = results.select(GAP, "date", "pair").dropna(subset="value")
    lines = []
    for pair in in_catalogue_order("pair", [pair for pair in gaps["pair"] if pair != "A-C"]):
        row = gaps[gaps["pair"] == pair].iloc[-1]
        way = "clear" if row["low"] > 0 else "reversed" if row["high"] < 0 else "unclear"
        first, second = (group_label("grade", grade, language) for grade in pair.split("-"))
        lines.append(
            tell.paragraph(
                tell.say(
                    f"upsell.gap_{way}",
                    first=first,
                    second=second,
                    points=tell.points(row["value"]),
                    interval=tell.interval(GAP, row["period"], pair=pair),
                ),
                tell.say("upsell.gap_same", gap=tell.number(SAME_GAP, row["period"], pair=pair)),
            )
        )
    lines.append(_about_excess(tell, str(year)))
    counts = results.select(UNCONFIRMED, None, period=str(year)).dropna(subset="value")
    if len(counts):
        lines.append(
            tell.say(
                "upsell.unconfirmed",
                year=tell.period(year),
                above=tell.formatted(POINT_VALUE, confirm_above),
                costly=tell.formatted(DECLINES, counts["denominator"].iloc[0]),
                count=tell.formatted(DECLINES, counts["numerator"].iloc[0]),
                rate=tell.number(UNCONFIRMED, year),
            )
        )
    elif confirm_above is None:
        lines.append(tell.say("upsell.confirm_unset"))
    else:
        lines.append(tell.say("upsell.confirm_unknown"))
    return tell.prose(lines if len(gaps) else [], needs=[GAP])


def _about_excess(tell: SentenceWriter, year: str) -> str:
    rows = tell.results.select(EXCESS, None, "technician", period=year).dropna(subset="value")
    if rows.empty:
        return ""
    # Several people are looked at: as for success, chance names somebody in one year of twenty.
    wider = normal.quantile(0.5 + confidence_each(len(rows)) / 2) / normal.Z95
    far = rows["value"] - (rows["value"] - rows["low"]) * wider
    high = rows[far > 0].sort_values("value", ascending=False)
    if high.empty:
        return tell.say("upsell.no_inflation", count=len(rows))
    names = tell.listed(
        f"{name} {tell.formatted(EXCESS, value)}"
        for name, value in zip(high["technician"], high["value"], strict=True)
    )
    return tell.say("upsell.inflation", names=names)


def about_upsell_warnings(results: Results, *, language: Language) -> Prose | Missing:
    """What is odd about the export, how much of it, and how it was handled."""
    tell = SentenceWriter(results, language)
    rows = results.select(WARNINGS, "date", "warning")
    odd = rows[rows["value"] > 0]
    if rows.empty:
        return tell.prose(needs=[WARNINGS])
    if odd.empty:
        return tell.prose(tell.say("upsell.nothing_odd"), needs=[WARNINGS])
    lines = [
        tell.say(
            "upsell.odd",
            what=group_label("warning", warning, language),
            count=tell.formatted(WARNINGS, value),
        )
        for warning, value in zip(odd["warning"], odd["value"], strict=True)
    ]
    return tell.prose(lines, needs=[WARNINGS])
