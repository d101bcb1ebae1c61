"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.metrics.contacts import contacts, records
from csanalysis.metrics.stats.cases import Cases, by_one
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

_COUNTS = {
    "record_checks": ("check_date", (records.record_accuracy_rate, records.late_entry_rate)),
    "contacts": (
        "contact_date",
        (contacts.reached_rate, contacts.invalid_phone_rate, contacts.contacts_made),
    ),
}


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: checks of records, or contacts."""
    as_of = pd.Timestamp(params.as_of)
    found = {
        count.__name__: Cases(tables[table], by_one(partial(count, as_of=as_of)), table, date, tables)
        for table, (date, counts) in _COUNTS.items()
        if table in tables
        for count in counts
    }
    if "contacts" in tables:
        count = by_one(contacts.contacts_per_case)
        found["contacts_per_case"] = Cases(tables["contacts"], count, "contacts", "contact_date", tables)
    return found
