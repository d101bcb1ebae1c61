"""Key customers: those whom we have disappointed, for the department manager to call in person."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, format_period, text
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.value.key_customers import REASONS
from csanalysis.metrics.value.key_customers import key_customers as disappointed
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

MONTHS = 24
"""Only what happened in so many months before ``as_of`` makes a key customer."""

CALL_WITHIN_DAYS = 7

_COUNTS = dict(zip(REASONS, ("rework_visits", "fault_complaints", "major_complaints"), strict=True))


def whom_we_disappointed(params: Params, tables: Tables) -> pd.DataFrame:
    """Who is on the list: see :func:`csanalysis.metrics.value.key_customers.key_customers`."""
    since = date_plus_months(pd.Timestamp(params.as_of), -MONTHS)
    return disappointed(tables["service_visits"], tables.get("complaints"), since=since)


def customers_to_console(params: Params, tables: Tables) -> pd.DataFrame:
    """Vehicles with repeated rework, a complaint that was our fault, or a major one, as reasons to call.

    Returns
    -------
    DataFrame
        One row a vehicle, the latest first: ``vin``, ``from``, ``until`` (a week from now), ``reason``,
        ``offer``, and ``duty``: whether it happened within a service interval. An apology for what is older
        comes after the calls that are due.
    """
    as_of = pd.Timestamp(params.as_of)
    rows = KEY_CUSTOMERS.on(params, tables).reset_index(drop=True)
    recent = rows["last_event"] > date_plus_months(as_of, -params.service_interval.months)
    return pd.DataFrame(
        {
            "vin": rows["vin"],
            "from": as_of,
            "until": as_of + pd.Timedelta(days=CALL_WITHIN_DAYS),
            "reason": _reasons(rows, params.language),
            "offer": text("list_offer.key_customers", params.language),
            "duty": recent,
        }
    )


def _reasons(rows: pd.DataFrame, language: Language) -> list[str]:
    comma = text("sign.comma", language)
    return [
        comma.join(
            [
                *(text(f"list_reason.{why}", language, count=row[_COUNTS[why]]) for why in row["reasons"]),
                text(
                    "list_reason.latest",
                    language,
                    date=format_period(str(row["last_event"].date()), language),
                ),
            ]
        )
        for row in rows.to_dict("records")
    ]


KEY_CUSTOMERS = WorkList(
    "key_customers",
    who=whom_we_disappointed,
    reasons=customers_to_console,
    purpose="post_service",
    duty=True,
)
