"""What an item as low would have gained without an action: regression to the mean, from the other items."""

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from csanalysis.metrics.periods import add_months
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.many import q_values

FEWEST_CONTROLS = 5
NORM_MONTHS = 12
"""So many months before those compared tell what is usual for an item."""

Effect = tuple[float, float, float, float, float]
"""Gain to be expected; effect beyond it with its 95 % interval; chance of as much without any effect."""

UNKNOWN: Effect = (np.nan,) * 5


def action_effect(
    low: NDArray[np.float64], change: NDArray[np.float64], *, own_low: float, own_change: float
) -> Effect:
    """An item's change beyond that of items left alone, at the same distance below what is usual.

    Parameters
    ----------
    low, change : array
        Of the items left alone: score before less the usual one, and score after less before [points].
    own_low, own_change : float
        Of the item acted on.

    Returns
    -------
    Effect
        From the line through the items left alone, with Student's prediction interval; NaN with fewer than
        :data:`FEWEST_CONTROLS` of them.
    """
    known = ~(np.isnan(low) | np.isnan(change))
    low, change = low[known], change[known]
    spread = float(((low - low.mean()) ** 2).sum()) if len(low) else 0.0
    if len(low) < FEWEST_CONTROLS or not spread > 0 or np.isnan([own_low, own_change]).any():
        return UNKNOWN
    slope = float(((low - low.mean()) * change).sum()) / spread
    rest = change - change.mean() - slope * (low - low.mean())
    freedom = len(low) - 2
    error = np.sqrt((rest**2).sum() / freedom * (1 + 1 / len(low) + (own_low - low.mean()) ** 2 / spread))
    expected = float(change.mean() + slope * (own_low - low.mean()))
    effect, half = own_change - expected, float(scipy.stats.t.ppf(0.975, freedom) * error)
    chance = float(2 * scipy.stats.t.sf(abs(effect) / error, freedom)) if error > 0 else np.nan
    return expected, effect, effect - half, effect + half, chance


def left_alone(
    rows: pd.DataFrame, actions: pd.DataFrame, where: pd.DataFrame, *, months: int
) -> pd.DataFrame:
    """For each action the items of its programme that nothing was done about in the months compared.

    Parameters
    ----------
    rows : DataFrame
        Actions by ``programme`` and ``item_code``, with ``start_date`` and ``done_date``.
    actions : DataFrame
        All actions.
    where : DataFrame
        Every ``programme`` and ``item_code``.
    months : int
        How many months before the start and after the end are compared.

    Returns
    -------
    DataFrame
        ``place`` (of the action in ``rows``), ``programme``, ``item_code``, ``start_date``, ``done_date``.
    """
    wanted = rows[["programme", "item_code", "start_date", "done_date"]].assign(place=rows.index)
    pairs = wanted.merge(where, on="programme", suffixes=("_own", ""))
    pairs = pairs[(pairs["item_code"] != pairs["item_code_own"]) & pairs["done_date"].notna()]
    pairs = pairs.reset_index(drop=True)
    others = actions[["item_code", "start_date", "done_date"]]
    met = pairs.reset_index().merge(others, on="item_code", suffixes=("", "_other"))
    begun = met["start_date_other"] <= add_months(met["done_date"], months)
    over = met["done_date_other"] < add_months(met["start_date"], -months)
    busy = met.loc[begun & ~over, "index"]
    return pairs[~pairs.index.isin(busy)].drop(columns="item_code_own").reset_index(drop=True)


def action_effects_framed(
    effects: list[Effect], *, day: list[str], groups: dict[str, pd.Series]
) -> dict[str, pd.DataFrame]:
    """``action_expected_change``, ``action_effect`` and ``action_q_value``, all actions being one family."""
    found = np.array(effects, dtype=float).reshape(-1, 5)
    return {
        "action_expected_change": tidy(day, value=found[:, 0], **groups),
        "action_effect": tidy(day, value=found[:, 1], low=found[:, 2], high=found[:, 3], **groups),
        "action_q_value": tidy(day, value=q_values(found[:, 4]), **groups),
    }
