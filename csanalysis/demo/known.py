"""What the store's systems knew on the day of an export: the truth of later days is left out."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.demo.plan import EXPORT_LAG, Plan
from csanalysis.schema import TABLES


def known_at(plan: Plan, tables: Mapping[str, pd.DataFrame], until: int) -> dict[str, pd.DataFrame]:
    """The simulated tables as an export made shortly after the day ``until`` [days since 1970] has them.

    Rows keep their index, by which they are found in the full table.
    """
    exported = until + EXPORT_LAG
    end = pd.Timestamp(exported + 1, unit="D")
    found = {name: _rows(name, table, end) for name, table in tables.items()}
    found["leads"] = _leads(found["leads"])
    found["contacts"] = _calls(plan, found["contacts"], end)
    campaigns = found["campaigns"]
    # A bulletin is of a whole month; a campaign is entered when it begins, and filled in within the lag.
    for name in ("survey_benchmarks", "oem_bulletin"):
        whole = found[name]["month"] + pd.offsets.MonthEnd(0) <= pd.Timestamp(until, unit="D")
        found[name] = found[name][whole]
    found["campaigns"] = campaigns[campaigns["start_date"] <= pd.Timestamp(until, unit="D")]
    return found


def _rows(name: str, table: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Rows dated before ``end``, and only their events of before ``end``."""
    dated_by = "first_seen" if name == "customers" else TABLES[name].dated_by
    if dated_by:
        table = table[table[dated_by] < end]
    later = {
        column: table[column].mask(table[event] >= end)
        for event, *facts in TABLES[name].events
        if event != "close_date"  # a repair order says when the car will be ready
        for column in (event, *facts)
    }
    return table.assign(**later)


def _leads(leads: pd.DataFrame) -> pd.DataFrame:
    """A lead is open until it is lost, whatever becomes of it; it is lost for no reason until then."""
    lost, won = leads["defeated_date"].notna(), leads["won_date"].notna()
    status = lost.map({True: "defeated", False: "open"}).mask(won, "won")
    return leads.assign(
        status=status,
        defeat_reason=leads["defeat_reason"].where(lost),
        lost_to_same_brand=leads["lost_to_same_brand"] & lost,
    )


def _calls(plan: Plan, calls: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """A call that brings somebody later has not brought anybody yet."""
    early = calls["arrived"] >= end
    return calls.assign(
        ro_number=calls["ro_number"].mask(early),
        result=calls["result"].mask(early, plan.words.results["later"]),
    )
