"""All twenty tables of one dealership, as they truly are, before its systems write them down.

The simulation always runs to its last day; what an export of an earlier day shows is cut from it by
:mod:`csanalysis.demo.known`. So later exports repeat the rows of earlier ones.
"""

import pandas as pd

from csanalysis.demo.appointments import appointments
from csanalysis.demo.attributes import fuels, promised_dates
from csanalysis.demo.bulletin import oem_bulletin
from csanalysis.demo.campaigns import campaign_table, hold_campaigns
from csanalysis.demo.checks import complaints, process_checks, record_checks
from csanalysis.demo.contacts import contacts
from csanalysis.demo.drifters import with_drifters
from csanalysis.demo.leads import leads, referrals
from csanalysis.demo.lives import simulate_lives
from csanalysis.demo.plan import FIRST_DAY, Plan
from csanalysis.demo.planning import actions, sales_targets, staff, team_requests
from csanalysis.demo.policies import policies
from csanalysis.demo.surveys import survey_benchmarks, survey_responses
from csanalysis.demo.upsell import accepted_amounts, upsell_items
from csanalysis.demo.vehicles import customers, simulate_vehicles, vehicle_sales
from csanalysis.demo.visits import number_visits, service_visits


def simulate(plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables by name, with our column names and words; dates are ``datetime64``.

    ``customers`` says in ``first_seen`` since when the store knows them, and a call that led to a visit has
    its day in ``arrived``.
    """
    vehicles = simulate_vehicles(plan)
    diary = simulate_lives(plan, vehicles)
    campaigns = hold_campaigns(plan, diary, vehicles)
    visits = number_visits(plan, diary)
    vehicles = with_drifters(plan, vehicles, visits)
    items = upsell_items(plan, visits)
    orders = service_visits(plan, visits, vehicles, accepted_amounts(items))
    orders["promised_date"] = promised_dates(plan, visits, orders)
    sales = vehicle_sales(plan, vehicles.assign(fuel=fuels(plan, vehicles, visits, orders["total_amount"])))
    won_and_lost = leads(plan, sales, diary)
    sold = vehicles["start"].where(vehicles["origin"].eq("sold") & vehicles["start"].ge(FIRST_DAY))
    seen = sold.fillna(visits.groupby("vehicle")["day"].min())
    responses = survey_responses(plan, visits, sales)
    charged = dict(zip(visits["place"].tolist(), orders["total_amount"].tolist(), strict=True))
    return {
        "vehicle_sales": sales,
        "service_visits": orders,
        "customers": customers(plan, vehicles, seen),
        "survey_responses": responses,
        "survey_benchmarks": survey_benchmarks(plan, responses),
        "oem_bulletin": oem_bulletin(plan, orders),
        "upsell_items": items,
        "contacts": contacts(plan, diary, vehicles, visits),
        "leads": won_and_lost,
        "referrals": referrals(plan, vehicles[seen.notna()]),
        "campaigns": campaign_table(campaigns, charged),
        "complaints": complaints(plan, visits, vehicles),
        "appointments": appointments(plan, diary, vehicles, visits),
        "policies": policies(plan, diary, vehicles, visits),
        "record_checks": record_checks(plan),
        "process_checks": process_checks(plan),
        "sales_targets": sales_targets(plan),
        "staff": staff(plan),
        "team_requests": team_requests(plan, orders),
        "actions": actions(plan),
    }
