"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.metrics.stats.cases import Cases, by_one
from csanalysis.metrics.value import leads, reminders
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: leads given up, or reminders that reached somebody."""
    as_of, found = pd.Timestamp(params.as_of), {}
    if (rows := tables.get("leads")) is not None:
        given_up = rows.assign(verdict=leads.verdicts(rows))
        for count in (leads.leads_defeated, leads.false_defeat_rate):
            counted = by_one(partial(count, as_of=as_of))
            found[count.__name__] = Cases(given_up, counted, "leads", "defeated_date", tables)
    if (rows := tables.get("contacts")) is not None:
        visits, sales = tables["service_visits"], tables["vehicle_sales"]
        arrived = partial(
            reminders.reminder_arrival_rate,
            visits=visits,
            sales=sales,
            days=params.value.reminder_days,
            as_of=as_of,
        )
        found["reminder_arrival_rate"] = Cases(rows, by_one(arrived), "contacts", "contact_date", tables)
    return found
