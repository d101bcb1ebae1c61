"""Key customers: those whom we have disappointed, for the department manager to call in person."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, format_period, text
from csanalysis.chapters.store_facts import roster
from csanalysis.display.lists.people import vehicle_models, with_customer
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.results import Results
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


def key_customers(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """Vehicles with repeated rework, a complaint that was our fault, or a major one, latest event first.

    Parameters
    ----------
    params, tables
        The dealership's; ``complaints`` may be missing.
    results : Results
        Not looked at.

    Returns
    -------
    DataFrame
        One row a vehicle: the list's columns; ``spent`` is what it paid in those months [¥].
    """
    as_of, visits = pd.Timestamp(params.as_of), tables["service_visits"]
    rows = KEY_CUSTOMERS.on(params, tables)
    recent = visits[visits["visit_date"] > date_plus_months(as_of, -MONTHS)]
    spent = recent.groupby("vin")["total_amount"].sum(min_count=1)
    known = roster(params, tables).set_index("vin")
    model = vehicle_models(tables["vehicle_sales"])
    return with_customer(rows, tables).assign(
        rank=range(1, len(rows) + 1),
        model=rows["vin"].map(model),
        last_visit=rows["vin"].map(known["last_visit"]),
        visit_class=rows["vin"].map(known["visit_class"]),
        team=rows["vin"].map(known["team"]),
        owner=text("list_owner.manager", params.language),
        due_date=as_of + pd.Timedelta(days=CALL_WITHIN_DAYS),
        reason=_reasons(rows, params.language),
        spent=rows["vin"].map(spent).round(0),
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
    (
        "rank", "customer_name", "phone", "vin", "model", "last_visit", "visit_class", "team", "owner",
        "due_date", "reason", "spent",
    ),
    who=whom_we_disappointed,
    rows=key_customers,
    purpose="post_service",
)  # fmt: skip
