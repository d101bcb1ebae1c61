import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.campaigns.new_customers import campaign_arrival_rate, new_service_vehicles
from csanalysis.metrics.stats.intervals import wilson

AS_OF = pd.Timestamp("2025-12-31")


def visits_of(*rows: tuple) -> pd.DataFrame:
    """(ro_number, vin, visit_date, service_type) a row."""
    frame = pd.DataFrame(list(rows), columns=["ro_number", "vin", "visit_date", "service_type"])
    frame = frame.astype({"ro_number": "str", "vin": "str", "service_type": "str"})
    return frame.assign(visit_date=pd.to_datetime(frame["visit_date"]).astype("datetime64[s]"))


VISITS = visits_of(
    ("R1", "A", "2023-01-20", "repair"),
    ("R2", "B", "2023-12-31", "repair"),
    ("R3", "A", "2024-01-05", "first_service"),
    ("R4", "C", "2024-01-02", "first_service"),
    ("R6", "D", "2024-03-03", "repair"),
    ("R5", "D", "2024-03-03", "warranty"),
    ("R7", "C", "2024-03-04", "repair"),
    ("R8", "E", "2025-12-31", "repair"),
)


def counts_of(visits=VISITS, as_of=AS_OF):
    return new_service_vehicles(visits, as_of=as_of).set_index(["period", "service_type"])["value"]


@pytest.mark.parametrize(
    ("period", "service_type", "count"),
    [
        pytest.param("2024-01", "first_service", 1, id="C; A came before"),
        pytest.param("2024-02", "first_service", 0, id="nobody"),
        pytest.param("2024-03", "warranty", 1, id="D: of two on one day the smaller number"),
        pytest.param("2024-03", "repair", 0, id="D's other visit and C's second"),
        pytest.param("2025-12", "repair", 1, id="E on the last day"),
        pytest.param("2024", "first_service", 1, id="year"),
        pytest.param("2025", "repair", 1, id="next year"),
    ],
)
def test_new_vehicles_by_the_type_of_their_first_visit(period, service_type, count):
    assert counts_of()[period, service_type] == count


def test_the_first_twelve_months_are_not_reported():
    periods = counts_of().index.get_level_values("period")
    assert min(period for period in periods if len(period) == 7) == "2024-01"
    assert "2023" not in periods


@pytest.mark.parametrize(
    ("first", "as_of", "years"),
    [
        pytest.param("2023-01-20", "2025-12-31", ["2024", "2025"], id="from January on"),
        pytest.param("2023-02-01", "2025-12-31", ["2025"], id="2024 lacks January"),
        pytest.param("2023-02-01", "2025-12-30", [], id="2025 is not over"),
    ],
)
def test_years_are_given_only_when_all_their_months_are_known(first, as_of, years):
    visits = visits_of(("R1", "A", first, "repair"), ("R2", "B", "2025-03-01", "repair"))
    periods = counts_of(visits, pd.Timestamp(as_of)).index.get_level_values("period")
    assert [period for period in periods if len(period) == 4] == years


def test_no_visits_no_rows():
    assert len(new_service_vehicles(VISITS.iloc[:0], as_of=AS_OF)) == 0


def test_one_visit_a_year_ago_makes_a_year_of_zeros():
    counts = counts_of(visits_of(("R1", "A", "2024-12-31", "repair")))
    assert counts.to_dict() == {("2025-12", "repair"): 0.0}


def campaigns_of(*rows: tuple) -> pd.DataFrame:
    """(campaign_id, start_date, kind, invited, arrived) a row."""
    frame = pd.DataFrame(list(rows), columns=["campaign_id", "start_date", "kind", "invited", "arrived"])
    frame = frame.astype({"campaign_id": "str", "kind": "str", "invited": "Int64", "arrived": "Int64"})
    return frame.assign(start_date=pd.to_datetime(frame["start_date"]).astype("datetime64[s]"))


CAMPAIGNS = campaigns_of(
    ("C1", "2025-03-01", "检测", 200, 50),
    ("C2", "2025-06-01", "检测", 100, 40),
    ("C3", "2025-09-01", "节日", 50, 60),
    ("C4", "2025-10-01", "节日", None, 60),
    ("C5", "2025-11-01", None, 50, 10),
    ("C6", "2024-05-01", "检测", 10, 1),
    ("C7", "2026-01-01", "检测", 10, 9),
)


def test_arrivals_of_a_year():
    rates = campaign_arrival_rate(CAMPAIGNS, as_of=AS_OF).set_index("period")
    assert list(rates.index) == ["2024", "2025"]
    assert rates.loc["2025", ["numerator", "denominator", "value"]].tolist() == [160, 400, 0.4]
    low, high = wilson(160, 400)
    assert rates.loc["2025", ["low", "high"]].tolist() == [low, high]


def test_arrivals_by_kind_leave_out_campaigns_without_one():
    rates = campaign_arrival_rate(CAMPAIGNS, as_of=AS_OF, by="kind").set_index(["period", "kind"])
    assert rates.loc[("2025", "检测"), "value"] == 0.3
    festive = rates.loc[("2025", "节日")]
    assert festive["value"] == 1.2
    assert np.isnan(festive["high"])
    assert len(rates) == 3


def test_arrivals_of_each_campaign():
    rates = campaign_arrival_rate(CAMPAIGNS, as_of=AS_OF, by="campaign_id")
    assert rates["campaign_id"].tolist() == ["C6", "C1", "C2", "C3", "C5"]


def test_no_campaigns_no_rate():
    assert len(campaign_arrival_rate(CAMPAIGNS.iloc[:0], as_of=AS_OF, by="kind")) == 0
    assert len(campaign_arrival_rate(CAMPAIGNS.iloc[:0], as_of=AS_OF)) == 0


def test_a_second_visit_on_a_first_day_after_as_of_is_not_known():
    """A came on 3 March and again on the last day; only the visits up to it are looked at."""
    visits = visits_of(
        ("R1", "Z", "2023-01-02", "repair"),
        ("R2", "A", "2025-03-03", "repair"),
        ("R3", "A", "2025-03-05", "warranty"),
        ("R4", "B", "2025-03-05", "repair"),
    )
    assert counts_of(visits, pd.Timestamp("2025-03-04"))["2025-03", "repair"] == 1
    found = counts_of(visits, pd.Timestamp("2025-03-31"))
    assert (found["2025-03", "repair"], found["2025-03", "warranty"]) == (2, 0)


def test_a_campaign_that_begins_on_the_last_day_counts(clean_table):
    held = [
        {"campaign_id": str(day), "name": "x", "start_date": f"2025-12-{day}", "invited": 10, "arrived": 4}
        for day in (30, 31)
    ]
    found = campaign_arrival_rate(clean_table("campaigns", held), as_of=pd.Timestamp("2025-12-30"))
    assert (found["numerator"].item(), found["denominator"].item()) == (4, 10)
    found = campaign_arrival_rate(clean_table("campaigns", held), as_of=AS_OF)
    assert (found["numerator"].item(), found["denominator"].item()) == (8, 20)
