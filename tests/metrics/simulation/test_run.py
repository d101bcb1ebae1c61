"""One year of a made-up store, without chance: each flow can be redone on paper."""

import numpy as np
import pytest

from csanalysis.metrics.simulation.history import OLDEST
from csanalysis.metrics.simulation.model import EV, NEW, STRATA
from csanalysis.metrics.simulation.run import Change, first_service_return, simulate
from csanalysis.metrics.simulation.spreads import Spread
from tests.metrics.simulation.test_flows import NEVER, STILL, SURE, model

CELLS = len(STRATA), OLDEST + 1


AS_EVER = Change()


def exact(store, change=AS_EVER, **options):
    return simulate(store, change, draws=1, exact=True, year_noise=False, **options)


def stock_of(**ages):
    stock = np.zeros(CELLS, dtype="int64")
    for age, vehicles in ages.items():
        stock[0, int(age[1:])] = vehicles
    return stock


def half_at(age):
    """One in two comes so many months after the last visit."""
    came = np.full(CELLS, NEVER)
    came[:, age] = SURE
    return came


def test_of_those_who_come_in_the_month_of_their_lapse_some_come_too_late():
    # 50 of 100 come, two in five of them after the lapse; 50 never do.
    year = exact(model(stock=stock_of(m12=100), came=half_at(12), after_lapse=0.4))
    assert year.lapses[0, 0] == pytest.approx(70) and year.won_back[0, 0] == pytest.approx(20)
    assert year.active[0, 0] == pytest.approx(50) and year.visits[0, 0] == pytest.approx(50)
    assert year.opening == 100 and year.churn_rate[0] == pytest.approx(0.5)


def test_who_comes_after_the_lapse_is_won_back_and_was_no_customer_at_the_opening():
    year = exact(model(stock=stock_of(m13=100, m1=7), came=half_at(13)))
    assert year.won_back[0, 0] == pytest.approx(50)
    assert year.opening == 7 and year.active[0, 0] == pytest.approx(57)


@pytest.mark.parametrize(("age", "came"), [(6, 50), (7, 60), (8, 60)], ids=["six months", "seven", "eight"])
def test_retention_reaches_only_who_is_more_than_six_months_away(age, came):
    year = exact(model(stock=stock_of(**{f"m{age}": 100}), came=half_at(age)), Change(retention=0.2))
    assert year.visits[0, 0] == pytest.approx(came)
    often = exact(model(stock=stock_of(**{f"m{age}": 100}), came=half_at(age)), Change(visits=0.1))
    assert often.visits[0, 0] == pytest.approx(55)


def test_what_a_month_brings():
    store = model(
        elsewhere=120.0, again=np.full(len(STRATA), 0.2), excluded=0.25, amounts=np.array([200.0, 500.0, 800.0]),
        proposals=2.0, success=0.4, proposed_amount=100.0,
    )  # fmt: skip
    year = exact(store, Change(upsell=0.1))
    # Ten come, two of them twice: 12 orders, and 3 of the excluded types; of 30 items three more are accepted.
    assert year.visits[0] == pytest.approx([15] * 12) and year.class_visits[0, :, NEW] == pytest.approx(
        [12] * 12
    )
    assert (year.proposed[0, 0], year.accepted[0, 0]) == pytest.approx((30, 15))
    assert year.revenue[0] == pytest.approx([12 * 500 + 3 * 800 + 3 * 100] * 12)
    assert year.success_rate[0] == pytest.approx(0.5)


def test_orders_beside_a_first_service_are_paid_as_others():
    first = np.full(OLDEST + 1, NEVER)
    first[1] = SURE
    store = model(sales=120.0, first_came=first, again=np.full(len(STRATA), 1.0), service_orders=1.2)
    # Five first services a month from February on, in 10 orders; 6 of them are first-service orders.
    assert exact(store).revenue[0, 1:] == pytest.approx([6 * 200 + 4 * 500] * 11)
    capped = model(sales=120.0, first_came=first, service_orders=3.0)
    assert exact(capped).revenue[0, 1:] == pytest.approx([5 * 200] * 11)


def test_electric_vehicles_come_and_bring_less():
    first = np.full(OLDEST + 1, NEVER)
    first[1] = SURE
    year = exact(model(sales=120.0, first_came=first), Change(ev_share=0.5, ev_visits=0.4, ev_revenue=0.5))
    # Of 5 and 5 sold 2.5 and 1 come a month later.
    assert year.class_visits[0, 1, [NEW, EV]] == pytest.approx([2.5, 1])
    assert year.revenue[0, 1] == pytest.approx(2.5 * 200 + 1 * 100)


@pytest.mark.parametrize(
    ("ours", "sold"), [(0.5, 20), (0.0, 10), (1.0, 10)], ids=["half ours", "no ledger", "all ours"]
)
def test_planned_sales_are_those_of_our_own(ours, sold):
    planned = np.full(12, 10.0)
    assert exact(model(ours=ours), planned_sales=planned).sold[0] == pytest.approx([sold] * 12)
    fewer = exact(model(ours=ours), Change(sales=-0.2), planned_sales=planned)
    assert fewer.sold[0] == pytest.approx([0.8 * sold] * 12)


def test_a_trend_of_sales_moves_last_year_s_level_and_no_plan():
    store = model(sales=120.0, spreads=STILL | {"sales": Spread(np.log(1.5), 0.0, 5.0)})
    assert exact(store).sold[0] == pytest.approx([15] * 12)
    assert exact(store, planned_sales=np.full(12, 10.0)).sold[0] == pytest.approx([10] * 12)


def test_the_share_that_ever_comes_for_a_first_service():
    first, share = np.full(OLDEST + 1, NEVER), np.ones(OLDEST + 1)
    first[3] = first[5] = SURE
    share[5] = 0.4
    # A half after three months, a quarter after five, of whom two in five for a first service.
    store = model(first_came=first, first_service_share=share)
    assert first_service_return(store) == pytest.approx(0.6, rel=1e-6)
    assert first_service_return(
        model(first_came=first, first_service_share=share, ours=0.5)
    ) == pytest.approx(1.2)
    assert np.isnan(first_service_return(model(ours=0.0)))


def test_the_oldest_stay_the_oldest():
    stock = stock_of(**{f"m{OLDEST}": 100})
    year = exact(model(stock=stock, came=half_at(OLDEST)))
    # Half come in January, half of the rest in February.
    assert year.won_back[0, :3] == pytest.approx([50, 25, 12.5])
