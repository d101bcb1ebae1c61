"""Small tables for tests, shaped as ingest gives them."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params
from csanalysis.schema import TABLES
from csanalysis.schema.frames import dtype_of


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
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration data, made once for all workers; its params lie in ``params``."""
    from csanalysis.demo import write_demo

    return made_once(tmp_path_factory, "demo", write_demo)


@pytest.fixture(scope="session")
def reports(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of one run over the demonstration dealerships, made once for all workers."""
    from csanalysis.fleet import run_fleet
    from csanalysis.report.index import write_index

    def run(output: Path) -> None:
        outcomes = run_fleet(sorted((demo / "params").glob("*.yml")), output, jobs=2)
        assert all(outcome.made for outcome in outcomes), [outcome.problems for outcome in outcomes]
        write_index(output)

    return made_once(tmp_path_factory, "reports", run)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one worker makes and the others wait for."""
    workers = "PYTEST_XDIST_WORKER" in os.environ
    shared = factory.getbasetemp().parent if workers else factory.getbasetemp()
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
