"""What a car runs on, whose it is and when it was promised back: drawn from random numbers of their own.

So that no visit or call is other than it was before these were written down, they are fitted to the lives
that the simulation gave: of two cars that keep coming, the one that comes seldom and pays little is rather
an electric one.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.demo.plan import FIRST_YEAR, Plan, day_number

_ELECTRIC = (0.01, 0.03, 0.06, 0.11, 0.17, 0.23, 0.27)
"""Of the cars sold in each year, from the first, the share that is electric; half as many have a plug too."""

_SELDOM, _LITTLE = 0.8, 0.35
_UNTOLD = 0.02
_COMPANIES, _OF_SEVERAL_CARS = 0.06, 0.3
_PROMISES_SINCE = FIRST_YEAR + 1
_NO_PROMISE = 0.04


def fuels(
    plan: Plan, vehicles: pd.DataFrame, visits: pd.DataFrame, amounts: pd.Series
) -> npt.NDArray[np.object_]:
    """``petrol``, ``plug_in_hybrid`` or ``electric`` of each vehicle, None where nobody wrote it down.

    ``amounts`` are those of the ``visits``, row by row.
    """
    rng = plan.rng("fuels")
    weight = _fitting(vehicles, visits, amounts)
    year = np.asarray(vehicles["sold"]).astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    fuel = np.full(len(vehicles), "petrol", dtype=object)
    for place, share in enumerate(_ELECTRIC):
        of_year = np.flatnonzero(year == FIRST_YEAR + place)
        wanted = round(len(of_year) * share * 1.5)
        if not wanted:
            continue
        chances = weight[of_year] / weight[of_year].sum()
        chosen = rng.choice(of_year, size=wanted, replace=False, p=chances)
        fuel[chosen] = "electric"
        fuel[chosen[: wanted // 3]] = "plug_in_hybrid"
    fuel[rng.random(len(fuel)) < _UNTOLD] = None
    return fuel


def _fitting(vehicles: pd.DataFrame, visits: pd.DataFrame, amounts: pd.Series) -> npt.NDArray[np.float64]:
    """How well each car's life is that of an electric one; all that came fewer than three times are alike."""
    lives = (
        visits.assign(amount=amounts.to_numpy())
        .groupby("vehicle")
        .agg(count=("day", "size"), first=("day", "min"), last=("day", "max"), amount=("amount", "mean"))
    )
    lives = lives[lives["count"] >= 3]
    yearly = 365.25 * (lives["count"] - 1) / (lives["last"] - lives["first"]).clip(lower=90)
    scaled = [(values - values.mean()) / values.std() for values in (yearly, np.log1p(lives["amount"]))]
    weight = pd.Series(np.exp(-_SELDOM * scaled[0] - _LITTLE * scaled[1]), index=lives.index)
    fitting: npt.NDArray[np.float64] = weight.reindex(vehicles.index).fillna(weight.mean()).to_numpy()
    return fitting


def customer_types(plan: Plan, vehicles: pd.DataFrame, customer: pd.Series) -> npt.NDArray[np.object_]:
    """``person`` or ``company`` of each customer; who owns several cars is oftener a company."""
    rng = plan.rng("customer_types")
    cars = customer.map(vehicles["customer"].value_counts()).to_numpy()
    draw = rng.random(len(customer))
    kinds = np.where(draw < np.where(cars > 1, _OF_SEVERAL_CARS, _COMPANIES), "company", "person")
    kinds = kinds.astype(object)
    kinds[rng.random(len(kinds)) < _UNTOLD] = None
    return kinds


def promised_dates(plan: Plan, visits: pd.DataFrame, orders: pd.DataFrame) -> npt.NDArray[np.datetime64]:
    """When each car was promised back, NaT where nobody said.

    Only a car that stays overnight can be late by the day: less able advisors promise too much, and a visit
    that went wrong takes longer.
    """
    rng = plan.rng("promised_dates")
    size = len(visits)
    stay = (orders["close_date"] - orders["visit_date"]).dt.days.to_numpy()
    skill = visits["advisor"].map(plan.skill).to_numpy()
    late = rng.random(size) < np.clip(0.3 - 0.18 * skill + 0.25 * visits["trouble"].to_numpy(), 0.03, 0.9)
    by = np.minimum(1 + rng.poisson(0.6, size), stay)
    early = (rng.random(size) < 0.08).astype(int)
    promised = visits["day"].to_numpy() + stay + np.where(late & (stay > 0), -by, early)
    dates: npt.NDArray[np.datetime64] = promised.astype("datetime64[D]").astype("datetime64[s]")
    first = day_number(pd.Timestamp(_PROMISES_SINCE, 1, 1).date())
    dates[(visits["day"].to_numpy() < first) | (rng.random(size) < _NO_PROMISE)] = np.datetime64("NaT")
    return dates
