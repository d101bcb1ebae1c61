"""A small dealership from 2021 to September 2025, whose plan is of 2025, as files on a disk."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

NAME, PHONE = "王小明{}", "1380000{:04d}"


def write_store(
    folder: Path,
    *,
    language: str = "zh",
    until: str = "2025-09-30",
    since: str = "2021-01-01",
    **params: Any,
) -> Path:
    """Exports and a params file; visits fall on six days of the week. Returns the params file."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    days = pd.date_range("2021-01-01", "2025-12-31")
    days = days[days.day_of_week < 6]
    sold = rng.choice(days, 1500)
    sales = pd.DataFrame({"vin": [f"LSVTEST{n:010d}" for n in range(1500)], "sale_date": sold, "customer_id": [f"C{n}" for n in range(1500)]})  # fmt: skip
    visits = []
    for vin, customer, day in sales[["vin", "customer_id", "sale_date"]].to_numpy():
        team, date, kind = ("east", "west")[int(vin[-1]) % 2], day + pd.Timedelta(days=90), "首保"
        while rng.random() < 0.8:
            date = date + pd.Timedelta(days=int(rng.integers(-20, 20)))
            date += pd.Timedelta(days=int(date.day_of_week == 6))
            visits.append([vin, customer, date, kind, team, 500])
            date, kind = date + pd.Timedelta(days=180), "定期保养"
    frame = pd.DataFrame(
        visits, columns=["vin", "customer_id", "visit_date", "service_type", "team", "total_amount"]
    )
    frame = frame[(frame["visit_date"] >= since) & (frame["visit_date"] <= until)].sort_values("visit_date")
    frame.insert(0, "ro_number", [f"R{n:06d}" for n in range(len(frame))])
    sales = sales[(sales["sale_date"] >= since) & (sales["sale_date"] <= until)]
    people = pd.DataFrame(
        {
            "customer_id": sales["customer_id"],
            "name": [NAME.format(n) for n in range(len(sales))],
            "phone": [PHONE.format(n) for n in range(len(sales))],
        }
    )
    targets = pd.DataFrame({"month": [f"2025-{n:02d}" for n in range(1, 13)], "units": 25})
    tables = {"vehicle_sales": sales, "service_visits": frame, "customers": people, "sales_targets": targets}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    given = {
        "dealership": {"id": "small", "name": "小店" if language == "zh" else "Small Store"},
        "plan_year": 2025,
        "language": language,
        "sources": {name: f"{name}.csv" for name in tables},
        **params,
    }
    path = folder / "small.yml"
    path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    return path


@pytest.fixture(scope="session", name="write_store")
def write_store_fixture() -> Callable[..., Path]:
    """:func:`write_store`."""
    return write_store
