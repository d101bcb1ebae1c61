"""Two dozen simulated dealerships, whose lives know nothing of this model: do the bands hold what they say?"""

import pandas as pd
import pytest

from csanalysis.demo.campaigns import hold_campaigns
from csanalysis.demo.lives import simulate_lives
from csanalysis.demo.stores import plans
from csanalysis.demo.upsell import accepted_amounts, upsell_items
from csanalysis.demo.vehicles import simulate_vehicles, vehicle_sales
from csanalysis.demo.visits import number_visits, service_visits
from csanalysis.metrics.simulation.history import history
from csanalysis.metrics.simulation.outcomes import backtest

STORES, AS_OF = 24, pd.Timestamp("2025-12-31")


def past_of(plan):
    vehicles = simulate_vehicles(plan)
    diary = simulate_lives(plan, vehicles)
    hold_campaigns(plan, diary, vehicles)
    numbered = number_visits(plan, diary)
    accepted = accepted_amounts(upsell_items(plan, numbered))
    tables = (
        vehicle_sales(plan, vehicles.assign(fuel=None)),
        service_visits(plan, numbered, vehicles, accepted),
    )
    sales, visits = (
        table.assign(
            **{name: table[name].astype("datetime64[s]") for name in table if name.endswith("_date")},
            vin=table["vin"].astype("str"),
        )
        for table in tables
    )
    return history(sales, visits, None, as_of=AS_OF)


@pytest.fixture(scope="module")
def inside():
    parts = []
    for plan in plans(STORES, 7):
        frames = backtest(past_of(plan), draws=250)
        rows = frames["simulation_backtest"].merge(
            frames["simulation_backtest_actual"][["period", "quantity", "value"]],
            on=["period", "quantity"],
            suffixes=("", "_actual"),
        )
        parts.append(rows.assign(store=plan.id))
    rows = pd.concat(parts)
    return rows.assign(inside=rows["value_actual"].between(rows["low"], rows["high"]))


@pytest.mark.slow
@pytest.mark.xdist_group("coverage")
@pytest.mark.parametrize("quantity", ["visits", "lapses", "revenue"])
def test_the_following_year_lies_in_the_80_percent_band_as_often_as_it_should(inside, quantity):
    cases = inside[inside["quantity"] == quantity]
    assert len(cases) == STORES * 4
    share = cases["inside"].mean()
    print(f"{quantity}: {share:.3f} of {len(cases)}")
    assert 0.70 <= share <= 0.90
