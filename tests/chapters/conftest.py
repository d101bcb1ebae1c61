"""Tables of whole stores in DuckDB, to count once more in SQL what a chapter says."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from csanalysis.ingest import load
from csanalysis.metrics.results import Results
from csanalysis.params import Params
from csanalysis.params.rules import PRESETS, Rule
from tests.stores import STORES, params_file

SHORT = {
    "vehicle_sales": "sales", "service_visits": "visits", "customers": "customers", "complaints": "complaints",
    "appointments": "appointments", "policies": "policies", "contacts": "contacts", "oem_bulletin": "bulletin",
}  # fmt: skip


@dataclass(frozen=True)
class Recount:
    """A store, and its clean tables in SQL under the names of :data:`SHORT`; days are dates, texts are texts."""

    params: Params
    tables: dict[str, pd.DataFrame]
    base: duckdb.DuckDBPyConnection

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a query finds; ``$name`` in it is a value."""
        return self.base.execute(query, values or None).fetchall()

    def same(
        self,
        results: Results,
        metric: str,
        kind: Any,
        *by: str,
        query: str,
        parts: tuple[str, ...] = ("numerator", "denominator"),
        **group: str,
    ) -> int:
        """Hold every row of a metric against a query's: period, one column a split, then its ``parts``.

        Periods and groups without a case are in one of them alone. Returns how many rows there are.
        """
        told = results.select(metric, kind, *by, **group)
        if "denominator" in parts:
            told = told[told["denominator"] > 0]
        ours = {tuple(map(str, row[: 1 + len(by)])): row[1 + len(by) :] for row in self.rows(query)}
        theirs = {
            tuple(row[["period", *by]]): tuple(row[[*parts]].astype(float)) for _, row in told.iterrows()
        }
        assert ours.keys() == theirs.keys(), (metric, set(ours) ^ set(theirs))
        for key, numbers in ours.items():
            counted = np.array([0.0 if each is None else float(each) for each in numbers])
            assert np.allclose(counted, theirs[key], rtol=1e-9), (metric, key, numbers, theirs[key])
        return len(ours)


@pytest.fixture(scope="session", params=STORES)
def recount(request: pytest.FixtureRequest, demo: Path) -> Iterator[Recount]:
    """Each store once for all that count it again: mark their tests ``xdist_group("recounted")``."""
    store = load(params_file(request.param, demo))
    rules = [Rule(preset=name) for name in PRESETS]
    params = store.params if store.params.rules else store.params.model_copy(update={"rules": rules})
    base = duckdb.connect()
    for table, name in SHORT.items():
        if table not in store.tables:
            continue
        rows = store.tables[table]
        texts = [column for column in rows if pd.api.types.is_string_dtype(rows[column])]
        base.register(
            "read", rows.assign(**{c: rows[c].astype(object).where(rows[c].notna(), None) for c in texts})
        )
        days = [c for c in rows if c.endswith("_date") and c != "appointment_date"]
        casts = ", ".join(f"{day}::date as {day}" for day in days)
        words = ", ".join(f"{text}::varchar as {text}" for text in texts)
        each = ", ".join(filter(None, (casts, words)))
        base.execute(
            f"create table {name} as select row_number() over () as place, * replace ({each}) from read"
        )
        base.unregister("read")
    assert str(params.as_of) == "2025-12-31"
    yield Recount(params, store.tables, base)
    base.close()
