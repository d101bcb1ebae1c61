"""What is known of a store's vehicles and of the calls made to them, for every chapter that plans calls."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.contacts.answers import case_status, do_not_call_vehicles, gone_vehicles, no_contacts
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
def gone(params: Params, tables: Tables) -> "pd.Series[pd.Timestamp]":
    """The day of the answer by VIN, for vehicles that are sold, moved away or scrapped, up to ``as_of``."""
    if "contacts" not in tables:
        return pd.Series(pd.to_datetime([]), index=pd.Index([], dtype="str"))
    return gone_vehicles(tables["contacts"], tables["service_visits"], _day_after(params))


def still_here(params: Params, tables: Tables, visits: pd.DataFrame) -> pd.DataFrame:
    """Of the numbered visits of :func:`csanalysis.metrics.customers.units.units` those of no vehicle gone."""
    left = tables["service_visits"]["vin"].isin(gone(params, tables).index).to_numpy()
    return visits[~left[visits["row"].to_numpy()]] if left.any() else visits


@shared
def call_status(params: Params, tables: Tables) -> pd.DataFrame:
    """Who is off the call lists on the day after ``as_of``, why, and until when.

    As :func:`csanalysis.metrics.contacts.answers.case_status` tells it; without ``contacts`` those alone whom
    the table of customers says not to call.
    """
    contacts = tables["contacts"] if "contacts" in tables else no_contacts()
    visits, calls = tables["service_visits"], params.calls
    return case_status(
        contacts,
        _day_after(params),
        tries=calls.tries,
        again_after_days=calls.again_after_days,
        refused_days=calls.refused_days,
        rest_days=calls.rest_days,
        visits=visits,
        do_not_call=do_not_call_vehicles(tables.get("customers"), visits, tables["vehicle_sales"], contacts),
    )


def _day_after(params: Params) -> pd.Timestamp:
    return pd.Timestamp(params.as_of) + pd.Timedelta(days=1)


@shared
def services(tables: Tables) -> pd.DataFrame:
    """Every service of the past, as :func:`csanalysis.metrics.customers.service_due.services` gives them."""
    return service_due.services(tables["service_visits"], tables["vehicle_sales"])


@shared
def return_chances(params: Params, tables: Tables) -> pd.DataFrame:
    """By VIN the ``chance`` of a visit within three months, the ``lapse_chance`` of the year, and ``basis``.

    A vehicle that is :func:`gone` has none. As
    :func:`csanalysis.metrics.customers.return_hazard.return_chances` tells them.
    """
    told = return_hazard.return_chances(
        tables["service_visits"],
        tables["vehicle_sales"],
        as_of=pd.Timestamp(params.as_of),
        months=params.service_interval.months,
        km=params.service_interval.km,
        longest=params.lifecycle.permanent_months,
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
