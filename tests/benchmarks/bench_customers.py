"""A million visits: the churn and customer-base chapters against hand-written Polars for the same numbers."""

import datetime as dt
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

VISITS, VEHICLES, SOLD = 1_000_000, 300_000, 200_000
FIRST, AS_OF = dt.date(2016, 1, 1), dt.date(2025, 12, 31)
YEARS = range(2016, 2026)
TEAMS = ["T1", "T2", "T3", "T4"]

Numbers = dict[str, list[tuple[object, ...]]]


def write_tables(folder: Path) -> None:
    """Random visits and sales as clean tables: sold any day of ten years, a visit every few months."""
    rng = np.random.default_rng(1)
    vins = np.array([f"LSVAA{number:012d}" for number in rng.permutation(VEHICLES)])
    days = (AS_OF - FIRST).days + 1
    bought = rng.integers(0, days, VEHICLES)
    number = rng.integers(0, VEHICLES, VISITS)
    day = bought[number] + (rng.random(VISITS) ** 2 * (days - bought[number])).astype(int)
    order = np.argsort(day, kind="stable")
    visits = pd.DataFrame(
        {
            "ro_number": [f"RO{place:09d}" for place in range(VISITS)],
            "vin": vins[number[order]],
            "visit_date": (np.datetime64(FIRST) + day[order]).astype("datetime64[s]"),
            "service_type": rng.choice(["scheduled_service", "repair", "accident"], VISITS),
            "customer_id": None,
            "advisor": rng.choice([f"advisor{n:02d}" for n in range(12)], VISITS),
            "team": rng.choice([*TEAMS, None], VISITS),
            "total_amount": rng.gamma(2, 400, VISITS).round(2),
        }
    ).astype(dict.fromkeys(["ro_number", "vin", "service_type", "customer_id", "advisor", "team"], "str"))
    sales = pd.DataFrame(
        {
            "vin": vins[:SOLD],
            "sale_date": (np.datetime64(FIRST) + bought[:SOLD]).astype("datetime64[s]"),
            "customer_id": None,
        }
    ).astype({"vin": "str", "customer_id": "str"})
    visits.to_parquet(folder / "visits.parquet")
    sales.to_parquet(folder / "sales.parquet")


def ours(folder: Path) -> tuple[float, Numbers]:
    """Seconds and numbers of the two chapters."""
    from csanalysis.chapters import churn, customer_base
    from csanalysis.params import Params

    tables = {
        "service_visits": pd.read_parquet(folder / "visits.parquet"),
        "vehicle_sales": pd.read_parquet(folder / "sales.parquet"),
    }
    params = Params.model_validate(
        {
            "dealership": {"id": "bench"},
            "plan_year": AS_OF.year + 1,
            "sources": {"vehicle_sales": "sales.csv", "service_visits": "visits.csv"},
        }
    )
    began = time.perf_counter()
    results = churn.measure(params, tables) + customer_base.measure(params, tables)
    seconds = time.perf_counter() - began
    year_end = f"{AS_OF:%Y-%m-%d}"

    def counts(name: str, kind: str, *by: str, column: str = "value") -> list[tuple[object, ...]]:
        rows = results.select(name, kind, *by)
        rows = rows[rows[column] > 0]
        return sorted(zip(*(rows[place] for place in ("period", *by)), rows[column].astype(int), strict=True))

    return seconds, {
        "churn": counts("annual_churn_rate", "year", column="numerator"),
        "retained": counts("retained_share", "year", "years_later", column="numerator"),
        "lapsed": counts("lapsed_vehicles", "month"),
        "lifecycle": counts("lifecycle_vehicles", "date", "state"),
        "base by team": counts("effective_base", "date", "team"),
        "assessed": counts("assessed_churn_rate", "month", column="numerator"),
        "assessed by team": counts("assessed_churn_rate", "month", "team", column="numerator"),
        "classes": counts("visit_class_vehicles", "date", "visit_class"),
        "classes by team": counts("visit_class_vehicles", "date", "visit_class", "team"),
        "migration": counts("visit_class_migration", "date", "from", "to"),
        "bridge": [row for row in counts("retention_bridge", "year", "flow") if row[0] <= year_end[:4]],
        "receptions": counts("daily_receptions", "year", "advisor", column="denominator"),
        "returns": counts("return_chance", "date", "visit_class", "months_since", column="denominator"),
    }


