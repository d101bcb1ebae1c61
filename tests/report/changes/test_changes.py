"""What changed since the last run: exactly what was planted is named, and each number has its cause."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.chapters import simulation
from csanalysis.chapters.everything import measure_all
from csanalysis.chapters.plan import tables_targets as plan_tables_targets
from csanalysis.ingest import load
from csanalysis.metrics.simulation import outcomes
from csanalysis.report import build
from csanalysis.report.changes import changes, changes_file
from csanalysis.report.running import Chapters

SALES = "vin,sale_date"
VISITS = "ro_number,vin,visit_date,service_type,total_amount"


def sales() -> list[str]:
    """Five cars on the 5th of each month of 2021 to 2025."""
    return [
        f"VIN{year}{month:02d}{car},{year}-{month:02d}-05"
        for year in range(2021, 2026)
        for month in range(1, 13)
        for car in range(5)
    ]


def visits() -> list[str]:
    """Three months later four of the five come for the first service, and two of them each half-year on."""
    rows = []
    for year in range(2021, 2026):
        for month in range(1, 13):
            for car in range(4):
                for turn in range(4 if car < 2 else 1):
                    month_of = year * 12 + month - 1 + 3 + 6 * turn
                    if month_of >= 2026 * 12:
                        continue
                    kind = "scheduled_service" if turn else "first_service"
                    day = f"{month_of // 12}-{month_of % 12 + 1:02d}-1{car}"
                    rows.append(f"R{year}{month:02d}{car}{turn},VIN{year}{month:02d}{car},{day},{kind},500")
    return sorted(rows, key=lambda row: row.split(",")[2])


JANUARY = ["R26A,VIN2025100,2026-01-07,first_service,510", "R26B,VIN2025101,2026-01-20,first_service,520"]


class Shop:
    """A small dealership in a folder, whose report is made without its notebooks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder / "outputs"
        self.place = self.output / "small" / "2026"
        self.params = {
            "dealership": {"id": "small"},
            "plan_year": 2026,
            "as_of": "2025-12-31",
            "language": "en",
            "sources": {"vehicle_sales": "sales.csv", "service_visits": "visits.csv"},
            "churn": {"rule": "not_above_average"},
            "gate": {"export_end": 60},  # the exports are not renewed with each as_of
        }
        self.sales, self.visits = sales(), visits()

    def run(self) -> dict:
        """Make the report; ``changes.json``, empty after a first run."""
        for name, head, rows in (("sales", SALES, self.sales), ("visits", VISITS, self.visits)):
            text = "\n".join([head, *rows]) + "\n"
            (self.folder / f"{name}.csv").write_text(text, encoding="utf-8")
        params = self.folder / "small.yml"
        params.write_text(yaml.safe_dump(self.params), encoding="utf-8")
        build.build_report(params, self.output)
        path = self.place / "changes.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def correct(self) -> None:
        """One visit of March 2025 was a repair."""
        place = next(n for n, row in enumerate(self.visits) if ",2025-03-" in row and "scheduled" in row)
        self.visits[place] = self.visits[place].replace("scheduled_service", "repair")

    def drop_a_visit(self) -> None:
        """The last visit of one vehicle, in March 2025, never took place."""
        self.visits.remove(next(row for row in self.visits if ",2025-03-" in row and "3," in row[:10]))

    def go_on(self) -> None:
        """A month later."""
        self.visits += JANUARY
        self.params["as_of"] = "2026-01-31"

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup((self.place / "report.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module", autouse=True)
def _few_draws_and_no_notebooks():
    def chapters_without_notebooks(names, params_file, folder, **_):
        (folder / "notebooks").mkdir()
        store = load(params_file)
        results = measure_all(store.params, store.tables)
        shown = plan_tables_targets.targets(results, params=store.params, language="en")
        data, metadata = shown._repr_mimebundle_()
        cell = new_code_cell(outputs=[new_output("display_data", data=data, metadata=metadata)])
        about = {"csanalysis": {"chapter": "plan"}}
        chapter = new_notebook(cells=[new_markdown_cell("# Summary"), cell], metadata=about)
        return Chapters([chapter], results)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "run_chapters", chapters_without_notebooks)
        for draw in (simulation.measure, outcomes.backtest):  # the same few years every time will do
            patched.setitem(draw.__kwdefaults__, "draws", 20)
        yield


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Shop:
    """The shop after its first run, to be looked at and copied."""
    shop = Shop(tmp_path_factory.mktemp("first"))
    assert shop.run() == {}
    return shop


