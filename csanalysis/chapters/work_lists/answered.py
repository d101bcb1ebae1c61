"""What customers' answers say about calling them again."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.contacts.answers import case_status, do_not_call_vehicles
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def answered(params: Params, tables: Tables) -> pd.DataFrame:
    """Who is off the call lists on the day after ``params.as_of``, and the calls made so far.

    Returns
    -------
    DataFrame
        As :func:`csanalysis.metrics.contacts.answers.case_status` gives it, by VIN or lead.
    """
    visits, made = tables["service_visits"], tables.get("contacts")
    never = do_not_call_vehicles(tables.get("customers"), visits, tables["vehicle_sales"], made)
    if made is None:
        asked = {"off": True, "why": "do_not_call", "until": pd.NaT, "tries": 0}
        return pd.DataFrame(asked, index=never.rename("whom"))
    calls = params.calls
    return case_status(
        made,
        pd.Timestamp(params.as_of) + pd.Timedelta(days=1),
        tries=calls.tries,
        again_after_days=calls.again_after_days,
        refused_days=calls.refused_days,
        rest_days=calls.rest_days,
        visits=visits,
        do_not_call=never,
    )
