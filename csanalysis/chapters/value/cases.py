"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.metrics.stats.cases import Cases, OfRows, by_one, each_alone
from csanalysis.metrics.value import leads, opportunities, referrals, reminders
from csanalysis.metrics.value.value_created import recovered_amount
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: leads, reminders and other contacts, referrals, complaints, proposals."""
    as_of, found = pd.Timestamp(params.as_of), _by_themselves(params, tables)
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


def _by_themselves(params: Params, tables: Tables) -> dict[str, Cases]:
    """What looks at no row beside another, so that each group is counted alone.

    Words written less than ten times in a group go together there.
    """
    as_of, days = pd.Timestamp(params.as_of), params.value.reminder_days
    (low, high), made = params.value.lead_cost, tables.get("contacts")
    rebate = partial(referrals.referral_rebate, as_of=as_of, rebate=params.value.referral_rebate)
    taken_up: dict[str, tuple[OfRows, tuple[str, ...]]] = {
        "leads_reactivated": (partial(leads.leads_reactivated, as_of=as_of), ()),
        "reactivated_won": (partial(leads.reactivated_won, as_of=as_of), ()),
        "reactivated_won_rate": (partial(leads.reactivated_won_rate, as_of=as_of), ()),
        "lead_cost_saved": (
            lambda rows: leads.lead_cost_saved(leads.leads_reactivated(rows, as_of=as_of), costs=(low, high)),
            ("bound",),
        ),
    }
    counts: dict[tuple[str, str], dict[str, tuple[OfRows, tuple[str, ...]]]] = {
        ("leads", "reactivated_date"): taken_up,
        ("referrals", "referral_date"): {
            "referral_rebate": (rebate, ()),
            "referrals_invited": (partial(referrals.referrals_invited, as_of=as_of), ()),
            "referral_match_rate": (partial(referrals.referral_match_rate, as_of=as_of), ()),
        },
        ("contacts", "contact_date"): {
            "invitation_reached_rate": (
                partial(reminders.invitation_reached_rate, by="attempt"),
                ("attempt",),
            ),
            "hourly_reached_rate": (partial(reminders.invitation_reached_rate, by="hour"), ("hour",)),
            "contact_results": (opportunities.contact_results, ("result",)),
        },
        ("complaints", "complaint_date"): {
            "complaints_by_topic": (opportunities.complaints_by_topic, ("topic",))
        },
        ("upsell_items", "recovered_date"): {
            "recovered_amount": (partial(recovered_amount, as_of=as_of), ())
        },
    }
    if made is not None:
        after = partial(reminders.reminder_revenue, made, days=days, as_of=as_of)
        counts["service_visits", "visit_date"] = {"reminder_revenue": (after, ())}
    rows = {table: tables[table] for table, _ in counts if table in tables}
    if "upsell_items" in rows and not rows["upsell_items"]["followed_up_date"].notna().any():
        del rows["upsell_items"]  # nobody knows of any that was followed up
    if "leads" in rows:
        rows["leads"] = rows["leads"].assign(agent=rows["leads"]["reactivated_by"])
    return {
        name: Cases(rows[table], each_alone(count), table, date, tables, always)
        for (table, date), of in counts.items()
        if table in rows
        for name, (count, always) in of.items()
    }
