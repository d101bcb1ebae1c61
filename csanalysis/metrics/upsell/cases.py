"""Work proposed to customers (增项), one row an item, ready to count: dated, labelled, followed to its end.

Every other upsell module takes these cases. What is odd about an export is settled here and counted.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy

LABELS = ("grade", "item", "advisor", "technician", "team", "decline_reason")
GRADES = ("A", "B", "C")
WARNINGS = (
    "unknown_order",
    "undated",
    "accepted_with_reason",
    "declined_without_reason",
    "amount_not_positive",
    "recovered_before_declined",
    "single_advisor",
)


def upsell_cases(items: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The proposed items with what became of them.

    Parameters
    ----------
    items : DataFrame
        Proposed items, a clean table.
    visits : DataFrame
        Service visits, a clean table, one row a repair order.
    as_of : Timestamp
        Last day counted: items dated after it are left out, what happened after it has not happened.

    Returns
    -------
    DataFrame
        One row an item, in the order and under the index of ``items``: ``date`` (proposed_date, else the
        visit's; NaT where neither is known), ``visit`` (row of its repair order in ``visits``, -1 where that
        is unknown),
        ``ro_number``, the labels of :data:`LABELS` as categories, ``accepted``, ``amount`` [yuan],
        ``followed_up_date``, ``due_date``, ``recovered``, ``recovered_days`` [days from date to recovery,
        else NaN], ``recovered_amount`` [yuan, else 0], ``confirmed`` (somebody confirmed it), ``unpriced``
        and ``recovered_early`` (see Notes).

    Notes
    -----
    The outcome decides: an accepted item with a reason for declining is accepted. An amount that is not above
    0 is no quote: the item counts, its amount is 0. Only a declined item is followed up or recovered, and
    not before it was declined; such a date is no recovery. Recovered work without an amount counts with the
    amount quoted.
    """
    visit = _rows_of(items["ro_number"], visits["ro_number"])
    visited = visits["visit_date"].to_numpy(dtype="datetime64[s]")
    proposed = items["proposed_date"].to_numpy(dtype="datetime64[s]")
    undated = np.isnat(proposed)
    date = proposed
    if undated.any() and len(visited):
        date = np.where(undated & (visit >= 0), visited[visit], proposed)
    day = date.astype("datetime64[D]").astype("int64")
    accepted = (items["outcome"] == "accepted").to_numpy()
    recovered_on = items["recovered_date"].to_numpy(dtype="datetime64[s]")
    end = np.datetime64(as_of, "s")
    recovered = ~accepted & (recovered_on >= date) & (recovered_on <= end)
    amount = _quoted(items["amount"])
    later = _quoted(items["recovered_amount"])
    followed = items["followed_up_date"].to_numpy(dtype="datetime64[s]")
    cases = pd.DataFrame(
        {
            "date": date,
            "visit": visit,
            "ro_number": items["ro_number"].array,
            **{name: _labels(items[name]) for name in LABELS},
            "accepted": accepted,
            "amount": amount,
            "followed_up_date": np.where(~accepted & (followed <= end), followed, np.datetime64("NaT", "s")),
            "due_date": items["due_date"].array,
            "recovered": recovered,
            "recovered_days": np.where(
                recovered, recovered_on.astype("datetime64[D]").astype("int64") - day, np.nan
            ),
            "recovered_amount": np.where(recovered, np.where(later > 0, later, amount), 0.0),
            "confirmed": items["confirmed_by"].notna().to_numpy(),
            "unpriced": (items["amount"] <= 0).to_numpy(),
            "recovered_early": ~accepted & (recovered_on < date),
        },
        index=items.index,
    )
    late = date > end
    return cases[~late] if late.any() else cases


def upsell_warnings(cases: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """How many items are odd, by what is odd about them.

    Parameters
    ----------
    cases : DataFrame
        :func:`upsell_cases`.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a ``warning`` of :data:`WARNINGS`: ``value`` [items], 0 where nothing is odd;
        ``single_advisor`` is all items where they have one and the same advisor, so that there is nobody to
        compare with.
    """
    explained = cases["decline_reason"].notna()
    one_advisor = len(cases["advisor"].cat.categories) == 1
    odd = (
        cases["visit"] < 0,
        cases["date"].isna(),
        cases["accepted"] & explained,
        ~cases["accepted"] & ~explained,
        cases["unpriced"],
        cases["recovered_early"],
        cases["advisor"].notna() & one_advisor,
    )
    counts = [int(rows.sum()) for rows in odd]
    return tidy([f"{as_of:%Y-%m-%d}"] * len(WARNINGS), value=counts, warning=WARNINGS)


def _rows_of(wanted: pd.Series, known: pd.Series) -> NDArray[np.int64]:
    """Row of each wanted number among the known ones, -1 where it is not among them."""
    code, numbers = pd.factorize(pd.concat([known, wanted], ignore_index=True))
    row = np.full(len(numbers) + 1, -1)
    row[code[: len(known)]] = np.arange(len(known))
    # A missing number has the code -1, the last place.
    row[-1] = -1
    found: NDArray[np.int64] = row[code[len(known) :]]
    return found


def _labels(column: pd.Series) -> pd.Categorical:
    codes, labels = pd.factorize(column, sort=True)
    return pd.Categorical.from_codes(codes, categories=pd.Index(labels))


def _quoted(amounts: pd.Series) -> NDArray[np.float64]:
    amount = amounts.to_numpy(float)
    return np.where(amount > 0, amount, 0.0)