@pytest.fixture(scope="module")
def go_on_from(first, tmp_path_factory) -> Callable[[], Shop]:
    """Gives a shop as it was after its first run."""

    def copied() -> Shop:
        folder = tmp_path_factory.mktemp("shop") / "shop"
        shutil.copytree(first.folder, folder)
        return Shop(folder)

    return copied


@pytest.fixture
def shop(go_on_from) -> Shop:
    """A shop that was run once."""
    return go_on_from()


@pytest.fixture(scope="module")
def all_three(go_on_from) -> tuple[Shop, dict, int]:
    """Past data, a param and the month are other than at the first run; what is told, and how often all was measured."""
    shop = go_on_from()
    shop.drop_a_visit()
    shop.go_on()
    shop.params["churn"] = {"rule": "not_above_last_year"}
    with pytest.MonkeyPatch.context() as patched:
        calls = measured_again(patched)
        told = shop.run()
    return shop, told, len(calls)


def measured_again(monkeypatch) -> list[int]:
    """Counts how often everything is measured again to tell causes apart."""
    calls: list[int] = []

    def counted(params, tables):
        calls.append(1)
        return measure_all(params, tables)

    monkeypatch.setattr(changes, "measure_all", counted)
    return calls


def causes_of(told: dict) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in told["moved"]:
        found.setdefault(row["metric"], set()).update(row["causes"])
    return found


def test_a_first_run_has_nothing_to_compare_with(first):
    assert not (first.place / "changes.json").exists()
    assert not first.page.select("[data-changed]")


def test_a_correction_a_param_and_a_new_month_are_named_and_nothing_else(all_three):
    _, told, measured = all_three
    assert told["corrected"] == [
        {"table": "service_visits", "month": "2025-03", "added": 0, "removed": 1, "altered": 0, "columns": []}
    ]
    assert told["new_data"] == [{"table": "service_visits", "month": "2026-01", "rows": 2}]
    assert told["params"] == [
        {"what": "churn.rule", "before": "not_above_average", "after": "not_above_last_year"}
    ]
    assert told["program"] == [] and told["note"] is None
    assert measured == 2, "after the corrections, and after the new data"

    causes = {(row["metric"], row["period"], *row["group"].values()): row["causes"] for row in told["moved"]}
    assert causes["annual_churn_rate", "2025"] == ["corrected"]
    assert causes["churn_rate_target", "2026", "not_above_last_year"] == ["corrected"]
    assert causes["churn_rate_target", "2026"] == ["corrected", "params"]
    assert "new_data" in set().union(*causes.values())
    assert all(causes.values())


def test_the_line_names_what_was_planted(all_three):
    shop, run, _ = all_three
    line = run["line"]
    assert "更正的历史数据使 " in run["line_zh"] and "（service_visits 2025-03：1 行）" in run["line_zh"]
    assert "moved by corrected past data (service_visits 2025-03: 1 row)" in line
    assert "moved by new data (2026-01)" in line
    assert "moved by params (churn.rule)" in line
    assert "program" not in line
    assert changes_file.line_of_changes(shop.place) == line


