"""The contact plan: node, whom, who calls, what is asked, calls of the year and callers needed."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.signed.forms import EMPTY, head, heads, sheet, total, whole
from csanalysis.chapters.signed.people import callers
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.params import Params

PURPOSES = (
    "post_sale",
    "first_service",
    "post_service",
    "maintenance",
    "insurance",
    "campaign",
    "win_back",
    "lead",
)
"""In the order of a customer's life."""


def contact_plan(
    results: Results, *, params: Params, tables: Mapping[str, pd.DataFrame], language: Language
) -> ReportTable | Missing:
    """One row a purpose; a total, and below it what the callers can do and how many would be needed."""
    numbers, plan = ResultCells(results, language), str(params.plan_year)
    if ("calls_planned", plan, {}) not in numbers:
        return explain_missing(["calls_planned"], results, language)
    names = callers(params, tables)
    who = text("sign.comma", language).join(names) or text("owner.customer_service", language)
    said = {
        "sale": params.contacts.post_sale_days,
        "service": params.contacts.post_service_days,
        "lag": params.first_service.lag_months,
        "months": params.service_interval.months,
        "marginal": params.lifecycle.marginal_months,
        "churned": params.lifecycle.churned_months,
    }
    rows = []
    for purpose in PURPOSES:
        group = {"purpose": purpose}
        if ("calls_planned", plan, group) not in numbers and ("calls_needed", plan, group) not in numbers:
            continue
        rows.append(
            Row(
                (
                    Cell(group_label("purpose", purpose, language)),
                    Cell(text(f"signed.node.{purpose}", language, **said)),
                    Cell(who),
                    Cell(text(f"signed.asked.{purpose}", language)),
                    *(
                        whole(numbers.cell(metric, plan, group), language)
                        for metric in ("cases_planned", "calls_planned", "calls_needed")
                    ),
                )
            )
        )
    sums = [
        whole(numbers.cell(each, plan, {}), language)
        for each in ("cases_planned", "calls_planned", "calls_needed")
    ]
    rows.append(total((Cell(text("column.sum", language)), EMPTY, EMPTY, EMPTY, *sums)))
    columns = (
        *heads(("purpose", "node", "caller", "asked"), language, "left"),
        *(head(key, language) for key in ("cases", "calls", "calls_needed")),
    )
    note = text("signed.contacts_note", language)
    return sheet("contact_plan", columns, rows, language, note=note, year=plan)


def callers_needed(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """What each caller can do in the year, and how many callers all who come due would take."""
    numbers, plan = ResultCells(results, language), str(plan_year)
    agents = list(results.select("calls_possible", None, "agent", period=plan)["agent"])
    if not agents:
        return explain_missing(["calls_possible"], results, language)
    rows = [
        Row((Cell(agent), whole(numbers.cell("calls_possible", plan, {"agent": agent}), language)))
        for agent in agents
    ]
    rows.append(
        total((Cell(text("column.sum", language)), whole(numbers.cell("calls_possible", plan, {}), language)))
    )
    need = numbers.cell("agents_needed", plan, {"pace": "own"})
    if need.value is not None:
        rows.append(Row((Cell(text("signed.means.agents_needed", language)), need)))
    columns = (head("caller", language, "left"), head("possible", language))
    return sheet("callers_needed", columns, rows, language, year=plan)
