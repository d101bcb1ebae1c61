"""Where the store loses: people, teams and processes of all chapters that lie behind it beyond chance."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from csanalysis.metrics.periods import PeriodKind
from csanalysis.metrics.plan.shortfalls import score_shortfalls, shortfalls
from csanalysis.metrics.results import Results


class Compared(NamedTuple):
    """A share by people, teams or processes, held against the store's own or an expected one of each."""

    metric: str
    by: str
    better: str
    kind: PeriodKind = "year"
    expected: str | None = None


SCORES = "shortfall_score"

COMPARED = (
    *(
        Compared("upsell_success_rate", by, "higher", expected="upsell_success_expected")
        for by in ("advisor", "technician", "team")
    ),
    Compared("process_compliance_rate", "staff", "higher"),
    Compared("process_compliance_rate", "process", "higher"),
    Compared("record_accuracy_rate", "staff", "higher"),
    Compared("late_entry_rate", "staff", "lower"),
    Compared("assessed_churn_rate", "team", "lower", kind="month"),
)
"""What is compared. Upsell is held against what each one's own mix of items would bring."""


def losses(results: Results, *, plan_year: int) -> list[pd.DataFrame]:
    """The cases short of the store's share, by ``measure`` and who it is; only those beyond chance.

    Parameters
    ----------
    results : Results
        Of all chapters.
    plan_year : int
        The year after the one that is looked at.
    """
    frames = []
    for each in COMPARED:
        period = _period(results, each, plan_year)
        if period is None:
            continue
        rows = results.select(each.metric, None, each.by, period=period).dropna(subset="value")
        whole = _whole(results, each, period, rows)
        if whole is not None and len(rows) > 1:
            found = shortfalls(rows, whole, better=each.better, by=each.by, measure=each.metric)
            frames.append(found.assign(period=str(plan_year)))
    return [frame for frame in frames if len(frame)]


def score_losses(results: Results, *, plan_year: int) -> list[pd.DataFrame]:
    """The points below the others' mean of last year's score, by programme and person; beyond chance only."""
    rows = results.select("staff_score", None, "programme", "staff", period=str(plan_year - 1))
    frames = [
        score_shortfalls(group, by="staff", programme=str(programme)).assign(period=str(plan_year))
        for programme, group in rows.groupby("programme")
    ]
    return [frame for frame in frames if len(frame)]


def period_of(results: Results, metric: str, by: str, plan_year: int) -> str | None:
    """The period in which a metric was compared by a split."""
    each = next((each for each in COMPARED if (each.metric, each.by) == (metric, by)), None)
    return None if each is None else _period(results, each, plan_year)


def joined(results: Results, plan_year: int) -> list[tuple[str, str, Sequence[tuple[str, float]]]]:
    """Who lies behind in what: split, name, measures with cases; whoever does in most first."""
    by_whom: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for row in results.rows(SCORES):
        if row.period == str(plan_year):
            by_whom.setdefault(("person", row.group["staff"]), []).append((SCORES, row.value))
    for row in results.rows("shortfall_cases"):
        if row.period != str(plan_year):
            continue
        (by, name) = next((by, name) for by, name in row.group.items() if by != "measure")
        key = ("person" if by in {"advisor", "technician", "staff"} else by, name)
        by_whom.setdefault(key, []).append((row.group["measure"], row.value))
    ordered = sorted(
        by_whom.items(), key=lambda item: (-len(item[1]), -sum(each[1] for each in item[1]), item[0])
    )
    return [(by, name, found) for (by, name), found in ordered]


def _period(results: Results, each: Compared, plan_year: int) -> str | None:
    if each.kind == "month":
        return results.latest(each.metric, "month")
    return str(plan_year - 1) if results.value(each.metric, plan_year - 1) is not None else None


def _whole(results: Results, each: Compared, period: str, rows: pd.DataFrame) -> "float | pd.Series | None":
    if each.expected is None:
        return results.value(each.metric, period)
    expected = results.select(each.expected, None, each.by, period=period).set_index(each.by)["value"]
    return rows[each.by].map(expected).astype(float)
