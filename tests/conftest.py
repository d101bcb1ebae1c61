"""Small tables for tests, shaped as ingest gives them."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

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

    workers = "PYTEST_XDIST_WORKER" in os.environ
    shared = tmp_path_factory.getbasetemp().parent if workers else tmp_path_factory.getbasetemp()
    made, claim = shared / "demo", shared / "demo-claim"
    try:
        claim.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 300
        while not made.exists():
            assert time.monotonic() < deadline, "another worker has not finished the demonstration data"
            assert not (claim / "failed").exists(), "another worker could not write the demonstration data"
            time.sleep(0.2)
    else:
        try:
            write_demo(claim / "demo")
        except BaseException:
            (claim / "failed").touch()
            raise
        (claim / "demo").rename(made)
    return made
