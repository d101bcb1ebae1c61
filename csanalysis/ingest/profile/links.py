"""How many rows of each table find the row of another table that they name."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csanalysis.schema import TABLES

_HOMES = (
    ("vin", "vehicle_sales", "vin", ("service_visits", "contacts", "complaints", "appointments", "policies")),
    ("ro_number", "service_visits", "ro_number", ("upsell_items", "survey_responses", "contacts")),
    (
        "customer_id",
        "customers",
        "customer_id",
        ("vehicle_sales", "service_visits", "contacts", "complaints", "appointments"),
    ),
    ("referrer_id", "customers", "customer_id", ("referrals",)),
    ("campaign_id", "campaigns", "campaign_id", ("contacts",)),
    ("advisor", "staff", "staff", ("service_visits", "upsell_items", "appointments")),
    ("technician", "staff", "staff", ("service_visits", "upsell_items")),
    ("staff", "staff", "staff", ("survey_responses", "process_checks", "record_checks")),
)


@dataclass(frozen=True)
class Link:
    """Of the ``rows`` of a table with a value in ``column``, ``linked`` find it in the table ``home``."""

    table: str
    column: str
    home: str
    linked: int
    rows: int


def links(tables: Mapping[str, pd.DataFrame]) -> list[Link]:
    """Every link between two tables that are both there."""
    found = []
    for column, home, key, names in _HOMES:
        for name in names:
            if home not in tables or name not in tables or column not in TABLES[name].by_name:
                continue
            values = tables[name][column].dropna()
            if len(values):
                linked = int(values.isin(tables[home][key]).sum())
                found.append(Link(name, column, home, linked, len(values)))
    return found
