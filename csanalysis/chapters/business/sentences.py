"""What is said of the service business."""

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, group_label
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results

FIX, ON_TIME, SHOW = "first_time_fix_rate", "on_time_handover_rate", "show_rate"
COMPLAINTS, BOOKED = "complaints_closed_in_time", "booking_share"
_PEOPLE = ((FIX, "technician"), (ON_TIME, "advisor"), (SHOW, "advisor"))


def about_income(results: Results, *, year: int, language: Language) -> Prose | Missing:
    """Labour and parts of the last year, what an order and a vehicle bring."""
    tell = SentenceWriter(results, language)
    ages = results.select("revenue_per_vehicle_year", None, "car_age").dropna(subset="value")
    ages = ages[ages["period"] == ages["period"].max()]
    by_age = ""
    if len(ages) > 1:
        most, least = ages.loc[ages["value"].idxmax()], ages.loc[ages["value"].idxmin()]
        by_age = tell.say(
            "business.ages",
            most=group_label("car_age", most["car_age"], language),
            high=tell.formatted("revenue_per_vehicle_year", most["value"]),
            least=group_label("car_age", least["car_age"], language),
            low=tell.formatted("revenue_per_vehicle_year", least["value"]),
        )
    labor = tell.say(
        "business.labor",
        year=tell.year_of("labor_share", year),
        share=tell.number("labor_share", year),
        per_visit=tell.number("labor_per_visit", year),
        ratio=tell.number("parts_per_labor", year),
    )
    last = results.latest("revenue_per_vehicle_year", "year")
    vehicle = tell.say(
        "business.vehicle",
        year=None if last is None else tell.period(last),
        amount=tell.number("revenue_per_vehicle_year", last),
    )
    return tell.prose(
        tell.paragraph(labor, vehicle, by_age), needs=["labor_share", "revenue_per_vehicle_year"]
    )


def about_work(results: Results, *, year: int, on_time: float, language: Language) -> Prose | Missing:
    """Whether the work holds, when cars are ready, and complaints settled."""
    tell = SentenceWriter(results, language)
    handed = tell.value(ON_TIME, year)
    fixed = tell.say(
        "business.fixed",
        year=tell.year_of(FIX, year),
        rate=tell.number(FIX, year),
        interval=tell.interval(FIX, year),
    )
    settled = tell.say(
        "business.settled",
        days=tell.number("days_to_settlement", year),
        share=tell.number("settled_in_time_rate", year),
    )
    handover = tell.say(
        f"business.handover_{'met' if handed is not None and handed >= on_time else 'missed'}",
        rate=tell.number(ON_TIME, year),
        interval=tell.interval(ON_TIME, year),
    )
    complaints = tell.say(
        "business.complaints",
        count=_cases(results, year, language),
        rate=tell.number(COMPLAINTS, year),
    )
    return tell.prose(
        tell.paragraph(fixed, settled, handover, complaints), needs=[FIX, "settled_in_time_rate"]
    )


def _cases(results: Results, year: int, language: Language) -> str | None:
    rows = results.select(COMPLAINTS, None, period=str(year)).dropna(subset="value")
    tell = SentenceWriter(results, language)
    return tell.formatted(COMPLAINTS, rows["denominator"].iloc[0], format="count") if len(rows) else None


def lacking_work(results: Results, *, language: Language) -> Missing | None:
    """Which column or table would show on-time handover or complaints; None where both are there."""
    absent = [metric for metric in (ON_TIME, COMPLAINTS) if not results.rows(metric)]
    return explain_missing(absent, results, language) if absent else None


def about_people(results: Results, *, year: int, language: Language) -> Prose | Missing:
    """Who lies apart from the others beyond chance, like for like; else that nobody does."""
    tell, sentences, needs = SentenceWriter(results, language), [], []
    for metric, by in _PEOPLE:
        name = f"{metric}_fair"
        needs.append(name)
        rows = results.select(name, None, by, period=str(year)).dropna(subset="value")
        if len(rows) > 1:
            label = {"metric": METRICS[metric].label(language)}
            sentences.append(tell.say("business.of", **label) + _apart_or_alike(tell, name, rows, by))
    sentences.append(_about_complaints(tell))
    return tell.prose([each for each in sentences if each], needs=needs)


def _about_complaints(tell: SentenceWriter) -> str:
    """The same of complaints, which are too few in a year: of the years together."""
    rows = tell.results.select(f"{COMPLAINTS}_fair", "span", "advisor").dropna(subset="value")
    if len(rows) < 2:
        return ""
    head = tell.say(
        "business.of_years",
        metric=METRICS[COMPLAINTS].label(tell.language),
        years=tell.period(rows["period"].iloc[0]),
    )
    return head + _apart_or_alike(tell, f"{COMPLAINTS}_fair", rows, "advisor")


def _apart_or_alike(tell: SentenceWriter, metric: str, rows: pd.DataFrame, by: str) -> str:
    """Who lies apart beyond chance, else between what all lie: one rate, where they were drawn together."""
    least, most = (tell.formatted(metric, of) for of in (rows["value"].min(), rows["value"].max()))
    if least == most:
        return tell.say("business.people_same", rate=least)
    return tell.highest_and_lowest("business.people", metric, rows, by)


def about_appointments(results: Results, *, year: int, asked: float, language: Language) -> Prose | Missing:
    """How many come by appointment, how many keep it, and how the days ahead matter."""
    tell = SentenceWriter(results, language)
    kept = tell.value(SHOW, year)
    booked = tell.say(
        "business.booked",
        year=tell.year_of(BOOKED, year),
        share=tell.number(BOOKED, year),
        days=tell.number("booking_lead_days", year),
    )
    shown = tell.say(
        f"business.shown_{'met' if kept is not None and kept >= asked else 'missed'}",
        rate=tell.number(SHOW, year),
        interval=tell.interval(SHOW, year),
    )
    ahead = results.select(SHOW, None, "ahead", period=str(year)).dropna(subset="value")
    by_lead = ""
    if len(ahead) > 1:
        named = ahead.assign(ahead=[group_label("ahead", each, language) for each in ahead["ahead"]])
        by_lead = tell.highest_and_lowest("business.ahead", SHOW, named, "ahead")
    return tell.prose(tell.paragraph(booked, shown, by_lead), needs=[BOOKED])


def about_policies(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """What runs, and how many of each end in the coming year."""
    tell, parts = SentenceWriter(results, language), []
    running = results.select("policies_running", None, "policy").set_index("policy")["value"]
    ending = results.select("policies_ending", "month", "policy").groupby("policy")["value"].sum()
    for kind in ("warranty", "package", "insurance"):
        if kind in running and kind in ending:
            parts.append(
                tell.say(
                    "business.policy",
                    kind=group_label("policy", kind, language),
                    share=tell.formatted("policies_running", running[kind]),
                    count=tell.formatted("policies_ending", ending[kind]),
                )
            )
    return tell.prose([each for each in parts if each], needs=["policies_running"])
