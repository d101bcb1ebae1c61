"""The bands people are paid by, to be signed, with what they would have cost at last year's scores."""

from csanalysis.catalogue import Language, Missing, explain_missing, format_value, group_label, text
from csanalysis.chapters.signed.forms import EMPTY, head, sheet, total
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.incentives import PROCESS
from csanalysis.params import Incentive, Params


def pay_bands(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """One row a role and measure: its bands, what several periods in a row bring, and the cost of a year.

    Parameters
    ----------
    results : Results
        ``incentive_budget`` of the plan year.
    params : Params
        ``satisfaction.incentives``.
    language : Language
        ``zh`` or ``en``.
    """
    rules, plan = params.satisfaction.incentives, str(params.plan_year)
    if not rules:
        return Missing(f"> {text('signed.no_bands', language)}")
    numbers = ResultCells(results, language)
    planned = len(results.select("incentive_budget", "year", period=plan, scenario="plan")) > 0
    scenarios = ("last_year", "plan" if planned else "target")
    rows = []
    for rule in rules:
        cost = [
            numbers.cell(
                "incentive_budget", plan, {"role": rule.role, "measure": rule.measure, "scenario": scenario}
            )
            for scenario in scenarios
        ]
        rows.append(
            Row(
                (
                    Cell(group_label("role", rule.role, language)),
                    Cell(_measure(rule, language)),
                    Cell(_bands(rule, language)),
                    Cell(_streaks(rule, language)),
                    *cost,
                )
            )
        )
    sums = [numbers.cell("incentive_budget", plan, {"scenario": each}) for each in scenarios]
    if not any(cell.metric for cell in sums):
        return explain_missing(["incentive_budget"], results, language)
    rows.append(total((Cell(text("column.sum", language)), EMPTY, EMPTY, EMPTY, *sums)))
    columns = (
        *(head(key, language, "left") for key in ("role", "paid_by", "bands", "streaks")),
        *(head(key, language) for key in (f"cost_{each}" for each in scenarios)),
    )
    return sheet(
        "pay_bands", columns, rows, language, note=text(f"signed.pay_note_{scenarios[-1]}", language)
    )


def _measure(rule: Incentive, language: Language) -> str:
    if rule.measure == PROCESS:
        return text("signed.weekly_process", language)
    return text("signed.monthly_score", language, programme=group_label("programme", rule.measure, language))


def _bands(rule: Incentive, language: Language) -> str:
    ordered = sorted(rule.bands, key=lambda band: -band.min)
    return text("sign.list", language).join(
        text("signed.band", language, floor=_floor(band.min, rule), amount=_amount(band.amount, language))
        for band in ordered
    )


def _amount(amount: float | None, language: Language) -> str:
    """Money with a minus sign at which no line breaks."""
    return format_value(amount, "amount", language, decimals=0).replace("-", "\N{MINUS SIGN}")


def _streaks(rule: Incentive, language: Language) -> str:
    said = []
    for streak in rule.streaks:
        key = "at_least" if streak.at_least is not None else "below"
        floor = streak.at_least if streak.at_least is not None else streak.below or 0.0
        brings = streak.flag or _amount(streak.amount, language)
        said.append(
            text(
                f"signed.streak.{key}",
                language,
                count=streak.periods,
                floor=_floor(floor, rule),
                brings=brings,
            )
        )
    return text("sign.list", language).join(said)


def _floor(value: float, rule: Incentive) -> str:
    return f"{value:.0%}" if rule.measure == PROCESS else f"{value:g}"
