"""Declined work to ask for again: A and B item by item, C gathered for campaigns."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, format_period, format_value, group_label, text
from csanalysis.chapters.shared import shared
from csanalysis.chapters.upsell.cases import proposed
from csanalysis.display.lists.worklist import Move, WorkList
from csanalysis.metrics.plan.moves import Candidate, Effect, calls_a_case, cases_of, weighted_mean_effect
from csanalysis.metrics.stats.proof import HISTORY, NONE
from csanalysis.metrics.upsell import follow_up_effect
from csanalysis.metrics.upsell.open_items import open_items
from csanalysis.params import Params

OLDEST_DAYS = 365
"""Work declined longer ago than this has been done elsewhere or never will be."""

GRACE_DAYS = {"A": 3, "B": 7, "C": 30}
"""Days after ``as_of`` by which overdue items should have been asked for."""

GRADES = tuple(GRACE_DAYS)

Tables = Mapping[str, pd.DataFrame]


def still_open(
    params: Params,
    tables: Tables,
    *,
    grades: Sequence[str] = GRADES,
    days: float = OLDEST_DAYS,
    unasked: bool = False,
) -> pd.DataFrame:
    """Who is on a list of declined work: the open items, one row each.

    Parameters
    ----------
    params, tables
        The dealership's; without upsell_items there are none.
    grades : sequence of str
        Which grades.
    days : float
        Declined at most so many days ago, or on no known date.
    unasked : bool
        Only those that nobody has asked for again, whose vehicle and date are known: of no others do past
        follow-ups show what asking changes. The work lists hold all.
    """
    if "upsell_items" not in tables:
        return pd.DataFrame(columns=["vin", "item"])
    as_of, visits = pd.Timestamp(params.as_of), tables["service_visits"]
    rows = open_items(proposed(params, tables), visits, as_of=as_of)
    rows = rows[rows["grade"].isin(grades) & ~(rows["age"] > days)]
    if unasked:
        rows = rows[rows["followed_up_date"].isna() & rows["age"].notna() & rows["vin"].notna()]
    return rows


def open_work(params: Params, tables: Tables, *, grades: Sequence[str]) -> pd.DataFrame:
    """The open items as reasons to call, one row a vehicle.

    Returns
    -------
    DataFrame
        ``vin``, ``from``, ``until`` (a month after the first item is due), ``reason`` (each item with grade,
        day and why it was declined), ``offer`` (the items with their quotes), ``amount`` [yuan, all quotes].
        An item of an unknown repair order has no vehicle to call for and is left out.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    rows = still_open(params, tables, grades=grades)
    if rows.empty or (rows := rows[rows["vin"].notna()]).empty:
        return pd.DataFrame(columns=["vin", "from", "until", "reason", "offer", "amount"])
    language, as_of = params.language, pd.Timestamp(params.as_of)
    rows = rows.sort_values(["vin", "grade", "date", "item"], kind="stable", ignore_index=True)
    items, quoted = rows["item"].astype("str"), rows["amount"].where(rows["amount"] > 0)
    offers = [
        text("list_offer.declined", language, item=item, amount=format_value(amount, "amount", language))
        if amount == amount
        else item
        for item, amount in zip(items, quoted, strict=True)
    ]
    spoken = rows.assign(due=_due(rows, params), words=_reasons(rows, language), offer=offers, quote=quoted)
    joined = text("sign.list", language).join
    by = spoken.groupby("vin", sort=True)
    first = by["due"].min()
    grace = as_of + pd.Timedelta(days=GRACE_DAYS["C"])
    return pd.DataFrame(
        {
            "vin": first.index.astype("str"),
            "from": as_of,
            "until": first.where(first > grace, grace).to_numpy(),
            "reason": by["words"].agg(lambda words: joined(dict.fromkeys(words))).to_numpy(),
            "offer": by["offer"].agg(lambda words: joined(dict.fromkeys(words))).to_numpy(),
            "amount": by["quote"].sum(min_count=1).to_numpy(),
        }
    )


