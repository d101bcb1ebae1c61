import pandas as pd
import pytest

from csanalysis.metrics.customers import classes
from csanalysis.metrics.customers.units import units

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def of(visits_of, clean_table):
    def make(dates, sold=()):
        sales = clean_table(
            "vehicle_sales", [{"vin": vin, "sale_date": day} for vin, day in dict(sold).items()]
        )
        numbered = units(visits_of(dates), sales)
        return numbered.visits, numbered.sales

    return make


def counts(frame, *by):
    keys = frame[list(by)].itertuples(index=False, name=None)
    found = dict(zip(keys, frame["value"], strict=True))
    return {"".join(key): int(number) for key, number in found.items() if number}


@pytest.mark.parametrize(
    ("days", "letter"),
    [
        (["2025-01-01", "2025-03-01", "2025-06-01", "2025-12-31"], "A"),
        (["2025-01-01", "2025-03-01", "2025-06-01"], "B"),
        (["2025-01-01", "2025-01-01"], "B"),
        (["2024-12-31", "2025-01-01"], "C"),
        (["2024-12-31"], "D"),
        (["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"], "A"),
    ],
    ids=[
        "four",
        "three",
        "two-orders-on-one-day",
        "window-begins-after-the-day",
        "before-the-window",
        "five",
    ],
)
def test_class_by_orders_in_twelve_months(of, days, letter):
    assert counts(classes.visit_class_vehicles(*of({"V": days}), as_of=AS_OF), "visit_class") == {letter: 1}


def test_vehicles_sold_and_never_seen_are_d(of):
    tables = of({"A": ["2025-05-01 T1"]}, sold={"A": "2024-01-01", "X": "2025-12-31", "Y": "2019-01-01"})
    whole = classes.visit_class_vehicles(*tables, as_of=AS_OF)
    assert counts(whole, "visit_class") == {"C": 1, "D": 2}
    assert len(whole) == 4
    by_team = classes.visit_class_vehicles(*tables, as_of=AS_OF, by_team=True)
    assert counts(by_team, "visit_class", "team") == {"CT1": 1}


def test_team_is_that_of_the_last_visit_even_before_the_window(of):
    tables = of({"A": ["2022-01-01 T1", "2023-01-01 T2"], "B": ["2025-01-01 T1", "2025-01-02"]})
    by_team = classes.visit_class_vehicles(*tables, as_of=AS_OF, by_team=True)
    assert counts(by_team, "visit_class", "team") == {"DT2": 1}


def test_no_rows(of):
    assert classes.visit_class_vehicles(*of({}), as_of=AS_OF)["value"].tolist() == [0, 0, 0, 0]
    assert classes.visit_class_vehicles(*of({}), as_of=AS_OF, by_team=True).empty
    assert classes.visit_class_migration(*of({}), as_of=AS_OF)["value"].isna().all()


class TestMigration:
    def test_by_hand(self, of):
        tables = of(
            {
                "A": ["2024-02-01", "2024-03-01", "2025-02-01"],  # B, then C
                "B": ["2022-01-01"],  # D, then D
                "C": ["2025-01-01"],  # first seen this year
            },
            sold={"X": "2024-12-31", "Y": "2025-01-01"},  # D, then D; new, then D
        )
        moves = classes.visit_class_migration(*tables, as_of=AS_OF)
        assert counts(moves, "from", "to") == {"BC": 1, "DD": 2, "newC": 1, "newD": 1}
        assert len(moves) == 20

    def test_ends_where_the_classes_of_today_are(self, of):
        tables = of(
            {"A": ["2023-12-01", "2024-05-01"], "B": ["2025-01-05", "2025-05-01"]}, sold={"X": "2025-05-01"}
        )
        moves = classes.visit_class_migration(*tables, as_of=AS_OF).groupby("to")["value"].sum()
        now = classes.visit_class_vehicles(*tables, as_of=AS_OF).set_index("visit_class")["value"]
        assert moves.to_dict() == now.to_dict()

    @pytest.mark.parametrize(("first", "known"), [("2024-01-20", True), ("2024-02-01", False)])
    def test_needs_two_years_of_data(self, of, first, known):
        moves = classes.visit_class_migration(*of({"A": [first]}), as_of=AS_OF)
        assert moves["value"].notna().all() == known
