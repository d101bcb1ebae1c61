"""What customers answered, for every chapter: who is gone, and who is off the call lists for now."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.contacts.answers import (
    case_status,
    do_not_call_vehicles,
    gone_vehicles,
    no_contacts,
)
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


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
