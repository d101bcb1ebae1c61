"""How the tables of a store hang together: ids completed from one another, what stays unlinked counted."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from csanalysis.ingest.reports import TableReport
from csanalysis.schema import TABLES

Tables = dict[str, pd.DataFrame]

_SHORT_VIN = range(6, 9)  # systems print the last six to eight characters of seventeen
_WHOLE_VIN = 11
_FEWEST_ROWS = 20
_SILENT_DAYS = 31
_LINKED = 0.2  # a ledger that begins years after the visits may have few of their vehicles, but not so few


def linked(tables: Tables, quality: Sequence[TableReport]) -> tuple[Tables, list[TableReport]]:
    """The tables with ids completed where one whole id alone can be meant, and the reports that say so.

    Short VINs are completed from the ledger, orders without their leading zeros from the visits. Where fewer
    than one in five visits are of a vehicle of the ledger, or rows of an order of the visits, the others are
    counted among the warnings; so are the visits since the last contact, if that is over a month before the
    last visit: what was answered since is not known.
    """
    found = dict(tables)
    reports = {report.table: report for report in quality}
    for name, frame in tables.items():
        for column, home, note, ends in (
            ("vin", "vehicle_sales", "vins_completed", _vin_ends),
            ("ro_number", "service_visits", "orders_completed", _plain_orders),
        ):
            if name == home or home not in tables or column not in TABLES[name].by_name:
                continue
            whole = ends(tables[home][column], found[name][column])
            if len(whole):
                found[name] = found[name].assign(**{column: found[name][column].replace(whole.to_dict())})
                count = int(frame[column].isin(whole.index).sum())
                reports[name] = replace(reports[name], notes=reports[name].notes | {note: count})
    for name, column, home, kind in (
        ("service_visits", "vin", "vehicle_sales", "vehicles_not_in_ledger"),
        ("upsell_items", "ro_number", "service_visits", "orders_not_found"),
    ):
        if name in found and home in found and (lost := _unlinked(found[name][column], found[home][column])):
            reports[name] = replace(reports[name], warnings=reports[name].warnings | {kind: lost})
    if "contacts" in found and (unheard := _after_the_last_contact(found)):
        told = reports["contacts"].warnings | {"visits_after_last_contact": unheard}
        reports["contacts"] = replace(reports["contacts"], warnings=told)
    return found, [reports[report.table] for report in quality]


def _after_the_last_contact(tables: Tables) -> int:
    """Visits since the last contact, where those go on for so long that the log must be an old one."""
    if "service_visits" not in tables or tables["contacts"].empty:
        return 0
    days, last = tables["service_visits"]["visit_date"], tables["contacts"]["contact_date"].max()
    late = days > last + pd.Timedelta(days=_SILENT_DAYS)
    return int((days > last).sum()) if late.any() else 0


def _unlinked(ids: pd.Series, home: pd.Series) -> int:
    """Rows without a partner, where they are so many that the ids of the two exports cannot be the same."""
    there = ids.isin(home)
    return int((~there).sum()) if len(ids) >= _FEWEST_ROWS and there.mean() < _LINKED else 0


def _vin_ends(ledger: pd.Series, vins: pd.Series) -> pd.Series:
    """End of a VIN → the one VIN of the ledger that ends so."""
    known = pd.Series(vins.dropna().unique(), dtype="str")
    short = known[known.str.len().isin(_SHORT_VIN) & ~known.isin(ledger)]
    whole = pd.Series(ledger.dropna().unique(), dtype="str")
    whole = whole[whole.str.len() >= _WHOLE_VIN]
    ends = [pd.Series(whole.to_numpy(), index=whole.str[-length:]) for length in sorted(set(short.str.len()))]
    return _only(pd.concat(ends), short) if ends else pd.Series(dtype="str")


def _plain_orders(visits: pd.Series, orders: pd.Series) -> pd.Series:
    """Number of an order → the one number of the visits that is the same but for leading zeros."""
    known = pd.Series(orders.dropna().unique(), dtype="str")
    unknown = known[~known.isin(visits)]  # few, so that they are asked for first
    unknown = unknown[unknown.str.fullmatch(r"[1-9]\d*")]
    if unknown.empty:
        return pd.Series(dtype="str")
    padded = pd.Series(visits.dropna().unique(), dtype="str")
    padded = padded[padded.str.fullmatch(r"0\d+")]
    return _only(pd.Series(padded.to_numpy(), index=padded.str.lstrip("0")), unknown)


def _only(whole: pd.Series, wanted: pd.Series) -> pd.Series:
    """Of what is wanted, that which one entry alone stands for."""
    single = whole[~whole.index.duplicated(keep=False)]
    return single[single.index.isin(wanted)]
