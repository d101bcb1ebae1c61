"""Ten years of a large dealership, random: a million visits, the sales ledger, targets and campaigns."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

VISITS, VEHICLES, SOLD = 1_000_000, 300_000, 200_000
FIRST, AS_OF = dt.date(2016, 1, 1), dt.date(2025, 12, 31)
TEAMS = ["T1", "T2", "T3", "T4"]
CAMPAIGNS = 60
TEXT = [
    "ro_number", "vin", "service_type", "customer_id", "advisor", "team", "model", "sales_consultant", "kind",
    "campaign_id",
]  # fmt: skip


def write_tables(folder: Path) -> None:
    """Clean tables: sold any day of ten years, a visit every few months, the first often a first service."""
    rng = np.random.default_rng(1)
    vins = np.array([f"LSVAA{number:012d}" for number in rng.permutation(VEHICLES)])
    days = (AS_OF - FIRST).days + 1
    bought = rng.integers(0, days, VEHICLES)
    number = rng.integers(0, VEHICLES, VISITS)
    day = bought[number] + (rng.random(VISITS) ** 2 * (days - bought[number])).astype(int)
    order = np.argsort(day, kind="stable")
    number, day = number[order], day[order]
    service = rng.choice(["scheduled_service", "repair", "accident"], VISITS)
    # Some vehicles have a second first service: only the earliest counts.
    _, first = np.unique(number, return_index=True)
    service[first[rng.random(len(first)) < 0.7]] = "first_service"
    service[rng.random(VISITS) < 0.01] = "first_service"
    visits = {
        "ro_number": [f"RO{place:09d}" for place in range(VISITS)],
        "vin": vins[number],
        "visit_date": _dates(day),
        "service_type": service,
        "customer_id": None,
        "mileage_km": (day - bought[number]) * (20.0 + number % 40),
        "advisor": rng.choice([f"advisor{n:02d}" for n in range(12)], VISITS),
        "team": rng.choice([*TEAMS, None], VISITS),
        "total_amount": rng.gamma(2, 400, VISITS).round(2),
    }
    # A few VINs are sold again, some rows are not the dealership's own sale, some name no consultant.
    again = rng.integers(0, SOLD, SOLD // 50)
    sold = np.concatenate([np.arange(SOLD), again])
    sold_on = np.concatenate([bought[:SOLD], np.minimum(bought[again] + 400, days - 1)])
    sales = {
        "vin": vins[sold],
        "sale_date": _dates(sold_on),
        "customer_id": None,
        "model": rng.choice([f"model{n}" for n in range(8)], len(sold)),
        "sales_consultant": rng.choice([*(f"consultant{n:02d}" for n in range(15)), None], len(sold)),
        "self_sold": pd.array(rng.random(len(sold)) < 0.95, dtype="boolean"),
        "is_local": pd.array(rng.random(len(sold)) < 0.8, dtype="boolean"),
    }
    targets = {
        "month": pd.date_range(f"{AS_OF.year + 1}-01-01", periods=12, freq="MS").astype("datetime64[s]"),
        "units": rng.integers(1500, 2000, 12).astype(float),
    }
    invited = rng.integers(50, 500, CAMPAIGNS)
    campaigns = {
        "campaign_id": [f"C{n:02d}" for n in range(CAMPAIGNS)],
        "start_date": _dates(rng.integers(0, days, CAMPAIGNS)),
        "kind": rng.choice(["test_drive", "free_check", "festival"], CAMPAIGNS),
        "invited": pd.array(invited, dtype="Int64"),
        "arrived": pd.array(invited // 3, dtype="Int64"),
    }
    tables = {"visits": visits, "sales": sales, "targets": targets, "campaigns": campaigns}
    for name, columns in tables.items():
        frame = pd.DataFrame(columns)
        frame.astype({column: "str" for column in frame if column in TEXT}).to_parquet(
            folder / f"{name}.parquet"
        )


def _dates(days: np.ndarray) -> np.ndarray:
    return (np.datetime64(FIRST) + days).astype("datetime64[s]")
