"""What is said of classes, assessed churn, the load of the front desk and chances of return."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, format_value
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.customers.return_hazard import MIN_RETURNS
from csanalysis.metrics.results import Results

CLASSES, MOVES = "visit_class_vehicles", "visit_class_migration"
ASSESSED = "assessed_churn_rate"
CHANCE, TOP, RANKS = "return_chance", "return_model_top_tenth", "return_model_auc"
METHODS = ("model", "table", "all")
RECEPTIONS, ABOVE, BEST = (
    "daily_receptions",
    "daily_receptions_days_above_limit",
    "daily_receptions_best_share",
)


def about_classes(results: Results, *, language: Language) -> Prose | Missing:
    """How many vehicles come how often, and how many regular ones stayed away for the whole last year."""
    tell = SentenceWriter(results, language)
    counts = results.select(CLASSES, "date", "visit_class").dropna(subset="value")
    if counts.empty:
        return tell.prose(needs=[CLASSES])
    day = str(counts["period"].max())
    by_class = counts[counts["period"] == day].set_index("visit_class")["value"]
    total = by_class.sum()
    values = {}
    for name in "ABCD":
        count = by_class.get(name)
        values[name] = tell.formatted(CLASSES, count)
        values[f"{name}_share"] = _share(count, total, language)
    sentences = [tell.say("customer_base.classes", date=tell.period(day), **values)]
    moves = results.select(MOVES, "date", "from", "to").dropna(subset="value")
    regular = moves[(moves["period"] == moves["period"].max()) & moves["from"].isin(["A", "B"])]
    if regular["value"].sum():
        gone = regular.loc[regular["to"] == "D", "value"].sum()
        sentences.append(
            tell.say(
                "customer_base.gone",
                regular=tell.formatted(CLASSES, regular["value"].sum()),
                gone=tell.formatted(CLASSES, gone),
                share=_share(gone, regular["value"].sum(), language),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[CLASSES])


def about_assessed_churn(results: Results, *, language: Language) -> Prose | Missing:
    """The store's share in the last month, and whether its teams differ by more than chance."""
    tell = SentenceWriter(results, language)
    month = results.latest(ASSESSED, "month")
    if month is None:
        return tell.prose(needs=[ASSESSED])
    sentences = [
        tell.say(
            "customer_base.assessed",
            month=tell.period(month),
            rate=tell.number(ASSESSED, month),
            interval=tell.interval(ASSESSED, month),
        )
    ]
    teams = results.select(ASSESSED, "month", "team", period=month).dropna(subset="value")
    if len(teams) > 1:
        sentences.append(tell.highest_and_lowest("customer_base.teams", ASSESSED, teams, "team"))
    return tell.prose(tell.paragraph(*sentences), needs=[ASSESSED])


def about_receptions(results: Results, *, language: Language) -> Prose | Missing:
    """How busy advisors were in the last year: from least to most, and how often too busy."""
    tell = SentenceWriter(results, language)
    loads = results.select(RECEPTIONS, "year", "advisor").dropna(subset="value")
    if loads.empty:
        return tell.prose(needs=[RECEPTIONS])
    year = str(loads["period"].max())
    loads = loads[loads["period"] == year].sort_values("value")
    least, most = loads.iloc[0], loads.iloc[-1]
    key = "receptions" if len(loads) > 1 else "receptions_of_one"
    sentences = [
        tell.say(
            f"customer_base.{key}",
            year=tell.period(year),
            advisors=len(loads),
            most=tell.formatted(RECEPTIONS, most["value"]),
            busiest=most["advisor"],
            least=tell.formatted(RECEPTIONS, least["value"]),
            quietest=least["advisor"],
        ),
        tell.say("customer_base.too_busy", days=tell.number(ABOVE, year), share=tell.number(BEST, year)),
    ]
    return tell.prose(tell.paragraph(*sentences), needs=[RECEPTIONS])


def about_return_model(results: Results, *, language: Language) -> Prose | Missing:
    """How much better each vehicle's own chance tells who comes; or that it could not be tried."""
    tell = SentenceWriter(results, language)
    year = results.latest(TOP, "year", predicted="return", method="model")
    if year is None:
        if results.select(CHANCE, "date", "visit_class", "months_since").empty:
            return tell.prose(needs=[CHANCE])
        return tell.prose(tell.say("customer_base.chance_of_table", least=MIN_RETURNS), needs=[CHANCE])
    shares = {method: tell.number(TOP, year, predicted="return", method=method) for method in METHODS}
    sentences = [tell.say("customer_base.chance_of_model", year=tell.period(year), **shares)]
    if results.value(RANKS, year, predicted="service_due", method="model") is not None:
        ranks = {
            method: tell.number(RANKS, year, predicted="service_due", method=method) for method in METHODS[:2]
        }
        sentences.append(tell.say("customer_base.chance_of_due", **ranks))
    return tell.prose(tell.paragraph(*sentences), needs=[TOP])


def _share(part: float | None, whole: float, language: Language) -> str | None:
    return (
        None
        if part is None or pd.isna(part) or not whole
        else format_value(part / whole, "percent", language)
    )
