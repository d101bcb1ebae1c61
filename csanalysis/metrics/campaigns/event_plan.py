"""The year's calendar in numbers: how many each event is for, what it costs, who is busy when, what clashes.

An events frame has one row an event: ``event``, ``start``, ``end``, ``kind``, ``audience``, ``size``,
``unit_cost``, ``budget``, ``owner``, ``preparation_days``.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from csanalysis.metrics.campaigns.audience import Register, audience_by_month
from csanalysis.metrics.campaigns.campaigns import OutcomeRate, expected_outcome
from csanalysis.metrics.first_service.targets import largest_remainder
from csanalysis.metrics.periods import months_between, months_of
from csanalysis.metrics.results import tidy

SEASON_DAYS = 14
"""An event that lasts longer is a season, such as a handover gift: it clashes with nothing."""

GAPS = ("no_owner", "unknown_owner", "no_audience", "no_budget", "over_budget")


def event_portions(events: pd.DataFrame, known: Register) -> pd.DataFrame:
    """Each event by month: for how many it is, and what it costs.

    Parameters
    ----------
    events : DataFrame
        One row an event.
    known : Register
        Who can be invited.

    Returns
    -------
    DataFrame
        One row an event and month: ``place`` (of the event), ``month``, ``invited`` [customers or vehicles;
        never more than ``size``], ``budget`` [money: the one given, in the first month; else invited x
        ``unit_cost``]. NaN where nothing says.
    """
    rows = []
    for place, event in enumerate(events.to_dict("records")):
        invited = _invited(event, known)
        cost = invited * event["unit_cost"]
        if pd.notna(event["budget"]):
            cost = pd.Series(0.0, index=invited.index)
            cost.iloc[0] = event["budget"]
        rows += [(place, month, invited[month], cost[month]) for month in invited.index]
    columns = {"place": "int64", "month": "str", "invited": "float64", "budget": "float64"}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def with_totals(events: pd.DataFrame, portions: pd.DataFrame) -> pd.DataFrame:
    """The events with ``invited``, ``budget`` and ``gift_cost`` of all their months, and when to prepare.

    ``preparation`` is the first day of preparation; ``gift_cost`` invited x unit cost, whatever the budget.
    """
    totals = portions.groupby("place")[["invited", "budget"]].sum(min_count=1).reindex(range(len(events)))
    return events.assign(
        invited=totals["invited"].to_numpy(),
        budget=totals["budget"].to_numpy(),
        gift_cost=totals["invited"].to_numpy() * events["unit_cost"].to_numpy(float),
        preparation=events["start"] - pd.to_timedelta(events["preparation_days"].astype(int), unit="D"),
    )


def event_metric(events: pd.DataFrame, column: str) -> pd.DataFrame:
    """One number of every event: period its first day, ``event`` its name, ``value`` the column."""
    return tidy(_days(events["start"]), value=events[column], event=events["event"])


def calendar_budget(
    events: pd.DataFrame, portions: pd.DataFrame, *, plan_year: int, by: str | None = None
) -> pd.DataFrame:
    """What the calendar costs, by month and year.

    Parameters
    ----------
    events : DataFrame
        One row an event, with the column ``by``.
    portions : DataFrame
        :func:`event_portions`.
    plan_year : int
        The year of the events.
    by : str, optional
        Split by this column, such as ``kind`` or ``owner``; events without an entry in it are left out.

    Returns
    -------
    DataFrame
        ``value`` [money] for each month, then the year: the sum of the events whose budget is known. A month
        without events costs 0, one whose events all lack a budget is NaN.
    """
    months = [*months_of(plan_year), str(plan_year)]
    frames = []
    for label, rows in _split(events, portions, by):
        of_months = [rows.loc[rows["month"] == month, "budget"] for month in months[:-1]]
        value = [_known_sum(costs) for costs in [*of_months, rows["budget"]]]
        frames.append(tidy(months, value=value, **({} if by is None else {by: label})))
    return pd.concat([tidy([], **({} if by is None else {by: []})), *frames], ignore_index=True)


def calendar_events(events: pd.DataFrame, *, plan_year: int, by: str | None = None) -> pd.DataFrame:
    """Events that begin in each month and in the year: ``value`` [events], split by ``by`` if named."""
    months = months_of(plan_year)
    begin = events.assign(month=events["start"].dt.strftime("%Y-%m"))
    frames = []
    for label, rows in [(None, begin)] if by is None else begin.dropna(subset=[by]).groupby(by, sort=False):
        counts = rows["month"].value_counts().reindex(months, fill_value=0)
        groups = {} if by is None else {by: str(label)}
        frames.append(tidy([*months, str(plan_year)], value=[*counts, counts.sum()], **groups))
    return pd.concat([tidy([], **({} if by is None else {by: []})), *frames], ignore_index=True)


def calendar_workload(events: pd.DataFrame, *, plan_year: int) -> pd.DataFrame:
    """How many events each owner prepares or holds in each month.

    Parameters
    ----------
    events : DataFrame
        :func:`with_totals`; events without ``owner`` are left out.
    plan_year : int
        The year reported; preparation may begin before it.

    Returns
    -------
    DataFrame
        ``owner``, ``value`` [events] by month: each event in every month from its first day of preparation
        to its last day; a season (more than 14 days) only up to its first day.
    """
    owned = events.dropna(subset=["owner"])
    busy_until = owned["start"].where(_is_season(owned), owned["end"])
    busy = [
        (owner, month)
        for owner, first, last in zip(owned["owner"], owned["preparation"], busy_until, strict=True)
        for month in months_between(first, last)
    ]
    counts = pd.Series(busy, dtype=object).value_counts()
    owners, months = list(dict.fromkeys(owned["owner"])), months_of(plan_year)
    values = [counts.get((owner, month), 0) for owner in owners for month in months]
    return tidy(months * len(owners), value=values, owner=np.repeat(np.array(owners, dtype=object), 12))


def clashes(events: pd.DataFrame) -> pd.DataFrame:
    """Pairs of events that get in each other's way.

    Parameters
    ----------
    events : DataFrame
        One row an event.

    Returns
    -------
    DataFrame
        One row a pair of events that share a day and have the same owner or are of the same kind, in order of
        that day: ``first``, ``second`` (names), ``start``, ``end`` (the days shared), ``owner`` and ``kind``
        (empty where they differ). Seasons (more than 14 days) clash with nothing.
    """
    short = events[~_is_season(events)].sort_values("start", kind="stable").to_dict("records")
    pairs = []
    for one, other in combinations(short, 2):
        start, end = max(one["start"], other["start"]), min(one["end"], other["end"])
        owner, kind = (one[name] if one[name] == other[name] else None for name in ("owner", "kind"))
        if start <= end and (pd.notna(owner) or pd.notna(kind)):
            pairs.append((one["event"], other["event"], start, end, owner, kind))
    found = pd.DataFrame(pairs, columns=["first", "second", "start", "end", "owner", "kind"])
    return found.sort_values("start", kind="stable", ignore_index=True)


def calendar_clashes(pairs: pd.DataFrame, *, plan_year: int) -> pd.DataFrame:
    """Pairs of :func:`clashes` by the month of the first day shared, and in the year: ``value`` [pairs]."""
    months = months_of(plan_year)
    of_month = (
        pd.to_datetime(pairs["start"]).dt.strftime("%Y-%m").value_counts().reindex(months, fill_value=0)
    )
    return tidy([*months, str(plan_year)], value=[*of_month, len(pairs)])


def gaps(events: pd.DataFrame, *, staff: Sequence[str] | None) -> dict[str, "pd.Series[bool]"]:
    """What events still lack: which of them have each of :data:`GAPS`.

    ``staff`` are the names of those who work there; None where nobody told, and every owner is taken for one.
    """
    without = events["owner"].isna()
    known = pd.Series(True, index=events.index) if staff is None else events["owner"].isin(list(staff))
    return {
        "no_owner": without,
        "unknown_owner": ~without & ~known,
        "no_audience": events["audience"].notna() & events["invited"].isna(),
        "no_budget": events["budget"].isna(),
        # Cents are whole; a hair's breadth comes of adding up the months.
        "over_budget": (events["gift_cost"] - events["budget"]).round(2) > 0,
    }


def calendar_gaps(events: pd.DataFrame, *, staff: Sequence[str] | None, plan_year: int) -> pd.DataFrame:
    """Events of the year that lack something, by ``gap``: ``value`` [events]."""
    found = gaps(events, staff=staff)
    return tidy([str(plan_year)] * len(GAPS), value=[found[gap].sum() for gap in GAPS], gap=list(GAPS))


def expected_results(
    events: pd.DataFrame,
    portions: pd.DataFrame,
    references: Mapping[str, OutcomeRate | None],
    *,
    plan_year: int,
    most: bool,
) -> list[pd.DataFrame]:
    """What events may bring, judged by the past campaigns of their kind.

    Parameters
    ----------
    events, portions : DataFrame
        :func:`with_totals` and :func:`event_portions`.
    references : mapping of str to Reference
        By kind; events of another kind have none and expect nothing.
    plan_year : int
        The year of the events.
    most : bool
        Whether nobody invited can count twice, as with arrivals.

    Returns
    -------
    list of DataFrame
        By month and year, by year and ``kind``, and by first day and ``event``: ``numerator`` NaN,
        ``denominator`` [invited], ``value``, ``low``, ``high`` (95 % prediction interval).
    """
    used = events[events["kind"].isin([kind for kind, found in references.items() if found])]
    used = used.dropna(subset=["invited"])
    rows = portions.merge(used["kind"], left_on="place", right_index=True)

    def frame(periods: Sequence[str], parts: Sequence[pd.DataFrame], **groups: list[str]) -> pd.DataFrame:
        numbers = [expected_outcome(part, dict(references), most=most) for part in parts]
        value, low, high = np.array(numbers, dtype=float).reshape(-1, 3).T
        return tidy(
            periods,
            denominator=[part["invited"].sum() for part in parts],
            value=value,
            low=low,
            high=high,
            **groups,
        )

    months = [month for month in months_of(plan_year) if (rows["month"] == month).any()]
    kinds = [str(kind) for kind in used["kind"].unique()]
    whole = [*months, *([str(plan_year)] if len(rows) else [])]
    return [
        frame(whole, [*(rows[rows["month"] == month] for month in months), *([rows] if len(rows) else [])]),
        frame([str(plan_year)] * len(kinds), [rows[rows["kind"] == kind] for kind in kinds], kind=kinds),
        frame(_days(used["start"]), [used.loc[[place]] for place in used.index], event=list(used["event"])),
    ]


def _invited(event: Mapping[Any, Any], known: Register) -> "pd.Series[float]":
    """How many an event is for, by month; its ``size`` where no rule counts them, at most its size else."""
    start, end, size = event["start"], event["end"], event["size"]
    if pd.isna(event["audience"]):
        return pd.Series([size], index=[f"{start:%Y-%m}"], dtype=float)
    counts = audience_by_month(event["audience"], known, start=start, end=end)
    if counts.sum() > size:
        return pd.Series(largest_remainder(size, counts), index=counts.index)
    return counts


def _is_season(events: pd.DataFrame) -> "pd.Series[bool]":
    return (events["end"] - events["start"]).dt.days >= SEASON_DAYS


def _split(events: pd.DataFrame, portions: pd.DataFrame, by: str | None) -> list[tuple[str, pd.DataFrame]]:
    if by is None:
        return [("", portions)]
    labels = portions["place"].map(events[by])
    return [(str(label), portions[labels == label]) for label in events[by].dropna().unique()]


def _known_sum(costs: pd.Series) -> float:
    return 0.0 if costs.empty else float(costs.sum(min_count=1))


def _days(dates: pd.Series) -> list[str]:
    return list(dates.dt.strftime("%Y-%m-%d"))
