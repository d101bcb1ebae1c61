"""The drawn years as metric frames: the middle one, and the band that holds eight of ten."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import months_of, span
from csanalysis.metrics.results import tidy
from csanalysis.metrics.simulation.fit import fit, fit_years
from csanalysis.metrics.simulation.history import History
from csanalysis.metrics.simulation.model import STRATA, Array
from csanalysis.metrics.simulation.run import DRAWS, Year, simulate

BAND = (0.1, 0.5, 0.9)
FLOWS = {
    "simulated_new_sales": "sold",
    "simulated_visits": "visits",
    "simulated_first_service_visits": "first_services",
    "simulated_new_customers": "new",
    "simulated_lapses": "lapses",
    "simulated_won_back": "won_back",
    "simulated_upsell_accepted": "accepted",
    "simulated_revenue": "revenue",
}
"""Metrics whose months add up to their year, and the drawn numbers they show."""


def simulated_flows(year: Year, *, plan_year: int, scenario: str | None = None) -> dict[str, pd.DataFrame]:
    """Every flow by month and year; of a scenario the years alone.

    Returns
    -------
    dict of str to DataFrame
        ``value`` is the median, ``low`` and ``high`` the 10th and 90th of a hundred draws. Medians of months
        need not add up to that of the year.
    """
    group = {} if scenario is None else {"scenario": scenario}
    months = scenario is None
    frames = {name: _flow(getattr(year, flow), plan_year, months, **group) for name, flow in FLOWS.items()}
    frames["simulated_active_vehicles"] = _stock(year.active, plan_year, months, **group)
    rates = {"simulated_churn_rate": year.churn_rate, "simulated_upsell_success_rate": year.success_rate}
    frames |= {name: _band([str(plan_year)], rate[:, None], **group) for name, rate in rates.items()}
    if months:
        frames["simulated_class_visits"] = pd.concat(
            [
                _flow(year.class_visits[:, :, place], plan_year, months, simulated_class=stratum)
                for place, stratum in enumerate(STRATA)
                if stratum != "ev"
            ],
            ignore_index=True,
        )
    return frames


def _flow(flow: Array, plan_year: int, months: bool, **group: str) -> pd.DataFrame:
    year = _band([str(plan_year)], flow.sum(axis=1)[:, None], **group)
    return (
        pd.concat([_band(months_of(plan_year), flow, **group), year], ignore_index=True) if months else year
    )


def _stock(stock: Array, plan_year: int, months: bool, **group: str) -> pd.DataFrame:
    year = _band([str(plan_year)], stock[:, -1:], **group)
    return (
        pd.concat([_band(months_of(plan_year), stock, **group), year], ignore_index=True) if months else year
    )


def _band(periods: Sequence[str], draws: Array, **group: str) -> pd.DataFrame:
    """One row a column of ``draws``."""
    low, middle, high = np.quantile(draws, BAND, axis=0, method="inverted_cdf")
    return tidy(periods, value=middle, low=low, high=high, **group)


def observed_months(past: History, year: int) -> pd.DataFrame:
    """Visits, first services, lapses and revenue of each month of a past year, by ``quantity``."""
    columns = past.columns(year)
    series = {
        "visits": past.kinds.sum(axis=1),
        "first_services": past.first_services,
        "lapses": past.lapsed.sum(axis=0),
        "revenue": past.amounts.sum(axis=1),
    }
    frames = [tidy(months_of(year), value=months[columns], quantity=name) for name, months in series.items()]
    return pd.concat(frames, ignore_index=True)


MEASURES = ("visits", "first_services", "lapses", "won_back", "churn_rate", "revenue")


def observed_outcomes(past: History, year: int) -> dict[str, float]:
    """What a past year really brought, by the names in :data:`MEASURES`."""
    columns = past.columns(year)
    before, now = past.orders[:, past.columns(year - 1)].any(axis=1), past.orders[:, columns].any(axis=1)
    lapsed, came = past.lapsed[:, columns], past.orders[:, columns] > 0
    earlier = past.last[:, columns.start - 1 : columns.stop - 1]  # one year at least is before this one
    away = np.arange(columns.start, columns.stop) - earlier
    back = came & (earlier >= 0) & ((away > past.lapse_months) | ((away == past.lapse_months) & lapsed))
    return {
        "visits": past.yearly(past.kinds.sum(axis=1), year),
        "first_services": past.yearly(past.first_services, year),
        "lapses": float(lapsed.sum()),
        "won_back": float(back.sum()),
        "churn_rate": float((before & ~now).sum() / before.sum()) if before.any() else np.nan,
        "revenue": past.yearly(past.amounts.sum(axis=1), year),
    }


def backtest(past: History, *, draws: int = DRAWS // 2) -> dict[str, pd.DataFrame]:
    """Run each past year from the year-end before it, knowing nothing of it, and lay the truth beside it.

    Parameters
    ----------
    past : History
        The store's counts.
    draws : int
        Draws a year.

    Returns
    -------
    dict of str to DataFrame
        ``simulation_backtest`` (median and 80 % band) and ``simulation_backtest_actual`` by year and
        ``quantity``; ``simulation_coverage`` by ``quantity``: ``numerator`` [years inside the band],
        ``denominator`` [years run].
    """
    rows = []
    for year in past.years:
        if not fit_years(past, year - 1):
            continue
        run = simulate(fit(past, year=year - 1), draws=draws)
        truth = observed_outcomes(past, year)
        for measure in MEASURES:
            drawn = getattr(run, measure)
            low, middle, high = np.quantile(
                drawn.sum(axis=1) if drawn.ndim == 2 else drawn, BAND, method="inverted_cdf"
            )
            rows.append((str(year), measure, truth[measure], low, middle, high))
    if not rows:
        return {}
    frame = pd.DataFrame(rows, columns=["period", "quantity", "actual", "low", "middle", "high"])
    frame = frame.dropna(subset=["actual", "middle"])
    inside = frame["actual"].between(frame["low"], frame["high"])
    counts = inside.groupby(frame["quantity"], sort=False).agg(["sum", "size"])
    period = span([int(frame["period"].min()), int(frame["period"].max())])
    return {
        "simulation_backtest": tidy(
            frame["period"],
            value=frame["middle"],
            low=frame["low"],
            high=frame["high"],
            quantity=frame["quantity"],
        ),
        "simulation_backtest_actual": tidy(
            frame["period"], value=frame["actual"], quantity=frame["quantity"]
        ),
        "simulation_coverage": pd.concat(
            [
                tidy(
                    [period] * len(counts),
                    numerator=counts["sum"],
                    denominator=counts["size"],
                    quantity=counts.index,
                ),
            ],
            ignore_index=True,
        ),
    }
