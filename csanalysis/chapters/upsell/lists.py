"""Declined work to ask for again: A and B item by item, C gathered for campaigns."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, format_period, group_label, text
from csanalysis.chapters.shared import shared
from csanalysis.display.lists.owners import agent_weights, by_weight
from csanalysis.display.lists.people import vehicle_models, with_customer
from csanalysis.display.lists.worklist import Move, WorkList
from csanalysis.metrics.plan.moves import Candidate, Effect, calls_a_case, cases_of, weighted_mean_effect
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.proof import HISTORY, NONE
from csanalysis.metrics.upsell import follow_up_effect
from csanalysis.metrics.upsell.cases import upsell_cases
from csanalysis.metrics.upsell.open_items import open_items, recovery_chance
from csanalysis.params import Params

OLDEST_DAYS = 365
"""Work declined longer ago than this has been done elsewhere or never will be."""

GRACE_DAYS = {"A": 3, "B": 7, "C": 30}
"""Days after ``as_of`` by which overdue items should have been asked for."""

GRADES = tuple(GRACE_DAYS)

MANAGERS = (
    "service manager", "after-sales manager", "aftersales manager", "workshop manager",
    "服务经理", "售后经理", "售后服务经理", "服务主管", "售后主管", "前台主管", "服务总监", "售后总监",
)  # fmt: skip
"""What the head of service is called in staff lists."""

_CUSTOMER = ("customer_name", "phone", "vin", "model")
_WORK = ("item", "grade", "quoted", "declined_on", "owner", "due_date", "reason", "chance", "worth")

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
    rows = open_items(_cases(params, tables), visits, as_of=as_of)
    rows = rows[rows["grade"].isin(grades) & ~(rows["age"] > days)]
    if unasked:
        rows = rows[rows["followed_up_date"].isna() & rows["age"].notna() & rows["vin"].notna()]
    return rows


def declined_items(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """The A and B items of the last year that are still to be done: A first, then by worth.

    Parameters
    ----------
    params, tables
        The dealership's; without upsell_items the list is empty.
    results : Results
        Not looked at.

    Returns
    -------
    DataFrame
        One row an item: the list's columns. Owner is the technician who found it and, once it was followed up
        in vain, the service manager; where that one is not on the staff the other, then the advisor, then the
        service department. ``chance`` is the share of such items that are done within the next 90 days,
        ``worth`` is chance x quote [¥].

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    if "upsell_items" not in tables:
        return pd.DataFrame(columns=DECLINED_ITEMS.columns)
    rows = _written(DECLINED_ITEMS.on(params, tables), params, tables)
    rows = rows.assign(owner=_owners(rows, tables.get("staff"), params.language))
    rows = rows.sort_values(["grade", "worth", "due_date", "vin"], ascending=[True, False, True, True])
    return _numbered(rows, params.language)


