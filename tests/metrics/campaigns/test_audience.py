import pandas as pd
import pytest

from csanalysis.metrics.campaigns.audience import audience_by_month, missing_columns_for, register
from csanalysis.metrics.customers.roster import vehicle_customers

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def tables(clean_table, visits_of):
    """A, a teacher's, and B come in May 2025; C was last seen in 2023; D was sold in 2022 and never came."""
    visits = visits_of(
        {"A": ["2025-05-03", "2025-05-03", "2025-05-20"], "B": ["2025-05-31"], "C": ["2023-01-05"]}
    )
    visits["customer_id"] = visits["vin"].map({"A": "1", "B": "2", "C": "3"}).astype("str")
    return {
        "service_visits": visits,
        "vehicle_sales": clean_table(
            "vehicle_sales",
            [
                {"vin": "A", "sale_date": "2023-05-10", "model": "Polo"},
                {"vin": "D", "sale_date": "2022-02-28", "customer_id": "4", "model": "朗逸"},
                {"vin": "B", "sale_date": "2025-02-01"},
            ],
        ),
        "customers": clean_table(
            "customers",
            [
                {"customer_id": "1", "gender": "女", "occupation": "教师", "birthday": "1980-02-29"},
                {"customer_id": "2", "gender": "F", "birthday": "1990-05-31"},
                {"customer_id": "3", "gender": "男", "occupation": "教 师", "birthday": "1990-06-01"},
                {"customer_id": "5", "gender": "女"},
            ],
        ),
        "sales_targets": clean_table("sales_targets", [{"month": "2026-02-01", "units": 28.0}]),
    }


@pytest.fixture
def count(tables):
    def counted(audience, start="2026-05-01", end=None, without=()):
        known = {name: table for name, table in tables.items() if name not in without}
        owners = vehicle_customers(known["service_visits"], known["vehicle_sales"])
        found = register(known, owners, as_of=AS_OF)
        days = {"start": pd.Timestamp(start), "end": pd.Timestamp(end or start)}
        return audience_by_month(audience, found, **days).to_dict(), missing_columns_for(audience, found)

    return counted


@pytest.mark.parametrize(
    ("audience", "number"),
    [
        ("base", 2),
        ("state=permanent", 1),
        ("visit_class=D", 2),
        ("gender=female", 3),
        ("性别=女, 职业=教师", 1),
        ("occupation=教师", 2),
        ("base, gender=female", 2),
        ("vehicle_age=3", 1),
        ("vehicle_age=4", 1),
        ("model=ＰＯＬＯ", 1),
    ],
)
def test_audiences_by_hand(count, audience, number):
    assert count(audience) == ({"2026-05": number}, [])


def test_birthdays_count_month_by_month(count):
    assert count("birthday", "2026-02-01", "2026-06-30")[0] == {
        "2026-02": 1,  # 29 February is kept on the 28th
        "2026-03": 0,
        "2026-04": 0,
        "2026-05": 1,
        "2026-06": 1,
    }
    assert count("birthday", "2026-05-31", "2026-06-01")[0] == {"2026-05": 1, "2026-06": 1}
    assert count("birthday", "2026-05-01", "2026-05-30")[0] == {"2026-05": 0}


def test_anniversaries_begin_a_year_after_the_sale(count):
    assert count("sale_anniversary", "2026-02-01", "2026-02-28")[0] == {"2026-02": 2}
    assert count("sale_anniversary", "2025-02-01", "2025-02-28")[0] == {"2025-02": 1}


def test_visitors_take_their_share_of_last_years_month(count):
    # May 2025 saw A on two days and B on one.
    assert count("visitors", "2026-05-01", "2026-05-31")[0] == {"2026-05": 3}
    assert count("visitors", "2026-05-01", "2026-05-10")[0] == {"2026-05": 1}
    assert count("visitors, occupation=教师", "2026-05-01", "2026-05-31")[0] == {"2026-05": 2}
    # April 2025 saw nobody, though exports of its visits are there.
    assert count("visitors", "2026-04-01", "2026-04-30")[0] == {"2026-04": 0}


def test_handovers_are_planned_sales(count):
    assert count("handovers", "2026-02-01", "2026-02-28")[0] == {"2026-02": 28}
    assert count("handovers", "2026-02-01", "2026-02-07")[0] == {"2026-02": 7}
    months = count("handovers", "2026-02-01", "2026-03-31")[0]
    assert months["2026-02"] == 28 and pd.isna(months["2026-03"])  # March has no target


@pytest.mark.parametrize(
    ("audience", "without", "lacking"),
    [
        ("gender=female", "customers", "customers.gender"),
        ("district=城关区", "", "customers.district"),
        ("handovers", "sales_targets", "sales_targets.units"),
    ],
)
def test_what_the_data_lack_is_named_and_not_counted(count, audience, without, lacking):
    months, columns = count(audience, without=(without,))
    assert columns == [lacking]
    assert all(pd.isna(number) for number in months.values())


def test_no_visits_and_one_visit(tables):
    for rows, base in ((0, 0), (1, 1)):
        known = {**tables, "service_visits": tables["service_visits"].iloc[:rows]}
        found = register(known, pd.Series(dtype="str"), as_of=AS_OF)
        days = {"start": pd.Timestamp("2026-05-01"), "end": pd.Timestamp("2026-05-31")}
        assert audience_by_month("base", found, **days).tolist() == [base]
        assert pd.isna(audience_by_month("visitors", found, **days)["2026-05"]) == (rows == 0)


def test_only_29_february_is_kept_on_another_day(count, tables):
    def born(day, start):
        tables["customers"]["birthday"] = pd.Series([pd.Timestamp(day)] * 4)
        return count("birthday", start)[0]["2026-" + start[5:7]]

    everyone = born("1980-01-29", "2026-01-29")
    assert everyone > 0
    assert (born("1980-01-29", "2026-01-28"), born("1980-02-15", "2026-02-28")) == (0, 0)
    assert born("1980-02-15", "2026-02-15") == everyone
