"""What is known of a store's vehicles and of the calls made to them, for every chapter that plans calls."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.customers import service_due, service_habits
from csanalysis.metrics.customers.roster import vehicle_roster
from csanalysis.metrics.value import reminder_effect
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def roster(params: Params, tables: Tables) -> pd.DataFrame:
    """Every vehicle sold or seen, as :func:`csanalysis.metrics.customers.roster.vehicle_roster` tells it."""
    return vehicle_roster(
        tables["service_visits"],
        tables["vehicle_sales"],
        as_of=pd.Timestamp(params.as_of),
        boundaries=params.lifecycle.boundaries,
    )


@shared
def services(tables: Tables) -> pd.DataFrame:
    """Every service of the past, as :func:`csanalysis.metrics.customers.service_due.services` gives them."""
    return service_due.services(tables["service_visits"], tables["vehicle_sales"])


@shared
def matched(params: Params, tables: Tables) -> reminder_effect.Matched:
    """Reached customers and like ones not called, for any purposes; ``contacts`` must be there."""
    rows, interval = services(tables), params.service_interval
    habits = service_habits.learn_habits(
        rows, months=interval.months, km=interval.km, before=pd.Timestamp(params.as_of)
    )
    told = service_habits.predict_next_service(rows, habits, months=interval.months, km=interval.km)
    return reminder_effect.Matched(
        tables["contacts"],
        tables["service_visits"],
        tables["vehicle_sales"],
        days=params.value.reminder_days,
        as_of=pd.Timestamp(params.as_of),
        due=rows[["vin", "service_date"]].assign(expected=told["expected"]),
    )