def declined_c_items(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """The C items of the last year that are still to be done, gathered by item: one campaign each.

    Parameters
    ----------
    params, tables, results
        As in :func:`declined_items`.

    Returns
    -------
    DataFrame
        One row an item: the list's columns; the campaign with most to win first. Owners are the agents by
        weight, else customer service.
    """
    if "upsell_items" not in tables:
        return pd.DataFrame(columns=DECLINED_C_ITEMS.columns)
    rows = _written(DECLINED_C_ITEMS.on(params, tables), params, tables)
    groups = rows.groupby("item", observed=True)["quoted"].agg(["size", "sum"])
    names = {
        item: text("list_campaign", params.language, item=item, count=count)
        for item, count in groups["size"].items()
    }
    rows = rows.assign(
        campaign=rows["item"].astype("str").map(names), total=rows["item"].astype("str").map(groups["sum"])
    )
    rows = rows.sort_values(["total", "campaign", "worth", "vin"], ascending=[False, True, False, True])
    owners = by_weight(len(rows), agent_weights(params.first_service.agents, tables.get("staff")))
    nobody = text("list_owner.customer_service", params.language)
    rows = rows.assign(owner=[owner or nobody for owner in owners])
    return _numbered(rows, params.language)


def asked_again(params: Params, tables: Tables, year: int, *, grades: Sequence[str]) -> Candidate | None:
    """The list as a move: work never asked for again, young enough for past follow-ups to tell."""
    if "upsell_items" not in tables:
        return None
    as_of, cases = pd.Timestamp(params.as_of), _cases(params, tables)
    cells = follow_up_effect.follow_up_cells(cases[~cases["accepted"]], as_of=as_of)
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
def _cases(params: Params, tables: Tables) -> pd.DataFrame:
    """All proposed items with what became of them."""
    visits = tables["service_visits"]
    return upsell_cases(tables["upsell_items"], visits, as_of=pd.Timestamp(params.as_of))


def _written(rows: pd.DataFrame, params: Params, tables: Tables) -> pd.DataFrame:
    """The rows with customer, vehicle, due date, reason, chance to be done soon and worth."""
    model, cases = vehicle_models(tables["vehicle_sales"]), _cases(params, tables)
    chance = recovery_chance(cases[~cases["accepted"]], rows, as_of=pd.Timestamp(params.as_of))
    return with_customer(rows, tables).assign(
        model=rows["vin"].map(model),
        quoted=rows["amount"].where(rows["amount"] > 0).round(0),
        declined_on=rows["date"],
        due_date=_due(rows, params),
        reason=_reasons(rows, params.language),
        chance=chance,
        worth=(chance * rows["amount"]).round(0),
    )


def _due(rows: pd.DataFrame, params: Params) -> pd.Series:
    """A so many days after the decline, others on their due date; overdue ones soon after ``as_of``."""
    as_of, grade = pd.Timestamp(params.as_of), rows["grade"].astype("str")
    soon = rows["date"] + pd.Timedelta(days=params.upsell.follow_up_days)
    due = soon.where(grade == "A", rows["due_date"])
    grace = as_of + pd.to_timedelta(grade.map(GRACE_DAYS), unit="D")
    return due.where(due > as_of, grace).astype("datetime64[s]")


def _owners(rows: pd.DataFrame, staff: pd.DataFrame | None, language: Language) -> pd.Series:
    technician, advisor = rows["technician"].astype("str"), rows["advisor"].astype("str")
    manager = pd.Series(_manager(staff), index=rows.index, dtype="str")
    if staff is not None:
        technician, advisor = (person.where(person.isin(staff["staff"])) for person in (technician, advisor))
    asked = rows["followed_up_date"].notna()
    first = manager.where(asked, technician).fillna(technician.where(asked, manager))
    # Somebody has asked in vain: if there is no manager, the advisor tries before the technician again.
    first = first.mask(asked & manager.isna(), advisor.fillna(technician))
    return first.fillna(advisor).fillna(text("list_owner.service", language))


def _manager(staff: pd.DataFrame | None) -> str | None:
    """Who heads the service department, if the staff list says so."""
    if staff is None:
        return None
    role = staff["role"].str.lower().str.replace("_", " ").str.strip()
    heads = staff.loc[role.isin(MANAGERS), "staff"]
    return None if heads.empty else str(heads.iloc[0])


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
            why=why if isinstance(why, str) else text("list_reason.no_reason", language),
            asked=written.get(asked, ""),
        )
        + (text("list_reason.unknown_order", language, order=order) if unknown else "")
        for grade, day, why, asked, order, unknown in zip(
            rows["grade"].astype("str"),
            dated,
            rows["decline_reason"].astype("str"),
            followed,
            rows["ro_number"],
            rows["vin"].isna(),
            strict=True,
        )
    ]


def _numbered(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    return rows.assign(
        rank=range(1, len(rows) + 1),
        item=rows["item"].astype("str"),
        grade=[group_label("grade", str(grade), language) for grade in rows["grade"]],
    ).reset_index(drop=True)


DECLINED_ITEMS = WorkList(
    "declined_items",
    ("rank", *_CUSTOMER, *_WORK),
    who=partial(still_open, grades=("A", "B")),
    rows=declined_items,
    purpose="post_service",
    move=Move(
        serves="upsell_success_target", candidate=partial(asked_again, grades=("A", "B")), outcome="declined"
    ),
)
DECLINED_C_ITEMS = WorkList(
    "declined_c_items",
    ("rank", "campaign", *_CUSTOMER, *(name for name in _WORK if name != "grade")),
    who=partial(still_open, grades=("C",)),
    rows=declined_c_items,
    purpose="campaign",
    move=Move(
        serves="upsell_success_target", candidate=partial(asked_again, grades=("C",)), outcome="declined"
    ),
)
LISTS = (DECLINED_ITEMS, DECLINED_C_ITEMS)
