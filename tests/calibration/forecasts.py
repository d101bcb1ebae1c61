"""First services told by the rule or by waiting times: whether what a store's own past chooses came nearer."""

import numpy as np
import pandas as pd

from csanalysis.metrics.first_service.forecast import (
    first_service_backtest,
    first_service_backtest_error,
)
from csanalysis.metrics.first_service.planned import RETURN_RATE, method_in_use
from csanalysis.metrics.first_service.rates import (
    first_service_return_rate,
    first_service_visits,
    new_vehicle_sales,
)
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import tidy
from tests.calibration.claims import claim

FIRST, LAST = 2021, 2025
LAG = 3


def vehicles(seed: int, *, a_month: float, spread: float) -> pd.DataFrame:
    """Vehicles sold over five years, with a season and a trend, and the day of their first service."""
    random = np.random.default_rng([seed, 21, round(a_month)])
    season = random.dirichlet([12.0] * 12) * 12
    sold = []
    for place, month in enumerate(month for year in range(FIRST, LAST + 1) for month in months_of(year)):
        count = random.poisson(a_month * season[place % 12] * 1.06 ** (place / 12))
        first = pd.Timestamp(f"{month}-01")
        sold += [first + pd.Timedelta(days=int(day)) for day in random.integers(0, 28, count)]
    dates = pd.Series(sold, dtype="datetime64[s]").sort_values(ignore_index=True)
    waited = np.clip(random.gamma(shape=(95 / spread) ** 2, scale=spread**2 / 95, size=len(dates)), 15, 400)
    comes = random.random(len(dates)) < 0.75
    days = pd.Series(pd.to_timedelta(np.round(waited), unit="D"))
    back = (dates + days).where(comes & (dates + days <= pd.Timestamp(f"{LAST}-12-31")).to_numpy())
    return pd.DataFrame(
        {
            "vin": [f"V{place:05d}" for place in range(len(dates))],
            "sale_date": dates,
            "first_service_date": back,
            "return_date": back,
        }
    )


def nearer(seed: int, *, a_month: float, spread: float) -> bool | None:
    """Whether waiting times, chosen by the years before, came nearer in the last year; None: not chosen."""
    sold_to = vehicles(seed, a_month=a_month, spread=spread)
    begin, end = pd.Timestamp(f"{FIRST}-01-01"), pd.Timestamp(f"{LAST}-12-31")
    sold = new_vehicle_sales(sold_to, since=begin, as_of=end)
    services = first_service_visits(sold_to, since=begin, as_of=end)
    rate = first_service_return_rate(services, sold, lag_months=LAG)
    tested = first_service_backtest(
        sold_to, rate, sold, services, complete=list(range(FIRST, LAST + 1)), years=3, lag_months=LAG
    )
    before = tested[tested["period"].str[:4].astype(int) < LAST]
    now = first_service_backtest_error(tested[tested["period"].str[:4] == str(LAST)])
    months = tidy(months_of(LAST), value=1.0)  # of the last year every month is known to both
    if method_in_use(first_service_backtest_error(before), months, months) == RETURN_RATE:
        return None
    off = now[now["period"] == str(LAST)].set_index("rule")["value"]
    return bool(off["lag_kernel"] <= off["return_rate"])


for _name, _sales, _spread in (
    ("4_sales_a_month", 4.0, 30.0),
    ("12_sales_a_month", 12.0, 30.0),
    ("60_sales_a_month", 60.0, 45.0),
):

    @claim("first_service_forecast_nearer", _name, "found", low=0.8)
    def _nearer(seed: int, a_month: float = _sales, spread: float = _spread) -> bool | None:
        return nearer(seed, a_month=a_month, spread=spread)
