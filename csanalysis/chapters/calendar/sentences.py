"""What the calendar and past campaigns say."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, format_period, group_label, text
from csanalysis.chapters.calendar.measure import PlannedYear
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.campaigns.event_plan import GAPS
from csanalysis.metrics.results import Results

EVENTS, BUDGET, CLASHES = "calendar_events", "calendar_budget", "calendar_clashes"
ARRIVALS, REVENUE = "campaign_expected_arrivals", "campaign_expected_revenue"
DISPERSION = "campaign_dispersion"
RATE, COST, RETURN = "campaign_arrival_rate", "campaign_cost_per_arrival", "campaign_return_on_cost"


def about_calendar(year: PlannedYear, results: Results, *, language: Language) -> Prose | Missing:
    """How many events there are, what they cost, which month costs most, and who has most to do."""
    if year.events.empty:
        return Missing(text("calendar.none", language))
    tell = SentenceWriter(results, language)
    months = tell.defined_values(BUDGET, "month")
    dearest = None if months.empty or not months.max() else str(months.idxmax())
    load = results.select("calendar_workload", "month", "owner")
    busiest = load.iloc[int(load["value"].to_numpy().argmax())] if len(load) else None
    sentences = [
        tell.say("calendar.year", year=tell.period(year.year), events=tell.number(EVENTS, year.year)),
        tell.say("calendar.budget", budget=tell.number(BUDGET, year.year)),
        tell.say(
            "calendar.dearest",
            month=None if dearest is None else tell.period(dearest, short=True),
            budget=tell.number(BUDGET, dearest),
        ),
        ""
        if busiest is None
        else tell.say(
            "calendar.busiest",
            owner=busiest["owner"],
            month=tell.period(busiest["period"], short=True),
            events=tell.formatted(EVENTS, busiest["value"]),
        ),
    ]
    return tell.prose(tell.paragraph(*sentences), needs=[EVENTS])


def about_clashes(year: PlannedYear, results: Results, *, language: Language) -> Prose | Missing:
    """Which events get in each other's way, a line each."""
    if year.events.empty:
        return Missing(text("calendar.none", language))
    tell = SentenceWriter(results, language)
    lines = []
    for pair in year.clashes.to_dict("records"):
        same = "same_owner" if isinstance(pair["owner"], str) else "same_kind"
        lines.append(
            tell.say(
                f"calendar.{same}",
                first=pair["first"],
                second=pair["second"],
                day=format_period(f"{pair['start']:%Y-%m-%d}", language),
                owner=pair["owner"] if same == "same_owner" else pair["kind"],
            )
        )
    count = tell.value(CLASHES, year.year) or 0
    head = tell.say(
        "calendar.clashes" if count else "calendar.no_clash", pairs=tell.formatted(CLASHES, count)
    )
    return tell.prose(head, lines, needs=[CLASHES])


def about_gaps(year: PlannedYear, *, language: Language) -> Prose | Missing:
    """Which events still lack what, a line a gap, and what would let the audiences be counted."""
    if year.events.empty:
        return Missing(text("calendar.none", language))
    tell = SentenceWriter(Results(), language)
    found = year.gaps
    lines = [
        tell.say(
            "calendar.gap",
            gap=group_label("gap", gap, language),
            events=tell.listed(year.events.loc[found[gap], "event"]),
        )
        for gap in GAPS
        if found[gap].any()
    ]
    lacking = year.events[year.events["lacking"] != ""]
    lines += [
        text("calendar.lacking", language, event=event, columns=columns)
        for event, columns in zip(lacking["event"], lacking["lacking"], strict=True)
    ]
    return tell.prose(lines or tell.say("calendar.no_gap"), needs=[])


def about_campaigns(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """What past campaigns brought and cost, which kind did better, and what the plan's may bring."""
    tell = SentenceWriter(results, language)
    spans = tell.defined_values(RATE, "span").index
    period = str(spans[-1]) if len(spans) else None
    kinds = results.select(RATE, "span", "kind").dropna(subset="value")
    sentences = []
    if period is not None:
        sentences += [
            tell.say(
                "calendar.reference",
                period=tell.period(period),
                rate=tell.number(RATE, period),
                interval=tell.interval(RATE, period),
            ),
            tell.say("calendar.cost", cost=tell.number(COST, period), back=tell.number(RETURN, period)),
        ]
        if len(kinds) > 1:
            sentences.append(_about_kinds(tell, kinds))
    expected = [
        tell.say(
            "calendar.expected",
            year=tell.period(plan_year),
            arrivals=tell.number(ARRIVALS, plan_year),
            interval=tell.interval(ARRIVALS, plan_year),
        ),
        tell.say(
            "calendar.expected_revenue",
            revenue=tell.number(REVENUE, plan_year),
            interval=tell.interval(REVENUE, plan_year),
        ),
    ]
    return tell.prose(tell.paragraph(*sentences), tell.paragraph(*expected), needs=[RATE])


def _about_kinds(tell: SentenceWriter, kinds: pd.DataFrame) -> str:
    """Which kind drew most and least; apart only beyond what campaigns of one kind differ."""
    rows = tell.results.select(DISPERSION, "span").dropna(subset="value")
    times, freedom = rows.iloc[-1][["value", "denominator"]] if len(rows) else (float("nan"), 1.0)
    return tell.highest_and_lowest(
        "calendar.kinds", RATE, kinds, "kind", dispersion=float(times), freedom=float(freedom)
    )
