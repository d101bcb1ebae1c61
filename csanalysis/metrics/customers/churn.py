"""The yearly churn rate, its target, and how many vehicles may lapse in each month of the plan year.

Visits are those of :func:`csanalysis.metrics.customers.units.units`: ``unit``, ``visit_date``, in that order.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.units import seen_in_years
from csanalysis.metrics.first_service.targets import largest_remainder
from csanalysis.metrics.periods import months_of, span
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import mean_t, wilson

LOOKING_BACK = ("not_above_average", "not_above_last_year")
RULES = (*LOOKING_BACK, "not_above_industry", "fixed")


def annual_churn_rate(visits: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """Share of last year's vehicles that did not come back this year.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    years : sequence of int
        The complete years, in a row; the first is needed only as the year before the second.

    Returns
    -------
    DataFrame
        One row a year but the first: ``numerator`` [vehicles lost], ``denominator`` [vehicles of the year
        before], ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). NaN after a year without
        vehicles. Higher is worse.

    Notes
    -----
    |seen(y-1) \\ seen(y)| / |seen(y-1)|.
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    seen = seen_in_years(visits, years=years)
    lost = (seen[:, :-1] & ~seen[:, 1:]).sum(axis=0)
    before = seen[:, :-1].sum(axis=0)
    low, high = wilson(lost, before)
    return tidy([str(y) for y in years[1:]], numerator=lost, denominator=before, low=low, high=high)


def annual_churn_rate_average(rates: pd.DataFrame, *, years: int) -> pd.DataFrame:
    """Mean of the last yearly churn rates.

    Parameters
    ----------
    rates : DataFrame
        What :func:`annual_churn_rate` returns.
    years : int
        How many of the last years that have a rate; fewer where there are fewer.

    Returns
    -------
    DataFrame
        One row, its period the span of years; ``low`` and ``high`` are Student's interval of a mean, NaN
        under three years. No row where no year has a rate. Higher is worse.
    """
    last = rates.dropna(subset="value").tail(years)
    if last.empty:
        return tidy([])
    low, high = mean_t(last["value"])
    return tidy([span(averaged_years(rates, years=years))], value=last["value"].mean(), low=low, high=high)


def averaged_years(rates: pd.DataFrame, *, years: int) -> list[int]:
    """The last years that have a churn rate, at most so many."""
    return [int(year) for year in rates.dropna(subset="value")["period"].tail(years)]


def churn_rate_target(
    rates: pd.DataFrame,
    *,
    plan_year: int,
    years: int,
    industry_rate: float | None = None,
    fixed_rate: float | None = None,
) -> pd.DataFrame:
    """The churn rate that the plan year should not exceed, by each rule.

    Parameters
    ----------
    rates : DataFrame
        What :func:`annual_churn_rate` returns.
    plan_year : int
        The year to set a target for.
    years : int
        How many yearly rates the average takes.
    industry_rate, fixed_rate : float or None
        The rates of ``not_above_industry`` and ``fixed`` [fraction 0-1].

    Returns
    -------
    DataFrame
        One row a ``rule``: ``value`` [fraction 0-1]. NaN where the rule's rate is not given or there is no
        yearly rate to look back at. Lower is harder.

    Notes
    -----
    Source: 《年初的工作规划该怎样做？——4S店客服篇》.
    """
    value = [
        rates["value"].dropna().tail(years).mean(),
        rates["value"].iloc[-1] if len(rates) else np.nan,
        np.nan if industry_rate is None else industry_rate,
        np.nan if fixed_rate is None else fixed_rate,
    ]
    return tidy([str(plan_year)] * len(RULES), value=value, rule=RULES)


