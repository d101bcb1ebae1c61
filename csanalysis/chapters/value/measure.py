"""Value created: services due, reminders and what they change, leads, referrals, opportunities."""

from collections.abc import Mapping, Sequence

import pandas as pd

from csanalysis.chapters.shared import kept
from csanalysis.chapters.store_facts import roster, services
from csanalysis.chapters.value.calls import measure_calls
from csanalysis.chapters.value.cases import cases
from csanalysis.chapters.value.effect import holdout_is_over, measure_effect
from csanalysis.chapters.value.lists_opportunities import known_insurance
from csanalysis.metrics.customers import service_due, service_due_backtest
from csanalysis.metrics.results import Results
from csanalysis.metrics.value import (
    leads,
    opportunities,
    referrals,
    reminders,
    value_created,
)
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

GIVEN_UP: Mapping[str, Sequence[tuple[str, ...]]] = {
    "leads_defeated": ((), ("defeat_reason",), ("verdict",)),
    "false_defeat_rate": ((), ("defeat_reason",)),
}
"""How each is split."""


def measure(params: Params, tables: Tables) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Value settings, service interval and lifecycle.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``: service_visits and vehicle_sales; contacts, leads, referrals,
        complaints and upsell_items where there are any.

    Returns
    -------
    Results
        What needs a table that is missing is left out.
    """
    results = _service_due(params, tables) + _opportunities(params, tables)
    results += _reminders(params, tables)
    results += _leads(params, tables)
    results += _referrals(params, tables)
    return results + _sum(params, tables, results)


@kept
def _service_due(params: Params, tables: Tables) -> Results:
    rows, as_of, interval = services(tables), pd.Timestamp(params.as_of), params.service_interval
    cases = service_due_backtest.service_due_backtest(
        rows, months=interval.months, km=interval.km, as_of=as_of
    )
    told = service_due.next_services(rows, months=interval.months, km=interval.km, as_of=as_of)
    expected = service_due.service_due_vehicles(told, as_of=as_of)
    return Results(
        {
            "service_due_error_days": [
                service_due_backtest.service_due_error_days(cases, as_of=as_of, by_method=split)
                for split in (False, True)
            ],
            "service_due_coverage": service_due_backtest.service_due_coverage(cases, as_of=as_of),
            "service_due_band_days": service_due_backtest.service_due_band_days(cases, as_of=as_of),
            "service_due_vehicles": expected,
            "service_due_value": service_due.service_due_value(
                expected, tables["service_visits"], as_of=as_of
            ),
        }
    )


@kept
def _reminders(params: Params, tables: Tables) -> Results:
    if (contacts := tables.get("contacts")) is None:
        return Results()
    as_of, days = pd.Timestamp(params.as_of), params.value.reminder_days
    visits = tables["service_visits"]
    effect = Results() if holdout_is_over(params) else measure_effect(params, tables, Results())
    return (
        effect
        + measure_calls(params, tables)
        + Results(
            {
                "reminder_revenue": reminders.reminder_revenue(contacts, visits, days=days, as_of=as_of),
                "contacts_to_arrival": reminders.contacts_to_arrival(contacts, visits, as_of=as_of),
                "contacts_per_arrival": reminders.contacts_per_arrival(contacts, visits, as_of=as_of),
                "invitation_reached_rate": reminders.invitation_reached_rate(contacts, by="attempt"),
                "hourly_reached_rate": reminders.invitation_reached_rate(contacts, by="hour"),
                "reminder_arrival_rate": [
                    cases(params, tables)["reminder_arrival_rate"].by(*by)
                    for by in ((), ("purpose",), ("agent",))
                ],
                "contact_results": opportunities.contact_results(contacts),
            }
        )
    )


def _leads(params: Params, tables: Tables) -> Results:
    if (rows := tables.get("leads")) is None:
        return Results()
    as_of, counted = pd.Timestamp(params.as_of), cases(params, tables)
    reactivated = leads.leads_reactivated(rows, as_of=as_of)
    low, high = params.value.lead_cost
    return Results(
        {
            "leads_reactivated": reactivated,
            "reactivated_won": leads.reactivated_won(rows, as_of=as_of),
            "lead_cost_saved": leads.lead_cost_saved(reactivated, costs=(low, high)),
            **{name: [counted[name].by(*by) for by in splits] for name, splits in GIVEN_UP.items()},
            "reactivated_won_rate": [
                leads.reactivated_won_rate(rows, as_of=as_of, by_agent=split) for split in (False, True)
            ],
        }
    )


def _referrals(params: Params, tables: Tables) -> Results:
    if (rows := tables.get("referrals")) is None:
        return Results()
    as_of = pd.Timestamp(params.as_of)
    visits, sales = tables["service_visits"], tables["vehicle_sales"]
    return Results(
        {
            "referral_rebate": referrals.referral_rebate(
                rows, as_of=as_of, rebate=params.value.referral_rebate
            ),
            "referrals_invited": referrals.referrals_invited(rows, as_of=as_of),
            "referral_match_rate": referrals.referral_match_rate(rows, as_of=as_of),
            "referrer_share": referrals.referrer_share(rows, visits, sales, as_of=as_of),
        }
    )


def _opportunities(params: Params, tables: Tables) -> Results:
    as_of, sales, ages = pd.Timestamp(params.as_of), tables["vehicle_sales"], params.lifecycle
    base = opportunities.sold_vehicles_in_base(
        roster(params, tables), sales, as_of=as_of, lost_months=ages.permanent_months
    )
    candidates = opportunities.trade_in_candidates(base, as_of=as_of)
    low, high = params.value.lead_cost
    metrics = {
        "trade_in_vehicles": opportunities.trade_in_vehicles(candidates, as_of=as_of),
        "trade_in_value": [opportunities.trade_in_value(candidates, costs=(low, high), as_of=as_of)],
        "insurance_renewals": [
            opportunities.insurance_renewals(base, as_of=as_of, known=known_insurance(tables))
        ],
    }
    if (complaints := tables.get("complaints")) is not None:
        metrics["complaints_by_topic"] = [opportunities.complaints_by_topic(complaints)]
    return Results(metrics)


def _sum(params: Params, tables: Tables, results: Results) -> Results:
    """Every source in one table; what is known of none is in none."""
    parts = {
        name: frame
        for name, metric, group in (
            ("referral_rebate", "referral_rebate", {}),
            ("lead_cost_saved", "lead_cost_saved", {"bound": "low"}),
            ("reminder_effect", "reminder_effect_revenue", {}),
        )
        if len(frame := results.select(metric, "year", **group))
    }
    metrics = {}
    if (items := tables.get("upsell_items")) is not None and items["followed_up_date"].notna().any():
        recovered = value_created.recovered_amount(items, as_of=pd.Timestamp(params.as_of))
        metrics["recovered_amount"] = [recovered]
        parts["recovered_items"] = recovered
    return Results(metrics | {"value_created": value_created.value_created(parts)})
