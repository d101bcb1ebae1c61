"""The frozen plan: written once, never changed, read back strictly."""

import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import PlanError
from csanalysis.ingest import load
from csanalysis.report.files.plan_file import freeze, plan_path, read_plan
from csanalysis.report.files.publishing import staged
from csanalysis.report.packs.planning import draft_plan


@pytest.fixture(scope="module")
def params_file(write_store, tmp_path_factory):
    return write_store(tmp_path_factory.mktemp("planned"), until="2024-12-31")


@pytest.fixture(scope="module")
def drafted(params_file, tmp_path_factory):
    return draft_plan(params_file, tmp_path_factory.mktemp("cache"))


def read(path):
    return read_plan(path, dealership="small", plan_year=2025)


def test_a_plan_holds_targets_rules_season_and_fingerprints(drafted, params_file):
    goals = {goal.target: goal for goal in drafted.goals}
    assert list(goals) == ["first_service_target", "churn_rate_target", "monthly_lapse_ceiling"]
    first = goals["first_service_target"]
    assert sum(first.months) == first.year == first.total and first.history == (2021, 2022, 2023, 2024)
    assert sum(first.seasonality) == pytest.approx(1) and first.sigma >= 1
    churn = goals["churn_rate_target"]
    assert churn.measured == "returned_vehicles" and churn.better == "higher"
    tables = load(params_file).tables
    seen = (
        tables["service_visits"].loc[tables["service_visits"]["visit_date"].dt.year == 2024, "vin"].nunique()
    )
    assert churn.total == np.ceil(round((1 - churn.year) * seen, 9)) == sum(churn.months)
    assert drafted.rules["first_service"]["lag_months"] == 3
    assert {entry["table"] for entry in drafted.inputs} >= {"vehicle_sales", "service_visits"}
    assert all(re.fullmatch("[0-9a-f]{64}", entry["sha256"]) for entry in drafted.inputs)
    assert first.last_year.value == sum(first.last_year.months)


def test_freezing_twice_is_refused_and_replacing_keeps_the_old_plan(drafted, tmp_path):
    frozen = freeze(drafted, tmp_path)
    before = frozen.path.read_bytes()
    assert frozen.path == plan_path(tmp_path, "small", 2025) and read(frozen.path) == drafted
    with pytest.raises(PlanError, match="is frozen already; delete it, or freeze anew with --replace"):
        freeze(drafted, tmp_path)
    assert frozen.path.read_bytes() == before
    later = drafted.model_copy(update={"frozen": "2025-02-01T00:00:00+08:00"})
    again = freeze(later, tmp_path, replace=True)
    assert again.replaced.read_bytes() == before and re.fullmatch(
        r"plan-\d{8}-\d{6}\.json", again.replaced.name
    )
    assert read(again.path) == later
    third = freeze(drafted, tmp_path, replace=True)
    assert third.replaced != again.replaced and len(list(tmp_path.rglob("plan-*.json"))) == 2


def test_a_run_carries_the_plan_over_byte_for_byte(tmp_path):
    place = tmp_path / "small" / "2025"
    place.mkdir(parents=True)
    (place / "plan.json").write_bytes(b'{"as": "it was"}\r\n')
    (place / "report.html").write_text("old")
    with staged(place) as folder:
        assert (folder / "plan.json").is_file()  # so that the manifest lists it
        (folder / "report.html").write_text("new")
        (folder / "plan.json").write_text("a run may not change it")
        (place / "plan-20250101-000000.json").write_bytes(b"frozen meanwhile")
    assert (place / "plan.json").read_bytes() == b'{"as": "it was"}\r\n'
    assert (place / "plan-20250101-000000.json").read_bytes() == b"frozen meanwhile"
    assert (place / "report.html").read_text() == "new"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda plan: plan.update(schema_version=2), "has schema_version 2, this program reads 1"),
        (lambda plan: plan.pop("schema_version"), "is no frozen plan"),
        (lambda plan: plan.update(dealership="other"), "is the plan of dealership 'other', not of 'small'"),
        (lambda plan: plan.update(plan_year=2024), "is the plan of 2024, not of 2025"),
        (lambda plan: plan.update(goals=[]), "goals: "),
        (lambda plan: plan["goals"][0].update(months=[1, 2]), r"goals\.0\.months: "),
        (lambda plan: plan["goals"][0].update(yearly=1), r"goals\.0\.yearly: "),
        (lambda plan: plan["goals"].append(plan["goals"][0]), "names a goal twice"),
    ],
    ids=["newer", "no plan", "another dealership", "another year", "no goal", "two months", "unknown key", "twice"],
)  # fmt: skip
def test_a_spoilt_plan_is_refused_in_a_line(drafted, tmp_path, change, said):
    path = freeze(drafted, tmp_path).path
    plan = json.loads(path.read_text(encoding="utf-8"))
    change(plan)
    path.write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(PlanError, match=said) as raised:
        read(path)
    assert "\n" not in str(raised.value) and str(path) in str(raised.value)