def churn_rate_target_backtest(
    rates: pd.DataFrame, *, years: int, never_looser: bool = False
) -> pd.DataFrame:
    """What the rules that look back would have allowed in each past year, to lay beside its rate.

    Parameters
    ----------
    rates : DataFrame
        What :func:`annual_churn_rate` returns.
    years : int
        How many yearly rates the average takes.
    never_looser : bool
        Whether the target of a year is never looser than the rate of the year before.

    Returns
    -------
    DataFrame
        One row a past year and ``rule``, from the second yearly rate on: ``value`` [fraction 0-1].
    """
    years_before = [
        churn_rate_target(rates.iloc[:place], plan_year=int(rates["period"].iloc[place]), years=years)
        for place in range(1, len(rates))
    ]
    rows = pd.concat([tidy([], rule=[]), *years_before], ignore_index=True)
    rows = rows[rows["rule"].isin(LOOKING_BACK)].reset_index(drop=True)
    return not_looser_then(rows, rates) if never_looser else rows


def monthly_churn_ceiling(
    lapses: pd.Series, *, target: float, base: float, years: Sequence[int], plan_year: int
) -> pd.DataFrame:
    """How many vehicles may lapse in each month of the plan year before the target is missed.

    Parameters
    ----------
    lapses : Series
        What :func:`lapse_dates` returns.
    target : float
        Target churn rate [fraction 0-1], NaN for none.
    base : float
        Vehicles with a visit in the last complete year, the ones that can be lost; NaN for none.
    years : sequence of int
        The years whose lapses, by calendar month, give the months' shares.
    plan_year : int
        The year to set ceilings for.

    Returns
    -------
    DataFrame
        Twelve months and the year, their sum: ``value`` [vehicles]. NaN without a target, or without a lapse
        to share by.

    Notes
    -----
    Year = target x base rounded down; months by largest remainder, ties to the earlier month.
    """
    return _spread(np.floor(round(target * base, 9)), lapses, years=years, plan_year=plan_year)


def monthly_lapse_ceiling(
    ceiling: pd.DataFrame, rates: pd.DataFrame, lapses: pd.Series, *, years: Sequence[int], plan_year: int
) -> pd.DataFrame:
    """How many lapses a month of the plan year may have: what months are held against.

    A lapse counts vehicles that come back later in the year too, so there are more lapses than yearly
    churners.

    Parameters
    ----------
    ceiling : DataFrame
        What :func:`monthly_churn_ceiling` returns.
    rates : DataFrame
        What :func:`annual_churn_rate` returns.
    lapses : Series
        What :func:`lapse_dates` returns.
    years : sequence of int
        The averaged years: their lapses over their yearly churners are the factor, their months the shares.
    plan_year : int
        The year to set ceilings for.

    Returns
    -------
    DataFrame
        Twelve months and the year, their sum: ``value`` [vehicles]. NaN without a ceiling, or a yearly
        churner in the averaged years.

    Notes
    -----
    Year = the year's churn ceiling x (lapses / yearly churners of the averaged years), rounded down; months
    by largest remainder, ties to the earlier month.
    """
    year = ceiling.loc[ceiling["period"] == str(plan_year), "value"].item()
    churners = rates.loc[rates["period"].isin([str(y) for y in years]), "numerator"].sum()
    many = lapses.dt.year.isin(years).sum()
    total = np.floor(round(year * many / churners, 9)) if churners else np.nan
    return _spread(total, lapses, years=years, plan_year=plan_year)


def not_looser(target: float, rates: pd.DataFrame) -> float:
    """A target churn rate, or the last complete year's rate where that is lower; NaN stays NaN."""
    last = rates["value"].iloc[-1] if len(rates) else np.nan
    return float(target if np.isnan(last) else np.minimum(target, last))


def not_looser_then(targets: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Targets of past years, or the rate of the year before each where that is lower; NaN stays NaN."""
    before = rates.set_index("period")["value"].shift()
    lower = np.fmin(targets["value"].to_numpy(float), targets["period"].map(before).to_numpy(float))
    return targets.assign(value=np.where(targets["value"].isna(), np.nan, lower))


def _spread(total: float, lapses: pd.Series, *, years: Sequence[int], plan_year: int) -> pd.DataFrame:
    """A year's whole number over its months, as lapses of past years fell; and the year, their sum."""
    month = lapses[lapses.dt.year.isin(years)].dt.month
    months = largest_remainder(total, np.bincount(month, minlength=13)[1:])
    return tidy([*months_of(plan_year), str(plan_year)], value=[*months, months.sum()])
