"""Which months can be reviewed: those of the plan's year that are over, and whose data are whole."""

from calendar import monthrange
from datetime import date

import numpy as np
import pandas as pd

from csanalysis.errors import PlanError
from csanalysis.messages import Message


def review_day(month: str, *, plan_year: int, today: date) -> date:
    """The last day of a month that can be reviewed.

    Raises
    ------
    PlanError
        It is no month, not over yet, or of another year than the plan.
    """
    try:
        year, number = (int(part) for part in month.split("-"))
        if len(month) != 7:
            raise ValueError
        day = date(year, number, monthrange(year, number)[1])
    except ValueError:
        raise PlanError(
            Message(
                "month {month!r} is no month; write it like {year}-03",
                "“{month}”不是月份；请写成 {year}-03 的形式",
                month=month,
                year=plan_year,
            )
        ) from None
    if year != plan_year:
        raise PlanError(
            Message(
                "month {month} is not of the plan year {year}; choose {year}-01 to {year}-12",
                "{month} 不在计划年度 {year} 内；请选 {year}-01 到 {year}-12",
                month=month,
                year=plan_year,
            )
        )
    if day >= today:
        raise PlanError(
            Message(
                "month {month} is not over yet (today is {today}); review it once it is",
                "{month} 还没有结束（今天是 {today}）；请在月底之后回顾",
                month=month,
                today=today,
            )
        )
    return day


def refuse_half_a_month(dates: pd.Series, *, month: str) -> None:
    """Refuse a month in which the workshop's visits stop, or pause longer than they ever did before.

    Working days are counted: weekdays on which the store had visits in at least half of the year's weeks
    before. A pause is allowed as long as the longest of the year before, at least three working days.

    Raises
    ------
    PlanError
        Names the last day seen and the days without a visit.
    """
    period = pd.Period(month, freq="M")
    start, end = period.start_time.normalize(), period.end_time.normalize()
    days = pd.DatetimeIndex(dates.dropna().unique()).sort_values()
    before = days[(days >= start - pd.DateOffset(years=1)) & (days < start)]
    if not len(before):
        raise PlanError(
            Message(
                "month {month} has no visits in the year before it to be compared with; export them",
                "{month} 之前一年没有进厂记录可比；请导出这些记录",
                month=month,
            )
        )
    inside = days[(days >= start) & (days <= end)]
    if not len(inside):
        raise PlanError(
            Message(
                "month {month} has no data: the last visit is of {last:%Y-%m-%d}; export the month",
                "{month} 没有数据：最后一次进厂是 {last:%Y-%m-%d}；请导出该月",
                month=month,
                last=days[days < start].max(),
            )
        )
    weeks = max((before.max() - before.min()).days / 7, 1)
    counts = pd.Series(before.day_of_week).value_counts()
    working = sorted(int(day) for day in counts[counts >= weeks / 2].index) or list(range(7))
    longest = _pauses(before, working).max(initial=0)
    allowed = max(3, int(longest))
    edges = before[-1:].append(inside).append(pd.DatetimeIndex([end + pd.Timedelta(days=1)]))
    pauses = _pauses(edges, working)
    if (pauses > allowed).any():
        place = int(np.argmax(pauses))
        raise PlanError(
            Message(
                "month {month} has only part of its data: the last visit before {until:%Y-%m-%d} is "
                "of {since:%Y-%m-%d}, {pause} working days without one (longest pause of the "
                "year before: {longest}); export the whole month",
                "{month} 的数据不全：{until:%Y-%m-%d} 之前的最后一次进厂是 {since:%Y-%m-%d}，"
                "中间 {pause} 个营业日没有进厂（此前一年最长间隔 {longest} 天）；请导出整月",
                month=month,
                until=edges[place + 1],
                since=edges[place],
                pause=pauses[place],
                longest=int(longest),
            )
        )


def _pauses(days: "pd.Index[pd.Timestamp]", working: list[int]) -> np.ndarray:
    """Working days strictly between neighbouring days."""
    mask = "".join("1" if day in working else "0" for day in range(7))
    one = np.timedelta64(1, "D")
    stamps = days.to_numpy().astype("datetime64[D]")
    return np.asarray(np.busday_count(stamps[:-1] + one, stamps[1:], weekmask=mask))