def test_no_plan_and_no_json_say_what_to_do(tmp_path):
    with pytest.raises(
        PlanError, match="there is no frozen plan of 2025; freeze one with 'csanalysis plan PARAMS --freeze'"
    ):
        read(tmp_path / "plan.json")
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(PlanError, match="is no JSON"):
        read(tmp_path / "plan.json")


def test_less_than_a_year_of_history_freezes_nothing(write_store, tmp_path):
    short = write_store(tmp_path / "short", since="2024-03-01", until="2024-12-31")
    with pytest.raises(PlanError, match="history shorter than a year: visits run from 2024-03-0"):
        draft_plan(short, tmp_path)


def test_the_same_exports_on_another_day_with_and_without_the_cache(write_store, tmp_path):
    from datetime import date

    path = write_store(tmp_path / "store", until="2025-09-30")
    whole = load(path, cache=tmp_path / "cache", as_of=date(2025, 9, 30)).tables["service_visits"]
    cut = load(path, cache=tmp_path / "cache", as_of=date(2025, 6, 30)).tables["service_visits"]
    fresh = load(path, as_of=date(2025, 6, 30)).tables["service_visits"]
    assert len(cut) < len(whole) and cut.equals(fresh) and cut["visit_date"].max().month == 6
    assert load(path, cache=tmp_path / "cache").params.as_of == date(2024, 12, 31)


def test_the_command_shows_before_it_freezes(params_file, tmp_path):
    def run(*options):
        return CliRunner().invoke(app, ["plan", str(params_file), "--output", str(tmp_path), *options])

    shown = run()
    assert shown.exit_code == 0 and "2025年目标" in shown.stdout and not list(tmp_path.rglob("plan.json"))
    frozen = run("--freeze")
    assert frozen.exit_code == 0 and frozen.stdout.strip().endswith("plan.json")
    again = run("--freeze")
    assert again.exit_code == 2 and "is frozen already" in again.stderr and str(params_file) in again.stderr
    assert run("--replace").exit_code == 2
    assert run("--freeze", "--replace").exit_code == 0
    assert json.loads(next(tmp_path.rglob("plan.json")).read_text(encoding="utf-8"))["plan_year"] == 2025


def test_the_page_of_reports_links_the_reviews_of_the_year(tmp_path):
    from csanalysis.report.index import write_index

    def write(folder, name, data):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(data), encoding="utf-8")

    run = {"dealership": "small", "name": "Small", "plan_year": 2025, "as_of": "2024-12-31", "language": "en"}
    write(tmp_path / "small" / "2025", "run.json", run)
    write(tmp_path / "small" / "2025", "metrics.json", {"metrics": []})
    for month, standing in (("2025-08", 2), ("2025-09", 0), ("2024-12", 1)):
        place = tmp_path / "small" / "review" / month
        write(place, "run.json", run | {"month": month, "counts": {"alerts": standing}})
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert page.index('href="small/review/2025-09/report.html"') < page.index(
        "small/review/2025-08/report.html"
    )
    assert page.count("⚠ alarm") == 1 and "2024-12" not in page.replace("2024-12-31", "")
