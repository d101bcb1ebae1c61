"""Calls owed after a sale and after a visit: who has not been asked yet how it went."""

from collections.abc import Mapping
from functools import partial
from typing import Literal

import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.first_service.rates import sold_vehicles
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]
Purpose = Literal["post_sale", "post_service"]


def not_asked_yet(params: Params, tables: Tables, *, purpose: Purpose) -> pd.DataFrame:
    """Vehicles sold, or in for a visit, in the last days up to ``as_of`` that nobody has called since.

    One row a vehicle: ``vin`` and ``date``, of its latest sale or visit. None where contacts of the purpose
    were never recorded: the store does not keep these calls.
    """
    made, as_of = tables.get("contacts"), pd.Timestamp(params.as_of)
    if made is None or not (asked := made[made["purpose"] == purpose]).size:
        return pd.DataFrame({"vin": pd.array([], dtype="str"), "date": pd.Series([], dtype="datetime64[s]")})
    if purpose == "post_sale":
        days = params.contacts.post_sale_days
        rows = sold_vehicles(tables["vehicle_sales"], as_of=as_of, local_only=params.first_service.local_only)
        rows = rows.rename(columns={"sale_date": "date"})[["vin", "date"]]
    else:
        days = params.contacts.post_service_days
        rows = tables["service_visits"].rename(columns={"visit_date": "date"})[["vin", "date"]]
    recent = rows[rows["date"] > as_of - pd.Timedelta(days=days)].sort_values(["vin", "date"])
    latest = recent.drop_duplicates("vin", keep="last")
    called = asked.groupby("vin")["contact_date"].max().dt.normalize()
    open_still = ~(latest["vin"].map(called) >= latest["date"])
    return latest[open_still.to_numpy(dtype=bool)].reset_index(drop=True)


def to_ask(params: Params, tables: Tables, *, purpose: Purpose) -> pd.DataFrame:
    """The same as reasons to call: ``vin``, ``from``, ``until`` (so many days after the day), ``reason``."""
    rows, language = not_asked_yet(params, tables, purpose=purpose), params.language
    days = params.contacts.post_sale_days if purpose == "post_sale" else params.contacts.post_service_days
    written = rows["date"].dt.strftime("%Y-%m-%d")
    reasons = [text(f"list_reason.{purpose}", language, date=format_period(day, language)) for day in written]
    return pd.DataFrame(
        {
            "vin": rows["vin"],
            "from": pd.Timestamp(params.as_of),
            "until": rows["date"] + pd.Timedelta(days=days),
            "reason": reasons,
        }
    )


POST_SALE, POST_SERVICE = (
    WorkList(
        name,
        who=partial(not_asked_yet, purpose=name),
        reasons=partial(to_ask, purpose=name),
        purpose=name,
        duty=True,
    )
    for name in ("post_sale", "post_service")
)
LISTS = (POST_SALE, POST_SERVICE)