def by_hand(folder: Path) -> tuple[float, Numbers]:
    """Seconds and numbers of hand-written Polars."""
    import polars as pl

    visits = pl.read_parquet(folder / "visits.parquet").with_columns(pl.col("visit_date").cast(pl.Date))
    sales = pl.read_parquet(folder / "sales.parquet").with_columns(pl.col("sale_date").cast(pl.Date))
    year_end, origin = f"{AS_OF:%Y-%m-%d}", FIRST.year * 12
    numbers: Numbers = {}

    def rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
        return sorted(frame.rows())

    began = time.perf_counter()
    same = pl.col("vin") == pl.col("vin").shift(-1)
    month = pl.col("visit_date").dt.year().cast(pl.Int64) * 12 + pl.col("visit_date").dt.month() - 1 - origin
    visits = (
        visits.select("vin", "visit_date", "ro_number", "team", "advisor")
        .sort("vin", "visit_date", "ro_number")
        .with_columns(year=pl.col("visit_date").dt.year().cast(pl.Int64), month=month)
        .with_columns(
            following=pl.when(same).then(pl.col("visit_date").shift(-1)),
            until=pl.when(same).then(pl.col("month").shift(-1)),
            second=pl.when(pl.col("vin") == pl.col("vin").shift(1)).then(pl.col("month").shift(1)),
            fourth=pl.when(pl.col("vin") == pl.col("vin").shift(3)).then(pl.col("month").shift(3)),
        )
    )

    seen = visits.select("vin", "year").unique(maintain_order=True)
    size = dict(seen.group_by("year").len().rows())
    kept = [
        seen.join(seen.with_columns(pl.col("year") - k), on=["vin", "year"]).group_by("year").len().rows()
        for k in range(1, 6)
    ]
    numbers["churn"] = sorted((str(year + 1), size[year] - back) for year, back in kept[0])
    numbers["retained"] = sorted(
        (str(year), str(k), back) for k, years in enumerate(kept, start=1) for year, back in years
    )
    lapse = pl.col("visit_date").dt.offset_by("12mo")
    numbers["lapsed"] = rows(
        visits.filter((lapse <= AS_OF) & (pl.col("following").is_null() | (pl.col("following") > lapse)))
        .group_by(lapse.dt.strftime("%Y-%m"))
        .len()
    )

    width = len(YEARS) * 12
    until = pl.col("until").fill_null(width)
    edges = [
        visits.select("team", at=pl.min_horizontal(pl.col("month") + age, until, width))
        .group_by("team", "at")
        .len()
        .rows()
        for age in (0, 6, 12, 24, width)
    ]
    place = {team: number for number, team in enumerate([None, *TEAMS])}
    started = np.zeros((5, len(place), width + 1), dtype="int64")
    for number, edge in enumerate(edges):
        for team, at, count in edge:
            started[number, place[team], at] += count
    states = np.cumsum(started[:-1] - started[1:], axis=2)[:, :, 23:width]
    ends = pd.period_range("2017-12", periods=states.shape[2], freq="M")
    names = ("active", "marginal", "churned", "permanent")
    numbers["lifecycle"] = sorted(
        (f"{end.end_time:%Y-%m-%d}", name, int(count))
        for name, counts in zip(names, states.sum(axis=1), strict=True)
        for end, count in zip(ends, counts, strict=True)
        if count
    )
    base = states[:3].sum(axis=0)
    numbers["base by team"] = [(year_end, team, int(base[place[team], -1])) for team in TEAMS]
    marginal = [(f"{end}", int(count)) for end, count in zip(ends, states[1].sum(axis=0), strict=True)]
    numbers["assessed"] = marginal
    numbers["assessed by team"] = sorted(
        (f"{end}", team, int(count))
        for team in TEAMS
        for end, count in zip(ends, states[1, place[team]], strict=True)
    )

    ever = pl.concat(
        [
            visits.group_by("vin").agg(pl.col("visit_date").min().alias("date")),
            sales.group_by("vin").agg(pl.col("sale_date").min().alias("date")),
        ]
    )
    ever = ever.group_by("vin").agg(pl.col("date").min())

    def classes(until_day: dt.date) -> pl.DataFrame:
        count = (
            visits.filter(
                (pl.col("visit_date") <= until_day)
                & (pl.col("visit_date") > until_day.replace(year=until_day.year - 1))
            )
            .group_by("vin")
            .len()
        )
        letter = pl.when(pl.col("len") >= 4).then(pl.lit("A")).when(pl.col("len") >= 2).then(pl.lit("B"))
        return (
            ever.filter(pl.col("date") <= until_day)
            .join(count, on="vin", how="left")
            .select(
                "vin", letter.when(pl.col("len") == 1).then(pl.lit("C")).otherwise(pl.lit("D")).alias("class")
            )
        )

    now, before = classes(AS_OF), classes(AS_OF.replace(year=AS_OF.year - 1))
    team = visits.filter(pl.col("until").is_null()).select("vin", "team")
    dated = pl.lit(year_end)
    numbers["classes"] = rows(now.group_by(dated, "class").len())
    numbers["classes by team"] = rows(
        now.join(team, on="vin").drop_nulls("team").group_by(dated, "class", "team").len()
    )
    numbers["migration"] = rows(
        now.join(before, on="vin", how="left", suffix="_before")
        .with_columns(pl.col("class_before").fill_null("new"))
        .group_by(dated, "class_before", "class")
        .len()
    )

    sold = sales.group_by("vin").agg(pl.col("sale_date").dt.year().min().cast(pl.Int64).alias("sold"))
    came = (
        seen.with_columns(last=pl.when(pl.col("vin") == pl.col("vin").shift(1)).then(pl.col("year").shift(1)))
        .filter(
            (pl.col("year") > YEARS[0]) & (pl.col("last").is_null() | (pl.col("last") < pl.col("year") - 1))
        )
        .join(sold, on="vin", how="left")
    )
    flow = (
        pl.when(pl.col("last").is_not_null())
        .then(pl.lit("won_back"))
        .when(pl.col("sold") <= pl.col("year"))
        .then(pl.lit("new_from_sales"))
        .otherwise(pl.lit("new_from_elsewhere"))
    )
    numbers["bridge"] = sorted(
        [
            (str(year), kind, count)
            for year, kind, count in came.group_by("year", flow.alias("flow")).len().rows()
        ]
        + [(str(year), "opening", size[year - 1]) for year in YEARS[1:]]
        + [(str(year), "closing", size[year]) for year in YEARS[1:]]
        + [(year, "lapsed", lost) for year, lost in numbers["churn"]]
    )
    days = visits.group_by("advisor", "visit_date").len()
    numbers["receptions"] = rows(
        days.group_by(pl.col("visit_date").dt.year().cast(pl.String), "advisor")
        .agg(
            (pl.col("len") > 12).sum(),
            pl.col("len").is_between(8, 10).sum().alias("best"),
            pl.len().alias("days"),
        )
        .select("visit_date", "advisor", "days")
    )

    found = []
    for age in range(24):
        end = pl.col("month") + age
        recent = (
            (pl.col("second") > end - 12).fill_null(False),
            (pl.col("fourth") > end - 12).fill_null(False),
        )
        letter = pl.when(recent[1]).then(pl.lit("A")).when(recent[0]).then(pl.lit("B"))
        counted = (
            visits.filter((end < until.fill_null(10**6)) & (end >= 11) & (end < width - 3))
            .group_by(letter.otherwise(pl.lit("C" if age < 12 else "D")).alias("class"))
            .agg(pl.len(), (pl.col("until") <= end + 3).sum().alias("back"))
        )
        found += [(year_end, letter_, str(age), count) for letter_, count, _ in counted.rows()]
    numbers["returns"] = sorted(found)
    return time.perf_counter() - began, numbers


