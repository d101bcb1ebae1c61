"""Small tables for tests, shaped as ingest gives them."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params
from csanalysis.report import skip_iri_grammar
from csanalysis.report.notebook.execution import KERNELS
from csanalysis.schema import TABLES
from csanalysis.schema.frames import dtype_of, use_python_strings

use_python_strings()
skip_iri_grammar()
settings.register_profile("untimed", deadline=None)  # a first import or a busy machine is no failure
settings.load_profile("untimed")
if sys.platform == "linux" and "PYTEST_XDIST_WORKER" in os.environ:
    # As without pytest-xdist, whose second thread only waits: a kernel of its own takes each chapter seconds.
    os.environ.setdefault(KERNELS, "forked")

gc.set_threshold(20_000, 10, 10)  # thousands of tests and of tables are no garbage


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no search for garbage need look at it again, in no forked child either."""
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files are dealt out whole, as groups are: what a file's tests share is made once.

    They are dealt out in the order of :func:`pytest_collection_modifyitems`.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler.loadgroup import LoadGroupScheduling

    class ByFile(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            group = super()._split_scope(nodeid)
            return nodeid.partition("::")[0] if group == nodeid else group

    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers begin with what is slow, so that none is left with it when the others have ended.

    While one of them makes the demonstration data, the others have something that needs none; while one makes
    the reports, they have what needs but the data.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    units: dict[str, list[pytest.Item]] = {}
    for item in items:
        group = item.get_closest_marker("xdist_group")
        units.setdefault(group.args[0] if group else item.nodeid.partition("::")[0], []).append(item)
    slow = {name: sum("slow" in item.keywords for item in unit) for name, unit in units.items()}
    needs = {
        name: max(
            (place for place, fixture in enumerate(("demo", "reported"), 1) for item in unit
             if fixture in getattr(item, "fixturenames", ())),
            default=0,
        )
        for name, unit in units.items()
    }  # fmt: skip
    dealt = sorted(units, key=lambda name: slow[name], reverse=True)
    begun = [name for name in dealt if slow[name]] or dealt
    makers = {need: next((name for name in begun if needs[name] == need), None) for need in (1, 2)}
    turns = [
        lambda name: name == makers[1],
        lambda name: name in begun and not needs[name],
        lambda name: name == makers[2],
        lambda name: name in begun and needs[name] == 1,
        lambda name: name in begun,
        lambda name: True,
    ]
    dealt.sort(key=lambda name: next(place for place, fits in enumerate(turns) if fits(name)))
    items[:] = [item for name in dealt for item in units[name]]


@pytest.fixture
def bucket() -> Iterator[Any]:
    """fsspec's file system of ``memory://bucket``, empty; a memory of this process and those forked from it."""
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Changes to a machine by name: each has a cache folder of its own."""

    def change(name: str) -> None:
        monkeypatch.setattr(
            "csanalysis.fleet.working_copy.user_cache_path", lambda program: tmp_path / name / program
        )

    change("first")
    return change


@pytest.fixture
def least_exports() -> Callable[[Path], None]:
    """Writes ``sales.csv`` and ``visits.csv`` into a folder: the two tables that must be, of one year."""

    def write(folder: Path) -> None:
        sales = "".join(f"V{n},2025-{n % 12 + 1:02d}-10\n" for n in range(24))
        visits = "".join(f"R{n},V{n},2025-12-{n + 1:02d},首保\n" for n in range(20))
        (folder / "sales.csv").write_text("VIN,sale_date\n" + sales, encoding="utf-8")
        (folder / "visits.csv").write_text("RO,VIN,date in,job type\n" + visits, encoding="utf-8")

    return write


@pytest.fixture(scope="session")
def clean_table() -> Callable[..., pd.DataFrame]:
    """A clean table of the schema from rows that name only the columns that matter."""

    def table(name: str, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
        rows = list(rows)
        columns = {
            column.name: pd.Series(
                [row.get(column.name, column.default) for row in rows], dtype=dtype_of(column)
            )
            for column in TABLES[name].columns
        }
        return pd.DataFrame(columns)

    return table


@pytest.fixture(scope="session")
def visits_of(clean_table: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Service visits from ``{vin: ["2024-05-01", "2024-11-02 teamA", …]}``, numbered as they stand."""

    def table(dates: Mapping[str, Iterable[str]], **columns: Any) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for vin, visits in dates.items():
            for visit in visits:
                day, _, team = visit.partition(" ")
                rows.append(
                    {
                        "ro_number": f"R{len(rows):04d}",
                        "vin": vin,
                        "visit_date": day,
                        "service_type": "repair",
                        "team": team or None,
                        **columns,
                    }
                )
        return clean_table("service_visits", rows)

    return table


@pytest.fixture(scope="session")
def params_of() -> Callable[..., Params]:
    """Params with every default but what is given; the plan year is 2026 unless told."""

    def make(**changes: Any) -> Params:
        required = {
            "dealership": {"id": "small"},
            "plan_year": 2026,
            "sources": {"vehicle_sales": "sales.csv", "service_visits": "visits.csv"},
        }
        return Params.model_validate({**required, **changes})

    return make


@pytest.fixture(scope="session")
def survey_tables(clean_table: Callable[..., pd.DataFrame]) -> Callable[..., dict[str, pd.DataFrame]]:
    """A store's surveys, checks, staff and actions of 2024 and 2025: of three service items, ``i1`` is weak.

    Every month has ten responses of the manufacturer and five own calls; ``Ann`` passes all checks, ``Bob`` 4 of 5.
    """

    def tables() -> dict[str, pd.DataFrame]:
        rng = np.random.default_rng(11)
        months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
        level = {"i1": 8.0, "i2": 9.0, "i3": 9.1}
        answers, bulletin, checks = [], [], []
        for month in months:
            for place in range(15):
                source = "oem" if place < 10 else "internal"
                for item, mean in level.items():
                    score = float(np.clip(round(rng.normal(mean + 0.3 * (source == "internal"), 0.9)), 1, 10))
                    answers.append(
                        {
                            "response_id": f"{month}-{place}", "survey_date": f"{month}-{place + 5:02d}",
                            "programme": "mot", "item_code": item, "item_name": f"name of {item}", "score": score,
                            "max_score": 10, "source": source, "staff": "Ann" if place % 2 else "Bob",
                        }
                    )  # fmt: skip
            for item in level:
                bulletin.append(
                    {"month": f"{month}-01", "programme": "mot", "item_code": item, "regional_mean": 8.9}
                )
            total = {"regional_mean": 26.7, "own_score": round(26 + rng.normal(0, 0.3), 2)}
            rank = {"rank": int(rng.integers(10, 30)), "store_count": 39}
            bulletin.append(
                {"month": f"{month}-01", "programme": "mot", "item_code": "total", **total, **rank}
            )
            for day in ("04", "11", "18", "25"):
                for staff, passed in (("Ann", 10), ("Bob", 8)):
                    checks.append(
                        {
                            "check_date": f"{month}-{day}", "staff": staff, "role": "service_advisor",
                            "process": "check-in" if day in ("04", "18") else "handover",
                            "items_checked": 10, "items_passed": passed,
                        }
                    )  # fmt: skip
        dates = {"start_date": "2025-02-01", "due_date": "2025-04-01"}
        return {
            "survey_responses": clean_table("survey_responses", answers),
            "survey_benchmarks": clean_table("survey_benchmarks", bulletin),
            "process_checks": clean_table("process_checks", checks),
            "staff": clean_table("staff", [{"staff": name, "role": "service_advisor"} for name in ("Ann", "Bob")]),
            "actions": clean_table(
                "actions",
                [
                    {"action_id": "Z1", "item_code": "i1", "measure": "train", "owner": "Ann", **dates, "done_date": "2025-03-31"},
                    {"action_id": "Z2", "item_code": "i2", "measure": "check", "owner": "Bob", **dates},
                ],
            ),
        }  # fmt: skip

    return tables


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration data, made once for all workers; its params lie in ``params``."""
    from csanalysis.demo import write_demo

    return made_once(tmp_path_factory, "demo", write_demo)


@pytest.fixture(scope="session")
def reported(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The output folder after the run of the demonstration dealership that is named, each run once for all workers."""
    from csanalysis.fleet import run_fleet

    output = shared_folder(tmp_path_factory) / "reports"

    def output_of(store: str) -> Path:
        def run(done: Path) -> None:
            (outcome,) = run_fleet([demo / "params" / f"{store}.yml"], output)
            assert outcome.made, outcome.problems
            done.mkdir()

        made_once(tmp_path_factory, f"reported-{store}", run)
        return output

    return output_of


@pytest.fixture(scope="session")
def reports(demo: Path, reported: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of runs over all demonstration dealerships, with its list of reports."""
    from csanalysis.report.index import write_index

    (output,) = {reported(path.stem) for path in sorted((demo / "params").glob("*.yml"))}

    def write(done: Path) -> None:
        write_index(output)
        done.mkdir()

    made_once(tmp_path_factory, "reports-listed", write)
    return output


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder of this run of the tests that all its workers see."""
    workers = "PYTEST_XDIST_WORKER" in os.environ
    return factory.getbasetemp().parent if workers else factory.getbasetemp()


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one worker makes and the others wait for."""
    shared = shared_folder(factory)
    made, claim = shared / name, shared / f"{name}-claim"
    try:
        claim.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 600
        while not made.exists():
            assert not (claim / "failed").exists(), f"the worker that makes {name} failed; see its own error"
            assert time.monotonic() < deadline, f"the worker that makes {name} has not finished"
            time.sleep(0.2)
        return made
    try:
        make(claim / name)
        (claim / name).rename(made)
    except BaseException:
        (claim / "failed").touch()
        raise
    return made


@pytest.fixture(scope="session")
def plan_results() -> Results:
    """A made-up dealership's numbers, as the chapters on first service, churn and customer base give them."""
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    plan, day, nan = [f"2026-{month:02d}" for month in range(1, 13)], "2025-12-31", float("nan")
    rates = [0.70 + 0.002 * place for place in range(24)]
    targets = [50.0 + place for place in range(12)]
    ceilings = [20.0 + place for place in range(12)]
    rule = ["not_above_average", "not_above_last_year", "not_above_industry", "fixed"]
    states = ["active", "marginal", "churned", "permanent"]
    flows = ["opening", "new_from_sales", "new_from_elsewhere", "won_back", "lapsed", "closing"]
    two_rules, advisors = ["return_rate", "lag_kernel"], ["甲", "乙"]
    cohorts = [
        tidy(
            ["2024", "2025"], numerator=[560, nan], denominator=[800, 820], low=[0.67, nan], high=[0.73, nan]
        ),
        tidy(["2024"] * 2, numerator=[20, 300], denominator=[25, 400], low=0.6, high=0.9, model=["a", "b"]),
    ]
    curve = tidy(
        [day] * 3,
        value=[0.1, 0.5, 0.7],
        low=[0.08, 0.47, 0.67],
        high=[0.12, 0.53, 0.73],
        months_since_sale=["1", "3", "6"],
    )
    backtest = tidy(
        months * 2,
        numerator=[46.0] * 24 + [44.0] * 24,
        denominator=45,
        rule=[r for r in two_rules for _ in months],
    )
    churn = tidy(
        ["2024", "2025"], numerator=[310, 350], denominator=1000, low=[0.28, 0.32], high=[0.34, 0.38]
    )
    retained = tidy(
        ["2023", "2023", "2024", "2024"],
        numerator=[690, 480, 650, nan],
        denominator=1000,
        years_later=["1", "2", "1", "2"],
    )
    receptions = tidy(["2025"] * 2, numerator=[2500, 1500], denominator=250, advisor=advisors)
    return Results(
        {
            "new_vehicle_sales": tidy(["2024", "2025"], value=[800, 820]),
            "first_service_visits": [tidy(months, value=45.0), tidy(["2024", "2025"], value=[540, 541])],
            "first_service_return_rate": [
                tidy(months, numerator=[rate * 70 for rate in rates], denominator=70, low=0.5, high=0.95),
                tidy(["2024", "2025"], value=[0.711, 0.735], low=[0.65, 0.67], high=[0.77, 0.80]),
                tidy(["2024", "2025"] * 2, value=[0.72, 0.74, 0.71, 0.73], lag_months=["2", "2", "3", "3"]),
            ],
            "first_service_return_rate_pooled": tidy(["2024", "2025"], numerator=[548, 590], denominator=800),
            "first_service_return_rate_average": tidy(["2024/2025"], value=0.723),
            "first_service_cohort_rate": cohorts,
            "first_service_curve": curve,
            "first_service_expected": tidy(plan, value=[49.6 + place for place in range(12)], denominator=70),
            "first_service_target": [
                tidy([*plan, "2026"], value=[*targets, sum(targets)]),
                tidy(["2026", "2026"], value=[400, 266], agent=advisors),
            ],
            "first_service_planned": tidy(["2026"], value=666),
            "first_service_backtest": backtest,
            "first_service_backtest_error": tidy(["2024/2025"] * 2, value=[6.6, 4.9], rule=two_rules),
            "annual_churn_rate": churn,
            "annual_churn_rate_average": tidy(["2024/2025"], value=0.33),
            "churn_rate_target": [
                tidy(["2026"], value=0.33),
                tidy(["2026"] * 4, value=[0.33, 0.35, 0.30, nan], rule=rule),
            ],
            "churn_rate_target_backtest": tidy(["2025"] * 2, value=[0.31, 0.36], rule=rule[:2]),
            "monthly_churn_ceiling": tidy([*plan, "2026"], value=[*ceilings, sum(ceilings)]),
            "monthly_lapse_ceiling": tidy(
                [*plan, "2026"], value=[n + 2 for n in ceilings] + [sum(ceilings) + 24]
            ),
            "lapsed_vehicles": tidy(months, value=27.0),
            "retained_share": retained,
            "lifecycle_vehicles": tidy([day] * 4, value=[900, 300, 200, 600], state=states),
            "effective_base": [
                tidy([day], value=1400),
                tidy([day] * 2, value=[800, 600], team=["一组", "二组"]),
            ],
            "retention_bridge": tidy(["2025"] * 6, value=[1000, 300, 50, 20, 350, 1020], flow=flows),
            "retention_value": [tidy(["2026"], value=14000), tidy(["2026"], value=7000, points=["1"])],
            "visit_class_vehicles": [
                tidy([day] * 4, value=[40, 500, 400, 1060], visit_class=list("ABCD")),
                tidy([day] * 4, value=[20, 250, 200, 330], visit_class=list("ABCD"), team="一组"),
            ],
            "visit_class_migration": tidy(
                [day] * 4, value=[10, 5, 3, 40], **{"from": list("AADD"), "to": list("ADAD")}
            ),
            "assessed_churn_rate": [
                tidy(months, numerator=260, denominator=1400, low=0.16, high=0.21),
                tidy(months, numerator=150, denominator=800, low=0.16, high=0.22, team="一组"),
            ],
            "daily_receptions": receptions,
            "daily_receptions_days_above_limit": tidy(["2025"] * 2, value=[31, 0], advisor=advisors),
            "daily_receptions_best_share": tidy(
                ["2025"] * 2, numerator=[120, 20], denominator=250, advisor=advisors
            ),
        }
    )


@pytest.fixture
def jobs_here(monkeypatch):
    """The jobs of the commands are done in this process."""
    from csanalysis.fleet import anywhere
    from csanalysis.fleet.job import Job
    from csanalysis.fleet.outcome import run_here

    def run_fleet(paths, output, options, *, task, **_):
        return [run_here(Job(path, output, options, task=task)) for path in paths]

    monkeypatch.setattr(anywhere, "run_fleet", run_fleet)