def asked_again(params: Params, tables: Tables, year: int, *, grades: Sequence[str]) -> Candidate | None:
    """The list as a move: work never asked for again, young enough for past follow-ups to tell."""
    if "upsell_items" not in tables:
        return None
    cells = _follow_up_cells(params, tables)
    effects = follow_up_effect.follow_up_effect(cells, period=str(year)).set_index("grade")
    under = (cells["step"].max() + 1) * follow_up_effect.AGE_STEP if len(cells) else 0
    # Days are whole ones: younger than so many is at most one less.
    rows = still_open(params, tables, grades=grades, days=under - 1, unasked=True)
    quoted = rows.groupby("vin")["amount"].sum()
    if quoted.empty:
        return None
    counts = rows["grade"].astype("str").value_counts()
    by_grade: dict[str, Effect] = {
        str(grade): (float(row["value"]), float(row["low"]), float(row["high"]))
        for grade, row in effects.iterrows()
    }
    effect = weighted_mean_effect(by_grade, {str(grade): float(count) for grade, count in counts.items()})
    calls = calls_a_case(tables.get("contacts"), year=year)
    # No outcome before the follow-up shows whether those asked were likelier anyway: at most so much.
    basis = NONE if np.isnan(effect[0]) else HISTORY
    seen = float(effects.reindex(list(grades))["denominator"].sum())
    return Candidate(cases_of(quoted.index.to_series(), quoted.to_numpy()), effect, calls, basis, seen)


@shared
def _follow_up_cells(params: Params, tables: Tables) -> pd.DataFrame:
    """What following up declined work did, by grade and age."""
    cases = proposed(params, tables)
    return follow_up_effect.follow_up_cells(cases[~cases["accepted"]], as_of=pd.Timestamp(params.as_of))


def _due(rows: pd.DataFrame, params: Params) -> pd.Series:
    """A so many days after the decline, others on their due date; overdue ones soon after ``as_of``."""
    as_of, grade = pd.Timestamp(params.as_of), rows["grade"].astype("str")
    soon = rows["date"] + pd.Timedelta(days=params.upsell.follow_up_days)
    due = soon.where(grade == "A", rows["due_date"])
    grace = as_of + pd.to_timedelta(grade.map(GRACE_DAYS), unit="D")
    return due.where(due > as_of, grace).astype("datetime64[s]")


def _reasons(rows: pd.DataFrame, language: Language) -> list[str]:
    """``A级，2025年11月3日拒绝：价格高；尚未跟进``."""
    dated = rows["date"].dt.strftime("%Y-%m-%d")
    followed = rows["followed_up_date"].dt.strftime("%Y-%m-%d")
    written = {day: format_period(day, language) for day in {*dated.dropna(), *followed.dropna()}}
    return [
        text(
            f"list_reason.declined_{'again' if isinstance(asked, str) else 'unasked'}",
            language,
            grade=group_label("grade", grade, language),
            date=written.get(day, text("list_reason.some_day", language)),
            why=group_label("decline_reason", why, language)
            if isinstance(why, str)
            else text("list_reason.no_reason", language),
            asked=written.get(asked, ""),
        )
        for grade, day, why, asked in zip(
            rows["grade"].astype("str"),
            dated,
            rows["decline_reason"].astype("str"),
            followed,
            strict=True,
        )
    ]


DECLINED_ITEMS = WorkList(
    "declined_items",
    who=partial(still_open, grades=("A", "B")),
    reasons=partial(open_work, grades=("A", "B")),
    purpose="post_service",
    move=Move(
        serves="upsell_success_target", candidate=partial(asked_again, grades=("A", "B")), outcome="declined"
    ),
)
DECLINED_C_ITEMS = WorkList(
    "declined_c_items",
    who=partial(still_open, grades=("C",)),
    reasons=partial(open_work, grades=("C",)),
    purpose="campaign",
    move=Move(
        serves="upsell_success_target", candidate=partial(asked_again, grades=("C",)), outcome="declined"
    ),
)
LISTS = (DECLINED_ITEMS, DECLINED_C_ITEMS)
