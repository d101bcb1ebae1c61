"""Process checks at the desk: how many items pass, by person, process, week and month."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import (
    month_label,
    month_numbers,
    week_label,
    week_numbers,
)
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson


def valid_checks(checks: pd.DataFrame) -> pd.DataFrame:
    """The process checks without those that passed more items than were checked, or fewer than none."""
    return checks[checks["items_passed"].between(0, checks["items_checked"])]


def process_compliance_rate(
    checks: pd.DataFrame, *, kind: str, as_of: pd.Timestamp, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Share of the checked items that passed.

    Parameters
    ----------
    checks : DataFrame
        Sound process checks, a clean table.
    kind : str
        ``week`` (ISO), ``month`` or ``year``.
    as_of : Timestamp
        Last day counted.
    by : sequence of str
        Splits: ``staff``, ``process``; a row without one of them counts only in the undivided rate.

    Returns
    -------
    DataFrame
        One row a split and period, from the first check to ``as_of``: ``numerator`` [items passed],
        ``denominator`` [items checked], ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). NaN where
        nothing was checked. Higher is better.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    groups = list(by)
    rows = checks.dropna(subset=groups)
    if checks.empty or rows.empty:
        return tidy([], **{name: [] for name in groups})
    place = pd.Series(_places(rows["check_date"], kind), index=rows.index, name="place")
    sums = rows.groupby([*(rows[name] for name in groups), place])[["items_passed", "items_checked"]].sum()
    last = _places(pd.Series([as_of]), kind)[0]
    span = range(_places(checks["check_date"], kind).min(), last + 1)
    sums = sums.reset_index().astype({"items_passed": float, "items_checked": float})
    splits = rows[groups].drop_duplicates() if groups else pd.DataFrame({"": [0]})
    grid = splits.merge(pd.DataFrame({"place": span}), how="cross").merge(
        sums, how="left", on=[*groups, "place"]
    )
    passed = grid["items_passed"].fillna(0).to_numpy()
    checked = grid["items_checked"].fillna(0).to_numpy()
    low, high = wilson(passed, checked)
    return tidy(
        grid["place"].map({place: _label(place, kind) for place in span}),
        numerator=passed,
        denominator=checked,
        low=low,
        high=high,
        **{name: grid[name] for name in groups},
    )


def _places(dates: pd.Series, kind: str) -> np.ndarray:
    if kind == "week":
        return week_numbers(dates)
    months = month_numbers(dates)
    return months if kind == "month" else months // 12


def _label(place: int, kind: str) -> str:
    if kind == "week":
        return week_label(place)
    return month_label(place) if kind == "month" else str(1970 + place)


def process_warnings(checks: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Checks that cannot be right and are left out.

    Parameters
    ----------
    checks : DataFrame
        Process checks, a clean table.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a ``warning``: ``passed_over_checked``, ``nothing_checked``; ``value`` [checks].
    """
    counts = {
        "passed_over_checked": len(checks) - len(valid_checks(checks)),
        "nothing_checked": int((checks["items_checked"] == 0).sum()),
    }
    return tidy([str(as_of.date())] * len(counts), value=list(counts.values()), warning=list(counts))
