"""What the first sheet of the callers' workbook says: capacity, days, what is owed, worth, who is left."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from csanalysis.catalogue import Language, format_period, format_value, group_label, text
from csanalysis.chapters.work_lists.call_plan import CallPlan
from csanalysis.chapters.work_lists.days import day_kinds
from csanalysis.display.lists.columns import Style
from csanalysis.display.lists.week_sheet import WIDTHS, Block, Grid
from csanalysis.metrics.stats.proof import PROOFS
from csanalysis.params import Params

OLD_DAYS = 10
"""Exports that end so many days before the plan begins know too little of who has been in."""

_MOST_PURPOSES = len(WIDTHS) - 6

Tables = Mapping[str, pd.DataFrame]


def week_title(plan: CallPlan, params: Params) -> str:
    """Whose calls they are, and of which days."""
    language = params.language
    first = _written(plan.day + pd.Timedelta(days=1), language)
    return text(
        "call_week.title",
        language,
        store=params.dealership.title,
        first=first,
        last=_written(plan.until, language),
    )


def week_blocks(
    plan: CallPlan,
    params: Params,
    tables: Tables,
    *,
    owner: str | None = None,
    known: date | None = None,
    split: bool = False,
    accepted: Sequence[str] = (),
) -> list[Block]:
    """The blocks of the first sheet, in order.

    Parameters
    ----------
    plan : CallPlan
        Of the weeks that the workbook holds.
    params, tables
        The dealership's.
    owner : str, optional
        The caller whose workbook it is; everybody's unless given.
    known : date, optional
        Last day counted in the exports; ``params.as_of`` unless given.
    split : bool
        Whether some list goes on on a second sheet.
    accepted : sequence of str
        Shortcomings of the exports that the params accept.
    """
    language, shown = params.language, plan if owner is None else of_owner(plan, owner)
    blocks = [_how(language, split=split), _callers(shown, language), _days(shown, params)]
    if owner is None:
        blocks += [_duties(plan, language), _worth(plan, language), _left(plan, language)]
        blocks += _holdout(plan, params)
    data = _data(plan, tables, pd.Timestamp(known or params.as_of), language)
    return [*blocks, replace(data, lines=(*data.lines, *accepted))]


def of_owner(plan: CallPlan, owner: str) -> CallPlan:
    """The plan with one caller and the calls of that one alone."""
    mine = plan.callers["owner"] == owner
    share = float(plan.callers.loc[mine, "per_day"].sum()) / max(float(plan.callers["per_day"].sum()), 1e-9)
    cases = plan.cases[(plan.cases["owner"] == owner).to_numpy(dtype=bool, na_value=False)]
    return replace(plan, cases=cases, callers=plan.callers[mine], reserved=plan.reserved * share)


def _how(language: Language, *, split: bool) -> Block:
    lines = [text(f"call_week.how_{number}", language) for number in range(1, 5)]
    more = [text("call_week.split", language)] if split else []
    return Block(text("call_week.how", language), (*lines, *more))


def _callers(plan: CallPlan, language: Language) -> Block:
    """Calls possible and customers planned, by caller and purpose."""
    planned, days = plan.planned, len(plan.days)
    purposes = list(planned["purpose"].value_counts().index[:_MOST_PURPOSES])
    rows: list[tuple[Any, ...]] = []
    for owner, per_day in zip(plan.callers["owner"], plan.callers["per_day"], strict=True):
        own = planned[(planned["owner"] == owner).to_numpy()]
        rows.append((owner, per_day, days, per_day * days, len(own), *_by(own, purposes), _sum(own["worth"])))
    whole = float(plan.callers["per_day"].sum())
    total = text("call_week.all", language)
    rows.append(
        (total, whole, days, whole * days, len(planned), *_by(planned, purposes), _sum(planned["worth"]))
    )
    heads = _heads(("caller", "per_day", "working_days", "possible", "planned"), language)
    heads += [group_label("purpose", purpose, language) for purpose in purposes]
    styles: list[Style] = ["text", *["count"] * (4 + len(purposes)), "amount"]  # type: ignore[list-item]
    grid = Grid((*heads, *_heads(("expected",), language)), tuple(styles), rows, total=True)
    count = [format_value(each, "count", language, decimals=0) for each in _capacity(plan)]
    line = text(
        "call_week.capacity_1",
        language,
        **dict(zip(("days", "possible", "reserved", "cases", "calls"), count, strict=True)),
    )
    lines = (line,) if whole else (text("call_week.no_capacity", language),)
    return Block(text("call_week.callers", language), lines, grid)


def _capacity(plan: CallPlan) -> tuple[float, ...]:
    possible = float(plan.callers["per_day"].sum()) * len(plan.days)
    planned = plan.planned
    return len(plan.days), possible, float(plan.reserved.sum()), len(planned), float(planned["calls"].sum())


def _days(plan: CallPlan, params: Params) -> Block:
    """Each day of a week or two, or each week of a longer plan, with what is planned."""
    language, planned = params.language, plan.planned
    kinds = day_kinds(plan.day, plan.until, params)
    if len(kinds) <= 14:
        heads = _heads(("day", "kind", "planned", "expected"), language)
        rows = [
            (_with_weekday(day, language), kind, len(own), _sum(own["worth"]))
            for day, kind in kinds.items()
            for own in [planned[(planned["day"] == day).to_numpy()]]
        ]
        return Block(
            text("call_week.days", language),
            grid=Grid(tuple(heads), ("text", "text", "count", "amount"), rows),
        )
    heads = _heads(("week", "working_days", "planned", "expected"), language)
    weeks = pd.Series(list(kinds), index=list(kinds)).dt.to_period("W-SUN")
    by_week: list[tuple[Any, ...]] = []
    for week in weeks.unique():
        own = planned[(planned["day"].dt.to_period("W-SUN") == week).to_numpy()]
        days = weeks.index[(weeks == week).to_numpy()]
        worked = int(days.isin(plan.days).sum())
        by_week.append((_written(days[0], language), worked, len(own), _sum(own["worth"])))
    grid = Grid(tuple(heads), ("text", "count", "count", "amount"), by_week)
    return Block(text("call_week.weeks", language), grid=grid)


def _duties(plan: CallPlan, language: Language) -> Block:
    owed = plan.cases[plan.cases["duty"].to_numpy(dtype=bool)]
    count = len(owed), int(owed["planned"].sum())
    written = [format_value(each, "count", language) for each in (*count, count[0] - count[1])]
    line = text(
        "call_week.duties_1", language, **dict(zip(("count", "planned", "left"), written, strict=True))
    )
    rows = [
        (text(f"list.{name}", language), int(own["planned"].sum()), int((~own["planned"]).sum()))
        for name, own in owed.groupby("list", sort=False)
    ]
    heads = tuple(_heads(("reason", "planned", "unplanned"), language))
    return Block(text("call_week.duties", language), (line,), Grid(heads, ("text", "count", "count"), rows))


def _worth(plan: CallPlan, language: Language) -> Block:
    planned = plan.planned
    rows = [
        (text(f"value.basis.{proof}", language), len(own), _sum(own["worth"]))
        for proof in PROOFS
        for own in [planned[(planned["proof"] == proof).to_numpy()]]
        if len(own)
    ]
    rows.append((text("call_week.all", language), len(planned), _sum(planned["worth"])))
    heads = tuple(_heads(("basis", "customers", "expected"), language))
    grid = Grid(heads, ("text", "count", "amount"), rows, total=True)
    lines = (text("call_week.unknown_worth", language),) if planned["worth"].isna().any() else ()
    return Block(text("call_week.worth", language), lines, grid)


def _left(plan: CallPlan, language: Language) -> Block:
    left = plan.cases[~plan.cases["planned"].to_numpy(dtype=bool)]
    counts = left["why_not"].value_counts()
    rows = [(text(f"call_plan.why_not.{why}", language), int(count)) for why, count in counts.items()]
    rows.append((text("call_week.all", language), len(left)))
    heads = tuple(_heads(("why", "customers"), language))
    return Block(text("call_week.left", language), grid=Grid(heads, ("text", "count"), rows, total=True))


def _holdout(plan: CallPlan, params: Params) -> list[Block]:
    drawn = int(plan.cases["why_not"].eq("holdout").sum())
    if not drawn:
        return []
    count = format_value(drawn, "count", params.language)
    line = text("call_week.holdout_1", params.language, count=count)
    return [Block(text("call_week.holdout", params.language), (line,))]


def _data(plan: CallPlan, tables: Tables, known: pd.Timestamp, language: Language) -> Block:
    last = tables["service_visits"]["visit_date"].max()
    lines = [text("call_week.data_1", language, day=_written(known, language), last=_written(last, language))]
    if (age := (plan.day - last).days) >= OLD_DAYS:
        lines.append(text("call_week.data_old", language, count=age))
    return Block(text("call_week.data", language), tuple(lines))


def _by(rows: pd.DataFrame, purposes: Sequence[str]) -> list[int]:
    counts = rows["purpose"].value_counts()
    return [int(counts.get(purpose, 0)) for purpose in purposes]


def _sum(worth: pd.Series) -> float | None:
    return float(worth.sum()) if worth.notna().any() else None


def _heads(keys: Sequence[str], language: Language) -> list[str]:
    return [text(f"call_week.{key}", language) for key in keys]


def _written(day: pd.Timestamp, language: Language) -> str:
    return format_period(f"{day:%Y-%m-%d}", language)


def _with_weekday(day: pd.Timestamp, language: Language) -> str:
    from babel.dates import format_date

    weekday = format_date(day, "EEE", locale={"zh": "zh_Hans_CN", "en": "en"}[language])
    return f"{_written(day, language)} {weekday}"
