"""Lost here, seen there: small stores whose answer can be counted on fingers."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from csanalysis.metrics.results import Results
from csanalysis.network.members import Member
from csanalysis.network.moved import moved_vehicles
from csanalysis.report.files.metrics_table import write_metrics_table


@pytest.fixture
def member(tmp_path, params_of):
    def make(name, visits, group="G"):
        rows = [(vin, day) for vin, days in visits.items() for day in days]
        frame = pd.DataFrame(rows, columns=["vin", "visit_date"])
        frame["visit_date"] = pd.to_datetime(frame["visit_date"])
        path = Path(tmp_path) / f"{name}.parquet"
        frame.to_parquet(path)
        report = Path(tmp_path) / name
        report.mkdir(exist_ok=True)
        write_metrics_table(report / "metrics.parquet", Results())
        return Member(name, params_of(dealership={"id": name, "group": group}), path, report, path)

    return make


def test_a_vehicle_lost_here_and_seen_there_is_counted_once(member):
    a = {"V1": ["2024-01-05"], "V2": ["2024-02-01", "2024-03-01"], "V3": ["2025-06-01"], "V4": ["2023-01-01"]}
    b = {"V1": ["2025-01-10"], "V2": ["2024-01-01"], "V3": ["2025-07-01"]}
    c = {"V1": ["2025-03-10"], "V4": ["2026-02-01"]}
    results = moved_vehicles([member("a", a), member("b", b), member("c", c)])
    # Lost to a: V1, V2, V4 (V3 came in 2025). V1 went to b and then to c, the latest; V2 had been at b before;
    # V4 came to c only after the last day of the data.
    rates = results.select("network_seen_elsewhere_rate", None, "dealership").set_index("dealership")
    assert rates.loc["a", ["numerator", "denominator"]].tolist() == [1, 3]
    moved = results.select("network_moved_vehicles", None, "lost_by", "seen_at")
    ways = {(row.lost_by, row.seen_at): row.value for row in moved.itertuples()}
    # V2 is lost to b too (2024-01-01) and came to a afterwards.
    assert ways == {("a", "c"): 1, ("b", "a"): 1}
    total = results.select("network_seen_elsewhere_rate", None)
    assert total[["numerator", "denominator"]].iloc[0].tolist() == [2, 4]


@pytest.mark.parametrize("group", ["H", ""], ids=["another group", "no group"])
def test_only_stores_of_one_group_are_matched(member, group):
    stores = [member("a", {"V1": ["2024-01-05"]}), member("b", {"V1": ["2025-01-10"]}, group=group)]
    assert moved_vehicles(stores).select("network_moved_vehicles", None, "lost_by", "seen_at").empty


def test_a_day_short_of_twelve_months_is_not_lost(member):
    stores = [member("a", {"V1": ["2025-01-01"], "V2": ["2024-12-31"]}), member("b", {"V1": ["2025-06-01"]})]
    rates = moved_vehicles(stores).select("network_seen_elsewhere_rate", None, "dealership")
    assert rates.set_index("dealership").loc["a", "denominator"] == 1


def test_no_vin_leaves_the_query(member):
    results = moved_vehicles([member("a", {"V1": ["2024-01-05"]}), member("b", {"V1": ["2025-01-10"]})])
    assert "V1" not in str(results.records())


def test_a_store_loses_a_vehicle_after_the_months_of_its_own_params(member, params_of):
    seen = {"V1": ["2025-02-01"]}
    sooner = member("b", seen)
    ages = {"marginal_months": 3, "churned_months": 9, "permanent_months": 18, "contact_from_months": 2}
    changed = params_of(dealership={"id": "b", "group": "G"}, lifecycle=ages)
    rates = moved_vehicles([member("a", seen), replace(sooner, params=changed)])
    lost = rates.select("network_seen_elsewhere_rate", None, "dealership").set_index("dealership")
    assert lost["denominator"].to_dict() == {"b": 1}


def test_of_two_visits_on_one_day_the_last_store_by_name_counts(member):
    stores = [
        member("a", {"V1": ["2024-01-05"]}),
        member("c", {"V1": ["2025-01-10"]}),
        member("b", {"V1": ["2025-01-10"]}),
    ]
    moved = moved_vehicles(stores).select("network_moved_vehicles", None, "lost_by", "seen_at")
    assert moved["seen_at"].tolist() == ["c"]
