"""Why customers leave, in their own words: what was answered when they were asked in."""

import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.schema.call_results import REASONS, known_result

ASKING = ("win_back", "maintenance")
"""Purposes of the calls in which a reason for staying away is heard."""

FEWEST = 5
"""A word of the store's own that fewer vehicles said goes with ``other``."""


def churn_reasons(contacts: pd.DataFrame) -> pd.DataFrame:
    """Vehicles by the reason for leaving that was given in a call.

    Parameters
    ----------
    contacts : DataFrame
        Clean table. Calls of other purposes than win-back and maintenance do not count, nor do words that
        give no reason, such as a booking or a plain refusal.

    Returns
    -------
    DataFrame
        One row a year and ``reason``: ``value`` [vehicles], each with the last reason that it gave in the
        year. A reason is one of :data:`~csanalysis.schema.call_results.REASONS`, or a word as the store
        writes it; one that fewer than five vehicles gave in all is ``other``. Empty where no answer says.
    """
    asked = contacts[contacts["purpose"].isin(ASKING) & contacts["result"].notna() & contacts["vin"].notna()]
    known = asked["result"].map({word: known_result(word) for word in asked["result"].unique()})
    # A word that nobody knows says why only if somebody was there to say it.
    heard = asked["reached"].fillna(False).astype(bool)
    reason = known.where(known.isin(REASONS), asked["result"].where(known.isna() & heard))
    rows = pd.DataFrame(
        {"vin": asked["vin"], "day": asked["contact_date"], "reason": reason, "own": known.isna()}
    ).dropna(subset=["reason"])
    rows = rows.assign(year=rows["day"].dt.year).sort_values(["vin", "day"], kind="stable")
    said = rows.groupby("reason")["vin"].nunique()
    rows["reason"] = rows["reason"].mask(rows["own"] & (rows["reason"].map(said) < FEWEST), "other")
    last = rows.drop_duplicates(["vin", "year"], keep="last")
    counts = last.groupby(["year", "reason"]).size().reset_index(name="vehicles")
    return tidy(
        counts["year"].astype("str"), value=counts["vehicles"].to_numpy(), reason=counts["reason"].to_numpy()
    )
