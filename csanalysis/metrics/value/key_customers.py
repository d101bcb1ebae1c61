"""Customers whom the department manager looks after in person."""

import pandas as pd

REWORK_VISITS = 2
REASONS = ("repeated_rework", "dealer_fault", "major_complaint")


def key_customers(
    visits: pd.DataFrame, complaints: pd.DataFrame | None, *, since: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Vehicles with repeated rework, a complaint that was our fault, or a major complaint.

    Parameters
    ----------
    visits : DataFrame
        Clean table.
    complaints : DataFrame or None
        Clean table; None where the dealership has none.
    since : Timestamp, optional
        Count only what happened after this day; all of the data unless given.

    Returns
    -------
    DataFrame
        Latest first: ``vin``, ``rework_visits``, ``fault_complaints``, ``major_complaints``, ``last_event``,
        ``reasons`` (a tuple of repeated_rework, dealer_fault, major_complaint).

    Notes
    -----
    Repeated is two repair orders marked as rework or more.
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    rework = visits[visits["is_rework"].fillna(False).astype(bool)]
    events = [rework[["vin", "visit_date"]].set_axis(["vin", "date"], axis=1).assign(kind="rework_visits")]
    if complaints is not None:
        found = complaints[["vin", "complaint_date"]].set_axis(["vin", "date"], axis=1)
        fault = complaints["dealer_fault"].fillna(False).astype(bool)
        events += [
            found[fault].assign(kind="fault_complaints"),
            found[complaints["severity"] == "major"].assign(kind="major_complaints"),
        ]
    happened = pd.concat(events, ignore_index=True).dropna(subset="vin")
    if since is not None:
        happened = happened[happened["date"] > since]
    kinds = ["rework_visits", "fault_complaints", "major_complaints"]
    counts = pd.crosstab(happened["vin"], happened["kind"]).reindex(columns=kinds, fill_value=0)
    counts["last_event"] = happened.groupby("vin")["date"].max()
    fulfilled = pd.DataFrame(
        {
            reason: counts[kind] >= least
            for reason, kind, least in zip(REASONS, kinds, (REWORK_VISITS, 1, 1), strict=True)
        }
    )
    counts["reasons"] = [tuple(fulfilled.columns[row]) for row in fulfilled.to_numpy()]
    chosen = counts[fulfilled.any(axis=1)].rename_axis(columns=None).reset_index()
    return chosen.sort_values(["last_event", "vin"], ascending=[False, True], ignore_index=True)