@pytest.mark.parametrize("cause", ["corrected", "new_data", "params"])
def test_each_cause_alone_has_everything_and_nothing_is_measured_again(shop, monkeypatch, cause):
    if cause == "corrected":
        shop.correct()
    elif cause == "new_data":
        shop.go_on()
    else:
        shop.params["churn"] = {"rule": "fixed", "fixed_rate": 0.2}
    calls = measured_again(monkeypatch)
    told = shop.run()
    assert told["moved"] and not calls
    assert {tuple(row["causes"]) for row in told["moved"]} == {(cause,)}
    named = {name for name in ("corrected", "new_data", "params", "program") if told[name]}
    assert named == {cause}
    if cause == "corrected":
        assert told["corrected"][0]["altered"] == 1
        assert told["corrected"][0]["columns"] == ["service_type"]


def test_another_program_is_named_alone(shop):
    run = json.loads((shop.place / "run.json").read_text(encoding="utf-8"))
    run["versions"]["pandas"] = "1.0.0"
    run["program"]["code"] = "0" * 64
    (shop.place / "run.json").write_text(json.dumps(run), encoding="utf-8")
    metrics = shop.place / "metrics.json"
    recorded = metrics.read_text(encoding="utf-8")
    numbers = json.loads(recorded)
    rate = next(
        row for row in numbers["metrics"] if row["metric"] == "annual_churn_rate" and row["period"] == "2025"
    )
    rate["value"] += 0.1
    metrics.write_text(json.dumps(numbers), encoding="utf-8")
    told = shop.run()
    assert [change["what"] for change in told["program"]] == ["code", "pandas"]
    assert [row["metric"] for row in told["moved"]] == ["annual_churn_rate"]
    assert causes_of(told) == {"annual_churn_rate": {"program"}}


def test_nothing_changed_is_said_and_costs_nothing(shop, monkeypatch):
    calls = measured_again(monkeypatch)
    told = shop.run()
    assert told["line"] == "nothing changed since the last run"
    assert told["moved"] == told["corrected"] == told["new_data"] == told["params"] == told["program"] == []
    assert not calls
    assert "Nothing changed since the last run" in shop.page.get_text()


def test_a_cleared_cache_leaves_the_data_unsplit_and_says_so(shop):
    shutil.rmtree(shop.output / ".cache")
    shop.drop_a_visit()
    shop.go_on()
    told = shop.run()
    assert told["note"] == "cache"
    assert {tuple(row["causes"]) for row in told["moved"]} == {("data",)}
    assert "the last run's tables are gone from the cache" in told["line"]
    assert "gone from the cache" in shop.page.get_text()


def test_a_cleared_cache_does_not_matter_where_only_params_changed(shop):
    shutil.rmtree(shop.output / ".cache")
    shop.params["churn"] = {"rule": "not_above_last_year"}
    told = shop.run()
    assert told["note"] is None
    assert {tuple(row["causes"]) for row in told["moved"]} == {("params",)}


@pytest.mark.parametrize("file", ["run.json", "metrics.json"])
def test_an_unreadable_last_run_is_left_aside_with_a_note(shop, file):
    (shop.place / file).write_text("{not json", encoding="utf-8")
    told = shop.run()
    assert told["line"] == f"the last run's {file} cannot be read, so what changed since is not known"
    assert not shop.page.select("[data-changed]")
    assert shop.run()["line"] == "nothing changed since the last run"


def test_an_earlier_last_day_is_not_split(shop):
    shop.params["as_of"] = "2025-11-30"
    told = shop.run()
    assert told["note"] == "earlier" and told["corrected"] == []


def test_every_number_of_the_section_can_be_found(all_three):
    shop, told, _ = all_three
    headlines = {
        (row["metric"], row["period_before"], json.dumps(row["group"], sort_keys=True)): row["before"]
        for row in told["headlines"]
    }
    assert headlines
    cells = shop.page.select("[data-changed]")
    assert {cell["data-field"] for cell in cells} == {"before", "moved", "new", "gone"}
    for cell in cells:
        metric, field = cell["data-changed"], cell["data-field"]
        shown = json.loads(cell["data-value"])
        if field == "before":
            assert shown == headlines[metric, cell["data-period"], cell["data-group"]]
        else:
            assert shown == told["counts"][metric].get(field, 0)
