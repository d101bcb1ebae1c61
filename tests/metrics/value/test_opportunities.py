import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.customers.roster import vehicle_roster
from csanalysis.metrics.value import opportunities

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def base(visits_of, clean_table):
    visits = visits_of(
        {"old": ["2025-11-01"], "young": ["2025-11-01"], "lost": ["2022-11-01"], "foreign": ["2025-11-01"]}
    )
    sales = [
        ("old", "2022-12-31"), ("young", "2023-01-01"), ("lost", "2020-01-01"), ("never", "2020-02-29"),
        ("new", "2024-02-29"),
    ]  # fmt: skip
    sales = clean_table("vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day in sales])
    return opportunities.sold_vehicles_in_base(vehicle_roster(visits, sales, as_of=AS_OF), sales, as_of=AS_OF)


def test_three_years_after_the_sale(base):
    candidates = opportunities.trade_in_candidates(base, as_of=AS_OF)
    assert candidates["vin"].tolist() == ["old"] and candidates["age_months"].tolist() == [36]
    whole, by_class = opportunities.trade_in_vehicles(candidates, as_of=AS_OF)
    assert whole["value"].item() == 1
    assert by_class.set_index("visit_class")["value"].to_dict() == {"A": 0, "B": 0, "C": 1, "D": 0}
    value = opportunities.trade_in_value(candidates, costs=(300, 400), as_of=AS_OF)
    assert value.set_index("bound")["value"].to_dict() == {"low": 300, "high": 400}


def test_insurance_ends_on_the_anniversary_of_the_sale(base):
    assert set(base["vin"]) == {"old", "young", "new"}
    renewals = opportunities.insurance_renewals(base, as_of=AS_OF)
    months = renewals.set_index("period")["value"]
    assert months.index.tolist() == [f"2026-{month:02d}" for month in range(1, 13)]
    assert months[months > 0].to_dict() == {"2026-01": 1, "2026-02": 1, "2026-12": 1}


@given(st.dates(pd.Timestamp("2010-01-01").date(), AS_OF.date()))
def test_the_next_anniversary_is_within_a_year(sold):
    following = opportunities.next_anniversary(pd.Series([pd.Timestamp(sold)]), as_of=AS_OF).item()
    assert AS_OF < following <= AS_OF + pd.Timedelta(days=366)
    assert following.month == sold.month and abs(following.day - sold.day) <= 1


def test_rare_words_go_together(clean_table):
    topics = ["waiting"] * 12 + ["somebody's name", None]
    complaints = clean_table(
        "complaints",
        [
            {"complaint_id": str(n), "vin": "A", "complaint_date": "2025-01-01", "topic": topic}
            for n, topic in enumerate(topics)
        ],
    )
    counts = opportunities.complaints_by_topic(complaints)
    assert dict(zip(counts["topic"], counts["value"], strict=True)) == {"waiting": 12, "other": 1}
    assert opportunities.complaints_by_topic(complaints.iloc[:0]).empty


def test_results_of_contacts(clean_table):
    rows = [
        {
            "contact_id": str(n),
            "contact_date": f"{2024 + n % 2}-01-01",
            "purpose": "lead",
            "vin": "A",
            "result": "booked",
        }
        for n in range(20)
    ]
    counts = opportunities.contact_results(clean_table("contacts", rows))
    assert counts[["period", "result", "value"]].to_numpy().tolist() == [
        ["2024", "booked", 10],
        ["2025", "booked", 10],
    ]


def test_no_vehicles(visits_of, clean_table):
    sales = clean_table("vehicle_sales")
    base = opportunities.sold_vehicles_in_base(
        vehicle_roster(visits_of({}), sales, as_of=AS_OF), sales, as_of=AS_OF
    )
    candidates = opportunities.trade_in_candidates(base, as_of=AS_OF)
    assert opportunities.trade_in_vehicles(candidates, as_of=AS_OF)[0]["value"].item() == 0
    assert opportunities.insurance_renewals(base, as_of=AS_OF)["value"].sum() == 0


def test_the_latest_sale_counts_and_the_last_day_of_the_loss(visits_of, clean_table):
    """Never seen: sold 24 months ago to the day is lost, a day later is not. Sold twice: the second sale counts."""
    sales = [
        ("twice", "2020-01-01"), ("twice", "2024-05-01"), ("edge", "2023-12-31"), ("young", "2024-01-01"),
    ]  # fmt: skip
    sales = clean_table("vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day in sales])
    base = opportunities.sold_vehicles_in_base(
        vehicle_roster(visits_of({}), sales, as_of=AS_OF), sales, as_of=AS_OF, lost_months=24
    )
    found = dict(zip(base["vin"], base["sale_date"].dt.strftime("%Y-%m-%d"), strict=True))
    assert found == {"twice": "2024-05-01", "young": "2024-01-01"}


def test_renewals_begin_with_the_day_after(base):
    found = opportunities.insurance_renewals(base, as_of=pd.Timestamp("2025-12-30"))
    assert found["period"].tolist() == ["2025-12", *(f"2026-{month:02d}" for month in range(1, 12))]
    # The one sold on 31 December 2022 renews the day after, those of January and February 2026 as before.
    assert found["value"].tolist() == [1, 1, 1] + [0] * 9


@pytest.mark.parametrize(
    ("sold", "ends"),
    [
        ("2023-06-15", "2026-06-15"),
        ("2024-12-31", "2026-12-31"),
        ("2025-01-01", "2026-01-01"),
        ("2020-02-29", "2026-02-28"),
    ],
)
def test_the_anniversary_to_come(sold, ends):
    """Of 15 June 2023 those of 2024 and 2025 are over."""
    found = opportunities.next_anniversary(pd.Series([pd.Timestamp(sold)]), as_of=AS_OF)
    assert found.tolist() == [pd.Timestamp(ends)]
