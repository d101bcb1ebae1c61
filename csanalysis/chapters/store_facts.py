"""What is known of a store's vehicles and of the calls made to them, for every chapter that plans calls."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.answered import gone
from csanalysis.chapters.shared import shared
from csanalysis.metrics.customers import return_hazard, service_due
from csanalysis.metrics.customers.roster import vehicle_roster
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.value import reminder_cases as cases
from csanalysis.metrics.value.call_gain import CallGains, fit_call_gains
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def roster(params: Params, tables: Tables) -> pd.DataFrame:
    """Every vehicle sold or seen that is not :func:`gone`.

    As :func:`csanalysis.metrics.customers.roster.vehicle_roster` tells it.
    """
    everyone = vehicle_roster(
        tables["service_visits"],
        tables["vehicle_sales"],
        as_of=pd.Timestamp(params.as_of),
        boundaries=params.lifecycle.boundaries,
    )
    left = everyone["vin"].isin(gone(params, tables).index)
    return everyone[~left].reset_index(drop=True) if left.any() else everyone


@shared
def services(tables: Tables) -> pd.DataFrame:
    """Every service of the past, as :func:`csanalysis.metrics.customers.service_due.services` gives them."""
    return service_due.services(tables["service_visits"], tables["vehicle_sales"])


@shared
def hazard(params: Params, tables: Tables) -> return_hazard.Hazard:
    """Who comes when, as :func:`csanalysis.metrics.customers.return_hazard.learn_hazard` learns it."""
    return return_hazard.learn_hazard(
        tables["service_visits"],
        tables["vehicle_sales"],
        as_of=pd.Timestamp(params.as_of),
        months=params.service_interval.months,
        km=params.service_interval.km,
        longest=params.lifecycle.permanent_months,
    )


@shared
def return_chances(params: Params, tables: Tables) -> pd.DataFrame:
    """By VIN the ``chance`` of a visit within three months, the ``lapse_chance``, and ``basis``.

    A vehicle that is :func:`gone` has none. As
    :func:`csanalysis.metrics.customers.return_hazard.return_chances` tells them.
    """
    told = return_hazard.return_chances(
        hazard(params, tables),
        tables["service_visits"],
        tables["vehicle_sales"],
        lapse_months=params.lifecycle.churned_months,
    )
    return told[~told["vin"].isin(gone(params, tables).index)].set_index("vin")


@shared
def reminder_cases(params: Params, tables: Tables) -> pd.DataFrame:
    """Every call that asked somebody in who had not been spoken to yet, and what came of it.

    ``contacts`` must be there; the rows are those of
    :func:`csanalysis.metrics.value.reminder_cases.reminder_cases`. What calls change is told from them alone,
    wherever it stands.
    """
    return cases.reminder_cases(
        tables["contacts"],
        tables["service_visits"],
        tables["vehicle_sales"],
        days=params.value.reminder_days,
        as_of=pd.Timestamp(params.as_of),
    )


@shared
def call_gains(params: Params, tables: Tables) -> CallGains:
    """What calling is known to change, by the last three complete years; ``contacts`` must be there."""
    return fit_call_gains(
        reminder_cases(params, tables),
        year=last_complete_year(pd.Timestamp(params.as_of)),
        boundaries=params.lifecycle.boundaries,
    )
