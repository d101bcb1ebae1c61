"""The numbers of the chapters churn and customer base, written by hand in Polars."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl

from tests.benchmarks.customer_tables import AS_OF, FIRST, TEAMS
from tests.benchmarks.side_by_side import Numbers

YEARS = range(FIRST.year, AS_OF.year + 1)


def customer_numbers(visits: pl.DataFrame, sales: pl.DataFrame) -> Numbers:
    """What :mod:`tests.benchmarks.bench_customers` takes from the chapters churn and customer base."""
    year_end, origin = f"{AS_OF:%Y-%m-%d}", FIRST.year * 12
    numbers: Numbers = {}

    def rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
        return sorted(frame.rows())

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
    return numbers
