"""A group of thousands of stores as their runs leave it: numbers and clean visits in Parquet, params, manifests.

Numbers are those that a report publishes, of as many rows and splits (a real one is copied in shape), so that what
is wanted must be found among what is not. Vehicles go to a neighbouring store now and then.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from csanalysis.chapters.network.measure import HELD_OUT, PRACTICES, RATES, SIMULATED, TOTALS
from csanalysis.chapters.network.wanted import Wanted
from csanalysis.ingest import cache as parsed
from csanalysis.ingest.sources import Export
from csanalysis.metrics.results import NUMBERS
from csanalysis.params import read_params

PLAN_YEAR, LAST = 2026, "2025"
SOURCES = "sources: {vehicle_sales: sales.csv, service_visits: visits.csv}"
OTHERS = 24_000
"""Numbers of a store that the network does not ask for."""


def write_group(
    folder: Path, *, stores: int, visits: int, vehicles_each: int = 3000, others: int = OTHERS
) -> list[Path]:
    """Params, reports and cache of a group in ``folder``; the params files. ``visits`` are those of all stores."""
    (folder / "group.yml").write_text(
        f"dealership: {{group: G, brand: B}}\nplan_year: {PLAN_YEAR}\n{SOURCES}\n"
    )
    (folder / "outputs/.cache").mkdir(parents=True)
    shape, paths = _shape(others), []
    for store in range(stores):
        paths.append(folder / f"s{store:04d}.yml")
        about = (
            f"id: s{store:04d}, name: Store {store:04d}, region: R{store % 30:02d}, size: {'ABC'[store % 3]}"
        )
        paths[-1].write_text(f"extends: group.yml\ndealership: {{{about}}}\n")
        _report(folder / f"outputs/s{store:04d}/{PLAN_YEAR}", store, shape)
        _visits(folder / "outputs/.cache", paths[-1], store, stores, visits // stores, vehicles_each)
    return paths


def _shape(others: int) -> pd.DataFrame:
    """Metric, period and split of every number of a store, and whether it is a share."""
    years = [str(year) for year in range(PLAN_YEAR - 6, PLAN_YEAR)]
    months = [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
    rows = [(metric, period, "{}", True) for metric in RATES for period in [*years, *months]]
    rows += [(metric, period, "{}", False) for metric in TOTALS for period in [*years, str(PLAN_YEAR)]]
    rows += [(each.metric, period, each.text, True) for each in PRACTICES for period in [*years, *months]]
    rows += [
        ("churn_rate_target", str(PLAN_YEAR), "{}", True),
        ("upsell_success_target", str(PLAN_YEAR), "{}", True),
    ]
    held = [Wanted("holdout_effect", {"list": name}).text for name in HELD_OUT]
    rows += [("holdout_effect", LAST, split, True) for split in held]
    calls = [
        Wanted("call_gain", {"purpose": name}).text for name in ("first_service", "maintenance", "win_back")
    ]
    rows += [("call_gain", "2023/2025", split, True) for split in calls]
    for name in SIMULATED:
        split = Wanted("", {"quantity": name}).text
        rows += [
            (metric, LAST, split, False) for metric in ("simulation_backtest", "simulation_backtest_actual")
        ]
    items = [json.dumps({"item_code": f"A{item}", "programme": "css"}) for item in range(20)]
    rows += [("item_score", month, item, False) for month in months for item in items]
    splits = [json.dumps({"grade": grade, "team": f"{team}"}) for grade in "ABC" for team in range(8)]
    more = others // (len(splits) * len(months)) + 1
    rows += [
        (f"other_rate_{number:02d}", month, split, True)
        for number in range(more)
        for month in months
        for split in splits
    ][:others]
    columns = ["metric", "period", "group", "share"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(columns[:3], ignore_index=True)


def _report(place: Path, store: int, shape: pd.DataFrame) -> None:
    place.mkdir(parents=True)
    random, size = np.random.default_rng([store, 1]), len(shape)
    share = shape["share"].to_numpy()
    whole = np.where(share, random.integers(100, 2000, size), np.nan)
    part = np.floor(whole * random.normal(0.4, 0.02, size).clip(0.2, 0.6))
    value = np.where(share, part / whole, random.random(size) * 400)
    numbers = dict(zip(NUMBERS, (part, whole, value, value * 0.9, value * 1.1), strict=True))
    texts = {name: pa.array(shape[name]).dictionary_encode() for name in ("metric", "period", "group")}
    columns = {name: pa.array(column, pa.float64(), from_pandas=True) for name, column in numbers.items()}
    table = pa.table(
        {"metric": texts["metric"], "period": texts["period"], **columns, "group": texts["group"]}
    )
    pq.write_table(table, place / "metrics.parquet", compression="zstd")
    head = {
        "schema_version": 1,
        "dealership": place.parent.name,
        "plan_year": PLAN_YEAR,
        "as_of": f"{LAST}-12-31",
    }
    (place / "metrics.json").write_text(json.dumps(head)[:-1] + ', "metrics": [\n')
    inputs = [{"table": "service_visits", "file": "visits.csv", "sha256": _sha(store)}]
    (place / "run.json").write_text(json.dumps({"inputs": inputs}))


def _sha(store: int) -> str:
    return hashlib.sha256(f"visits {store}".encode()).hexdigest()


def _visits(cache: Path, params_file: Path, store: int, stores: int, count: int, vehicles: int) -> None:
    """Clean visits as a run keeps them, under the name by which they are found again; two in a hundred strayed."""
    random = np.random.default_rng([store, 2])
    home = np.where(random.random(count) < 0.02, (store + 1) % stores, store)
    near = [
        number + place * vehicles for place in (store, (store + 1) % stores) for number in range(vehicles)
    ]
    known = pa.array([f"LSVAA4187C{number:07d}" for number in near])
    vins = known.take(pa.array(random.integers(0, vehicles, count) + np.where(home == store, 0, vehicles)))
    days = np.datetime64("2020-01-01") + np.sort(random.integers(0, 2192, count))
    amounts = (random.random(count) * 900).round(2)
    table = pa.table(
        {
            "ro_number": pa.array(np.arange(count)).cast(pa.string()),
            "vin": vins,
            "visit_date": pa.array(days.astype("datetime64[us]")),
            "service_type": pa.array(["scheduled_service", "repair", "first_service"]).take(
                pa.array(random.integers(0, 3, count))
            ),
            "mileage_km": pa.array(random.integers(1000, 150_000, count).astype(float)),
            "labour_amount": pa.array(amounts),
            "total_amount": pa.array((amounts * 1.7).round(2)),
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    source = read_params(params_file).sources["service_visits"]
    name = parsed._entry_name("service_visits", source, [Export("visits.csv", b"", _sha(store))])
    (cache / f"{name}-{parsed._digest(data)}.parquet").write_bytes(data)