Way = Callable[[Path], tuple[float, Numbers]]


def measured(way: Way, folder: Path, answer: "multiprocessing.Queue[tuple[float, float, Numbers]]") -> None:
    """Run one way, after a first run that warms it up, and tell seconds, peak memory [MB] and numbers."""
    way(folder)
    seconds, numbers = min((way(folder) for _ in range(3)), key=lambda run: run[0])
    scale = 1 if sys.platform == "darwin" else 1024
    answer.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6, numbers))


def main() -> None:
    """Print both times, their ratio and the peak memory; fail if the numbers differ."""
    found = {}
    # Fresh processes: a child's peak memory begins with that of its parent, so this one stays small.
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as name:
        writer = context.Process(target=write_tables, args=(Path(name),))
        writer.start()
        writer.join()
        for way in (by_hand, ours):
            answer = context.Queue()
            process = context.Process(target=measured, args=(way, Path(name), answer))
            process.start()
            found[way.__name__] = answer.get()
            process.join()
    different = [name for name, numbers in found["by_hand"][2].items() if found["ours"][2][name] != numbers]
    if different:
        sys.exit(f"customers: the two ways differ in {', '.join(different)}")
    for name, (seconds, memory, _) in found.items():
        print(f"customers  {VISITS:,} visits  {name:<8}{seconds:6.2f} s  {memory:6.0f} MB")
    print(f"customers  ours / by hand {found['ours'][0] / found['by_hand'][0]:.2f}, same numbers")


if __name__ == "__main__":
    main()
