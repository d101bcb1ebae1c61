"""Price bands of proposed work, cut where a quarter, half and three quarters of the quotes lie."""

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def with_price_band(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases with ``price_band``, a category such as ``200-300``; missing where there is no quote.

    Bounds are the quartiles of all quotes as round numbers; a band holds its lower bound, not its upper.
    """
    amount = cases["amount"].to_numpy()
    bounds = round_quartiles(amount[amount > 0])
    names = _names(bounds)
    band = np.where(amount > 0, np.searchsorted(bounds, amount, side="right"), -1)
    return cases.assign(price_band=pd.Categorical.from_codes(band, categories=pd.Index(names), ordered=True))


def round_quartiles(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The three quartiles, rounded to one significant digit, or to two where one makes them equal.

    Fewer where even so two are equal; none of no amounts.
    """
    if not len(amounts):
        return np.zeros(0)
    quartiles = np.quantile(amounts, [0.25, 0.5, 0.75])
    rounded = [np.unique(_significant(quartiles, digits)) for digits in (1, 2)]
    return rounded[0] if len(rounded[0]) == len(quartiles) else rounded[1]


def _significant(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    size = 10.0 ** (np.floor(np.log10(values)) - digits + 1)
    found: NDArray[np.float64] = np.round(np.round(values / size) * size, 9)
    return found


def _names(bounds: NDArray[np.float64]) -> list[str]:
    written = ["0", *(f"{bound:.10g}" for bound in bounds)]
    return [*(f"{low}-{high}" for low, high in pairwise(written)), f"{written[-1]}+"]
