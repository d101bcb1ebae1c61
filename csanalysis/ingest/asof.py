"""What is known at the last day counted: later rows left out, later events not yet happened."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from csanalysis.ingest.reports import TableReport
from csanalysis.schema import TABLES, Table

Tables = dict[str, pd.DataFrame]


def as_known(frame: pd.DataFrame, report: TableReport, as_of: date) -> tuple[pd.DataFrame, TableReport]:
    """One table as it stood at the end of ``as_of``, and its report with the rows left out counted.

    A row without its date stays. An event after ``as_of`` inside a row that stays becomes empty, with what
    is known only from it (``recovered_amount`` with ``recovered_date``); plans such as ``due_date`` stay. The
    ``status`` of a lead that something happened to later is what it was before.
    """
    known = known_by(report.table, frame, as_of)
    first, last = _span(known, TABLES[report.table])
    return known, replace(
        report, after_as_of=len(frame) - len(known), kept=len(known), first_date=first, last_date=last
    )


def known_by(name: str, frame: pd.DataFrame, day: date) -> pd.DataFrame:
    """The clean table ``name`` as it stood at the end of a day."""
    table = TABLES[name]
    end = pd.Timestamp(day) + pd.Timedelta(days=1)
    if table.dated_by:
        after = frame[table.dated_by] >= end
        frame = frame[~after].reset_index(drop=True) if after.any() else frame
    return _without_later_events(frame, table, end)


def _without_later_events(frame: pd.DataFrame, table: Table, end: pd.Timestamp) -> pd.DataFrame:
    unknown = {
        name: frame[name].mask(frame[event] >= end)
        for event, *facts in table.events
        if (frame[event] >= end).any()
        for name in (event, *facts)
    }
    if table.name == "leads" and unknown:
        unknown["status"] = _status_by_then(frame, end)
    return frame.assign(**unknown) if unknown else frame


def _status_by_then(leads: pd.DataFrame, end: pd.Timestamp) -> pd.Series:
    """By what had happened to a lead before ``end``; as written where nothing is dated later."""
    later = pd.Series(False, index=leads.index)
    then = pd.Series("open", index=leads.index)
    for event, status in (("defeated_date", "defeated"), ("reactivated_date", "open"), ("won_date", "won")):
        later |= leads[event] >= end
        then = then.mask(leads[event] < end, status)
    return leads["status"].mask(later, then.astype(leads["status"].dtype))


def _span(frame: pd.DataFrame, table: Table) -> tuple[date | None, date | None]:
    if not table.dated_by or frame[table.dated_by].isna().all():
        return None, None
    dates = pd.DatetimeIndex(frame[table.dated_by])
    return dates.min().date(), dates.max().date()


def with_vehicles(tables: Mapping[str, pd.DataFrame]) -> Tables:
    """Tables in which a row that names only its customer has that customer's vehicle.

    It is the vehicle most recently in the workshop (of one day the largest ``ro_number``), else the one most
    recently sold; the VIN stays empty for a customer without a vehicle.
    """
    vehicle = _latest_vehicles(tables)
    filled = {
        name: frame.assign(vin=frame["vin"].fillna(frame["customer_id"].map(vehicle).astype("str")))
        for name, frame in tables.items()
        if set(TABLES[name].any_of) == {"vin", "customer_id"} and frame["vin"].isna().any()
    }
    return {**tables, **filled}


def _latest_vehicles(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Customer → VIN."""
    latest = [
        tables[name]
        .dropna(subset=["customer_id"])
        .sort_values(order, kind="stable")
        .drop_duplicates("customer_id", keep="last")
        .set_index("customer_id")["vin"]
        for name, order in (
            ("vehicle_sales", ["sale_date", "vin"]),
            ("service_visits", ["visit_date", "ro_number"]),
        )
        if name in tables
    ]
    if not latest:
        return pd.Series([], dtype="str")
    vehicles: pd.Series = pd.concat(latest).groupby(level=0).last()
    return vehicles


def own_words(spoken: Mapping[str, pd.DataFrame], hidden: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The tables as they were before masking, of those with free text in which something was hidden."""
    changed = [name for name in hidden if TABLES[name].is_spoken]
    whole = with_vehicles(spoken) if changed else {}
    return {name: whole[name] for name in changed}
