"""Reasons to call about what runs out: the last check before a warranty ends, a service package to renew."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.chapters.store_facts import roster
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.workshop.policies import latest
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

ENDING_MONTHS = 3
REMIND_DAYS = 60
"""Days before the end by which the vehicle should be asked in, so that what is found can still be claimed."""


def warranty_ends(params: Params, tables: Tables) -> pd.DataFrame:
    """Whose warranty ends in the three months after ``as_of``: vehicles held, ``end_date``."""
    return _ending("warranty", params, tables)


def package_ends(params: Params, tables: Tables) -> pd.DataFrame:
    """Whose service package ends in the three months after ``as_of``; as :func:`warranty_ends`."""
    return _ending("package", params, tables)


def last_checks(params: Params, tables: Tables) -> pd.DataFrame:
    """The last check before a warranty ends as reasons to call.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``from`` (sixty days before the end, or now), ``until`` (the day before
        it), ``reason``, ``offer``.
    """
    return _reasons("warranty_ending", WARRANTY_ENDING.on(params, tables), params)


def packages_to_renew(params: Params, tables: Tables) -> pd.DataFrame:
    """Service packages that end as reasons to call; as :func:`last_checks`."""
    return _reasons("package_ending", PACKAGE_ENDING.on(params, tables), params)


def _ending(kind: str, params: Params, tables: Tables) -> pd.DataFrame:
    policies, as_of = tables.get("policies"), pd.Timestamp(params.as_of)
    everyone = roster(params, tables)
    held = everyone[everyone["state"].ne("permanent").to_numpy()]
    if policies is None:
        return held[:0].assign(end_date=pd.Series(dtype="datetime64[s]"))
    rows = held.assign(end_date=held["vin"].map(latest(policies, kind)))
    soon = rows["end_date"].between(as_of, date_plus_months(as_of, ENDING_MONTHS), inclusive="right")
    return rows[soon.to_numpy()]


def _reasons(name: str, rows: pd.DataFrame, params: Params) -> pd.DataFrame:
    as_of, language = pd.Timestamp(params.as_of), params.language
    rows = rows.sort_values(["end_date", "vin"], ignore_index=True)
    first = rows["end_date"] - pd.Timedelta(days=REMIND_DAYS)
    days = [format_period(day, language) for day in rows["end_date"].dt.strftime("%Y-%m-%d")]
    return pd.DataFrame(
        {
            "vin": rows["vin"],
            "from": first.where(first > as_of, as_of),
            "until": rows["end_date"] - pd.Timedelta(days=1),
            "reason": [text(f"list_reason.{name}", language, date=day) for day in days],
            "offer": text(f"list_offer.{name}", language),
        }
    )


WARRANTY_ENDING = WorkList(
    "warranty_ending", who=warranty_ends, reasons=last_checks, purpose="maintenance", holdout=True
)
PACKAGE_ENDING = WorkList(
    "package_ending", who=package_ends, reasons=packages_to_renew, purpose="maintenance", holdout=True
)

LISTS = (WARRANTY_ENDING, PACKAGE_ENDING)
