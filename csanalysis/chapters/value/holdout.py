"""What calling changed last year, where a share of the call lists was kept uncalled."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.metrics.customers import service_due
from csanalysis.metrics.customers.roster import contact_window, vehicle_roster, win_back_vehicles
from csanalysis.metrics.first_service.rates import sold_vehicles, with_first_service
from csanalysis.metrics.periods import age_in_months, date_plus_months
from csanalysis.metrics.results import Results
from csanalysis.metrics.value import holdout
from csanalysis.metrics.value.reminders import INVITATIONS
from csanalysis.params import Params

LIST_MONTHS = 3
"""A list is worked through in a quarter; the reminder's days come on top."""

_OLDEST_INVITED = 11

Tables = Mapping[str, pd.DataFrame]


def measure_holdout(params: Params, tables: Tables) -> Results:
    """The effect of the last year's lists, measured on those whom they kept apart.

    Parameters
    ----------
    params : Params
        ``value.holdout_share``; 0 measures nothing.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``, ``contacts`` among them.

    Returns
    -------
    Results
        ``holdout_effect``, ``holdout_power`` and ``holdout_called_share`` by ``list``, of the plan year in
        which ``as_of`` lies: its lists are drawn up again as they stood the day before it began.
    """
    as_of, share = pd.Timestamp(params.as_of), params.value.holdout_share
    start = pd.Timestamp(as_of.year - 1, 12, 31)
    until = date_plus_months(start, LIST_MONTHS) + pd.Timedelta(days=params.value.reminder_days)
    contacts = tables.get("contacts")
    if not share or contacts is None or until > as_of:
        return Results()
    visits, year = tables["service_visits"], as_of.year
    results = Results()
    for name, vins in call_lists(params, tables, start).items():
        outcomes = holdout.holdout_outcomes(
            vins,
            holdout.withheld(vins, plan_year=year, share=share),
            visits,
            contacts,
            after=start,
            until=until,
            purposes=INVITATIONS,
        )
        results += Results(
            {
                "holdout_effect": holdout.holdout_effect(outcomes, year=year, list_name=name),
                "holdout_power": holdout.holdout_power(outcomes, year=year, list_name=name),
                "holdout_called_share": holdout.holdout_called_share(outcomes, year=year, list_name=name),
            }
        )
    return results


def call_lists(params: Params, tables: Tables, at: pd.Timestamp) -> dict[str, pd.Series]:
    """The vehicles of each call list as it was drawn up on a day."""
    visits = tables["service_visits"]
    visits = visits[visits["visit_date"] <= at]
    sales = tables["vehicle_sales"]
    sales = sales[sales["sale_date"] <= at]
    ages, interval = params.lifecycle, params.service_interval
    roster = vehicle_roster(visits, sales, as_of=at, boundaries=ages.boundaries)
    serviced = service_due.services(visits, sales)
    told = service_due.next_services(serviced, months=interval.months, km=interval.km, as_of=at)
    soon = service_due.due_soon(told, as_of=at)["vin"]
    sold = sold_vehicles(sales, as_of=at, local_only=params.first_service.local_only)
    waiting = with_first_service(sold, visits, as_of=at)
    young = age_in_months(waiting["sale_date"], at) <= _OLDEST_INVITED
    window = contact_window(roster, from_months=ages.contact_from_months, to_months=ages.churned_months - 1)
    found = {
        "first_service_invitations": waiting.loc[
            waiting["return_date"].isna() & young.to_numpy(dtype=bool), "vin"
        ],
        "service_due": soon[soon.isin(roster.loc[roster["state"].ne("permanent"), "vin"])],
        "contact_window": window["vin"],
        "win_back": win_back_vehicles(roster)["vin"],
    }
    return {name: vins.reset_index(drop=True) for name, vins in found.items() if len(vins)}
