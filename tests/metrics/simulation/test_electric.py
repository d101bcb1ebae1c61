"""Electric vehicles beside others of their ages: a fleet on paper, drawn fleets, and what counts as electric."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers.fuels import is_electric
from csanalysis.metrics.results import tidy
from csanalysis.metrics.simulation.electric import (
    as_far_as_sure,
    electric_revenue_ratio,
    electric_visits_ratio,
    fleet,
    vehicle_years,
)

AS_OF = pd.Timestamp("2024-12-31")


@pytest.mark.parametrize(
    ("model", "electric"),
    [
        ("ID.4 CROZZ", True), ("ID. Buzz", True), ("e-tron", True), ("宋PLUS EV", True), ("秦EV300", True),
        ("朗逸纯电", True), ("宏光MINIEV", True), ("Kona BEV", True), ("电动版 欧拉", True),
        ("秦PLUS DM-i", False), ("途岳 PHEV", False), ("轩逸 e-POWER", False), ("雅阁 e-HEV", False), ("插电混动 EV", False),
        ("途观L 电动尾门版", False), ("EVO", False), ("Idea", False), ("Seven", False), ("Golf", False), (None, False),
    ],
)  # fmt: skip
def test_electric_by_the_name_of_the_model(model, electric):
    sales = pd.DataFrame({"model": pd.Series([model], dtype="str")})
    assert is_electric(sales).tolist() == [electric]


def test_the_fuel_that_is_written_down_wins_over_the_name():
    sales = pd.DataFrame(
        {
            "model": pd.Series(["ID.4", "Golf", "ID.4", "Golf"], dtype="str"),
            "fuel": pd.Series(["petrol", "electric", None, "plug_in_hybrid"], dtype="str"),
        }
    )
    assert is_electric(sales).tolist() == [False, True, True, False]


def tables_of(clean_table, cars):
    """(vin, sold, electric, [(visit, amount)]) a vehicle."""
    sales = clean_table("vehicle_sales", [{"vin": v, "sale_date": sold} for v, sold, *_ in cars])
    sales = sales.assign(fuel=pd.Series(["electric" if e else "petrol" for _, _, e, _ in cars], dtype="str"))
    rows = [(v, day, amount) for v, _, _, visits in cars for day, amount in visits]
    visits = clean_table(
        "service_visits",
        [
            {"ro_number": f"R{n}", "vin": v, "visit_date": d, "service_type": "repair", "total_amount": a}
            for n, (v, d, a) in enumerate(rows)
        ],
    )
    return sales, visits


SMALL = [
    # Sold two years before: two petrol cars come 4 times in their first year and twice in their second; five
    # electric ones sold one year before come 5 times in all.
    ("P1", "2023-01-01", False, [("2023-01-20", 100), ("2023-06-01", 100), ("2024-03-01", 400)]),
    ("P2", "2023-01-01", False, [("2023-03-01", 200), ("2023-06-01", 200), ("2024-03-01", None)]),
    *[(f"E{n}", "2024-01-01", True, [("2024-05-01", 60)]) for n in range(5)],
]


def test_ratios_redone_by_hand(clean_table):
    cars = fleet(*tables_of(clean_table, SMALL), as_of=AS_OF)
    told = vehicle_years(cars, as_of=AS_OF)
    assert told["electric_vehicles"]["value"].item() == 5
    # 365 days of 365.25 each; the petrol cars 730 days.
    visits = told["vehicle_year_visits"].set_index("drive")
    assert visits.loc["electric", ["numerator", "denominator"]].tolist() == pytest.approx(
        [5, 5 * 365 / 365.25]
    )
    assert visits.loc["other", ["numerator", "denominator"]].tolist() == pytest.approx([6, 2 * 730 / 365.25])
    revenue = told["vehicle_year_revenue"].set_index("drive")["numerator"]
    assert revenue.to_dict() == {"electric": 300, "other": 1000}
    # Others come 4 times in 2 first years, 2 a year: 5 x 365/365.25 x 2 were to be expected.
    ratio = electric_visits_ratio(cars, as_of=AS_OF)
    assert ratio["denominator"].item() == pytest.approx(5 * 365 / 365.25 * 2)
    assert ratio["value"].item() == pytest.approx(5 / (10 * 365 / 365.25))
    # A first-year visit of theirs brings (100 + 100 + 200 + 200) / 4 = 150, one of the electric 60.
    assert electric_revenue_ratio(cars, as_of=AS_OF)["value"].item() == pytest.approx(60 / 150)


@pytest.mark.parametrize(
    "cars",
    [
        pytest.param([], id="no vehicle"),
        pytest.param(SMALL[:1], id="one petrol car"),
        pytest.param(SMALL[2:3], id="one electric car and no other"),
        pytest.param(SMALL[:2] + SMALL[3:], id="four electric ones"),
        pytest.param(SMALL[2:], id="electric ones alone"),
        pytest.param([*SMALL[:2], *[(v, s, e, []) for v, s, e, _ in SMALL[2:]]], id="five that never came"),
    ],
)
def test_too_few_to_learn_from(clean_table, cars):
    known = fleet(*tables_of(clean_table, cars), as_of=AS_OF)
    for ratio in (electric_visits_ratio, electric_revenue_ratio):
        told = ratio(known, as_of=AS_OF)
        assert np.isnan(told["value"].item())
        assert as_far_as_sure(told, 0.6)[0] == 0.6
    assert vehicle_years(known, as_of=AS_OF)["electric_vehicles"]["value"].item() == known.vehicles


def test_visits_before_the_sale_after_as_of_or_of_others_do_not_count(clean_table):
    cars = [("A", "2023-06-01", True, [("2023-05-01", 9), ("2025-01-01", 9)]), ("B", "2023-05-01", False, [])]
    sales, visits = tables_of(clean_table, cars)
    visits = pd.concat([visits, visits.assign(vin="Z", ro_number="Q")], ignore_index=True)
    before = sales.copy(), visits.copy()
    assert fleet(sales, visits, as_of=AS_OF).visits.sum() == 0
    pd.testing.assert_frame_equal(sales, before[0])
    pd.testing.assert_frame_equal(visits, before[1])


def test_no_amounts_are_no_revenue_of_nought(clean_table):
    cars = [(v, s, e, [(day, None) for day, _ in visits]) for v, s, e, visits in SMALL]
    told = vehicle_years(fleet(*tables_of(clean_table, cars), as_of=AS_OF), as_of=AS_OF)
    assert told["vehicle_year_revenue"]["value"].isna().all()


def drawn_fleet(rng, clean_table, *, ratio, electric=60, others=400):
    """Vehicles whose habits differ (gamma), the electric ones sold later and coming ``ratio`` times as often."""
    cars = []
    for n in range(electric + others):
        is_ev = n < electric
        sold = pd.Timestamp("2020-01-15") + pd.Timedelta(days=int(rng.integers(900 if is_ev else 0, 1700)))
        habit = rng.gamma(2, 0.5) * (ratio if is_ev else 1)
        span = (AS_OF - sold).days
        # Fewer visits each year of age, for both alike.
        days = [
            d
            for d in rng.integers(0, span, rng.poisson(2 * habit * span / 365.25))
            if rng.random() < 0.8 ** (d / 365)
        ]
        cars.append(
            (
                f"V{n}",
                str(sold.date()),
                is_ev,
                [(str((sold + pd.Timedelta(days=int(d))).date()), 100) for d in days],
            )
        )
    cars.append(("FIRST", "2020-01-01", False, [("2020-01-02", 100)]))
    return tables_of(clean_table, cars)


def test_the_interval_holds_the_true_ratio_of_drawn_fleets(clean_table):
    rng, hits, draws = np.random.default_rng(3), 0, 20
    for _ in range(draws):
        told = electric_visits_ratio(
            fleet(*drawn_fleet(rng, clean_table, ratio=0.7), as_of=AS_OF), as_of=AS_OF
        )
        hits += told["low"].item() <= 0.7 <= told["high"].item()
    assert hits >= 16  # 95 % of 20 is 19; under 16 in one of three hundred


def told_of(value, factor):
    return tidy(["2024-12-31"], value=value, low=value / factor, high=value * factor)


def test_an_assumption_gives_way_as_far_as_the_store_is_sure():
    sure, low, high = as_far_as_sure(told_of(1.0, 1.05), 0.6)
    assert sure == pytest.approx(1.0, abs=0.01) and low < sure < high
    # An error as large as the doubt, 0.5 of the logarithm: half way, at the geometric mean.
    even, *_ = as_far_as_sure(told_of(1.0, np.exp(1.959964 * 0.5)), 0.6)
    assert even == pytest.approx(np.sqrt(0.6))
    vague, *_ = as_far_as_sure(told_of(1.0, 1000.0), 0.6)
    assert 0.6 < vague < 0.63


def test_visits_counted_again_in_sql(clean_table):
    """Vehicle-years, visits and the visits expected by age, from the tables alone."""
    sales, visits = drawn_fleet(np.random.default_rng(8), clean_table, ratio=0.5)
    told = electric_visits_ratio(fleet(sales, visits, as_of=AS_OF), as_of=AS_OF)
    base = duckdb.connect()
    base.register("sales", sales[["vin", "sale_date", "fuel"]])
    base.register("visits", visits[["vin", "visit_date"]])
    seen, expected = base.execute("""
        with cars as (select vin, min(sale_date)::date sold, bool_or(fuel = 'electric') ev from sales group by 1),
        aged as (select vin, ev, age, least(greatest((date '2024-12-31' - sold) / 365.25 - age, 0), 1) span
                 from cars cross join range(0, 6) r(age)),
        came as (select vin, floor((visit_date::date - sold) / 365.25) age, count(*) n
                 from visits join cars using (vin) where visit_date::date between sold and date '2024-12-31'
                 group by 1, 2),
        ages as (select ev, age, sum(span) span, coalesce(sum(n), 0) n
                 from aged left join came using (vin, age) group by 1, 2)
        select sum(e.n), sum(e.span * o.n / o.span) from ages e join ages o using (age)
        where e.ev and not o.ev and o.span > 0
    """).fetchone()
    assert told["numerator"].item() == seen
    assert told["denominator"].item() == pytest.approx(expected)
