"""A million proposed items: the upsell chapter against hand-written Polars for the same numbers."""

import datetime as dt
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.side_by_side import Numbers, Seconds, compare

ITEMS, VISITS, VEHICLES, CONTACTS = 1_000_000, 600_000, 120_000, 200_000
FIRST, AS_OF, SINCE = dt.date(2016, 1, 1), dt.date(2025, 12, 31), dt.date(2023, 7, 1)
DAYS = (AS_OF - FIRST).days + 1
STAMP = f"{AS_OF:%Y-%m-%d}"
SPLITS = ((), ("grade",), ("advisor",), ("team",), ("technician",), ("advisor", "grade"))
OTHER_SPLITS = ((), ("service_type",), ("team",))
AGES = ("0-30", "31-90", "91-180", "181-365", "366+")
BOUNDS = (31, 91, 181, 366)


def write_tables(folder: Path) -> None:
    """Random visits, items and campaign contacts as clean tables."""
    rng = np.random.default_rng(1)

    def dates(days: np.ndarray) -> np.ndarray:
        return (np.datetime64(FIRST) + days).astype("datetime64[s]")

    def named(prefix: str, count: int, size: int) -> np.ndarray:
        return np.array([f"{prefix}{number:02d}" for number in range(count)])[rng.integers(0, count, size)]

    vins = np.array([f"LSVAA{number:012d}" for number in range(VEHICLES)])
    visited = np.sort(rng.integers(0, DAYS, VISITS))
    visits = pd.DataFrame(
        {
            "ro_number": [f"RO{place:09d}" for place in range(VISITS)],
            "vin": vins[rng.integers(0, VEHICLES, VISITS)],
            "visit_date": dates(visited),
            "service_type": rng.choice(["scheduled_service", "repair", "accident"], VISITS),
            "advisor": named("advisor", 12, VISITS),
            "team": named("team", 4, VISITS),
            "total_amount": rng.gamma(2, 400, VISITS).round(0),
        }
    )
    # At most one item of a kind to an order: the key of the table.
    work = np.sort(rng.choice(VISITS * 14, ITEMS, replace=False))
    order, kind = work // 14, work % 14
    day = visited[order]
    grade = rng.choice(["A", "B", "C"], ITEMS, p=[0.25, 0.4, 0.35])
    accepted = rng.random(ITEMS) < 0.45
    recovered = ~accepted & (rng.random(ITEMS) < 0.15)
    recovered_on = day + rng.integers(3, 300, ITEMS)
    recovered &= recovered_on < DAYS
    followed = ~accepted & (rng.random(ITEMS) < 0.4)
    followed_on = np.minimum(day + rng.integers(0, 60, ITEMS), DAYS - 1)

    def only(rows: np.ndarray, days: np.ndarray) -> np.ndarray:
        return np.where(rows, dates(days), np.datetime64("NaT"))

    items = pd.DataFrame(
        {
            "ro_number": visits["ro_number"].to_numpy()[order],
            "item": np.array([f"item{number:02d}" for number in range(14)])[kind],
            "grade": grade,
            "amount": rng.gamma(2, 250, ITEMS).round(0) + 20,
            "outcome": np.where(accepted, "accepted", "declined"),
            "decline_reason": np.where(accepted, None, named("reason", 6, ITEMS)),
            "advisor": named("advisor", 12, ITEMS),
            "technician": named("technician", 40, ITEMS),
            "team": named("team", 4, ITEMS),
            "proposed_date": dates(day),
            "due_date": dates(day + rng.integers(2, 90, ITEMS)),
            "confirmed_by": None,
            "followed_up_date": only(followed, followed_on),
            "recovered_date": only(recovered, recovered_on),
            "recovered_amount": np.where(recovered, 300.0, np.nan),
        }
    )
    contacts = pd.DataFrame(
        {
            "vin": vins[rng.integers(0, VEHICLES, CONTACTS)],
            "contact_date": dates(rng.integers(0, DAYS, CONTACTS)) + np.timedelta64(36_000, "s"),
            "purpose": rng.choice(["campaign", "maintenance"], CONTACTS),
            "reached": pd.array(rng.random(CONTACTS) < 0.7, dtype="boolean"),
        }
    )
    for name, table in (("visits", visits), ("items", items), ("contacts", contacts)):
        texts = {column: "str" for column in table if table[column].dtype == object}
        table.astype(texts).to_parquet(folder / f"{name}.parquet")


def ours(folder: Path) -> tuple[Seconds, Numbers]:
    """Seconds and numbers of the chapter."""
    from csanalysis.chapters import upsell
    from csanalysis.params import Params

    tables = {
        "service_visits": pd.read_parquet(folder / "visits.parquet"),
        "upsell_items": pd.read_parquet(folder / "items.parquet"),
        "contacts": pd.read_parquet(folder / "contacts.parquet"),
    }
    params = Params.model_validate(
        {
            "dealership": {"id": "bench"},
            "plan_year": AS_OF.year + 1,
            "sources": {"vehicle_sales": "sales.csv", "service_visits": "visits.csv"},
            "upsell": {"graded_since": f"{SINCE}"},
        }
    )
    began = time.perf_counter()
    results = upsell.measure(params, tables)
    seconds = time.perf_counter() - began

    def counts(
        name: str, *by: str, columns: Sequence[str] = ("numerator", "denominator")
    ) -> list[tuple[object, ...]]:
        rows = results.select(name, None, *by)
        rows = rows[rows[columns[-1]] > 0]
        numbers = (rows[column].round(0).astype(int) for column in columns)
        return sorted(zip(*(rows[place] for place in ("period", *by)), *numbers, strict=True))

    value = ("value",)
    return {"upsell": seconds}, {
        "visit rate": counts("upsell_visit_rate"),
        **{f"success {by}": counts("upsell_success_rate", *by) for by in SPLITS},
        **{f"amounts {by}": counts("upsell_amount_success_rate", *by) for by in SPLITS},
        **{f"revenue {by}": counts("revenue_per_visit", *by) for by in OTHER_SPLITS},
        "funnel": counts("upsell_funnel", "stage", "grade", columns=value),
        "funnel amounts": counts("upsell_funnel_amount", "stage", "grade", columns=value),
        "declines": counts("upsell_declines", "decline_reason", "grade", columns=value),
        "declined amount": counts("upsell_declined_amount", "decline_reason", "grade", columns=value),
        "on time": counts("follow_up_on_time_rate", "grade"),
        "recovered": counts("recovery_rate", "grade"),
        "open": counts("upsell_open_amount", "age_days", "grade", columns=value),
        "standardised": counts("upsell_success_standardised", "technician"),
        "graded A": counts("upsell_grade_a_share", "technician"),
        "effect": [
            (STAMP, round(results.value("upsell_success_change_standardised", STAMP) or 0, 9)),
            (STAMP, round(results.value("upsell_success_change", STAMP) or 0, 9)),
        ],
    }


def by_hand(folder: Path) -> tuple[Seconds, Numbers]:
    """Seconds and numbers of hand-written Polars."""
    import polars as pl

    visits = pl.read_parquet(folder / "visits.parquet").with_columns(pl.col("visit_date").cast(pl.Date))
    items = pl.read_parquet(folder / "items.parquet").with_columns(
        pl.col("proposed_date", "due_date", "followed_up_date", "recovered_date").cast(pl.Date)
    )
    contacts = pl.read_parquet(folder / "contacts.parquet")
    numbers: Numbers = {}
    began = time.perf_counter()

    def rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
        return sorted(frame.rows())

    def by_period(
        frame: pl.DataFrame, by: Sequence[str], *sums: pl.Expr, kinds: str = "my"
    ) -> list[tuple[object, ...]]:
        found = []
        if "m" in kinds:
            months = frame.group_by("month", *by).agg(*sums)
            found += months.with_columns(pl.col("month").dt.strftime("%Y-%m")).rows()
        if "y" in kinds:
            years = frame.group_by(pl.col("month").dt.year().cast(pl.String), *by).agg(*sums)
            found += years.rows()
        return sorted(found)

    items = items.with_columns(
        month=pl.col("proposed_date").dt.truncate("1mo"), accepted=pl.col("outcome") == "accepted"
    )
    visits = visits.with_columns(month=pl.col("visit_date").dt.truncate("1mo"))
    proposed = visits.join(items.select("ro_number").unique(), on="ro_number", how="semi")["ro_number"]
    visits = visits.with_columns(has=pl.col("ro_number").is_in(proposed.implode()))
    count, whole = pl.len().cast(pl.Int64), lambda expr: expr.sum().round(0).cast(pl.Int64)
    yes = pl.col("accepted").cast(pl.Int64).sum().alias("yes")
    quoted = whole(pl.col("amount") * pl.col("accepted")).alias("quoted")
    numbers["visit rate"] = by_period(visits, (), pl.col("has").cast(pl.Int64).sum(), count)
    for by in SPLITS:
        found = by_period(items, by, yes, count, quoted, whole(pl.col("amount")).alias("all"))
        numbers[f"success {by}"] = [row[:-2] for row in found]
        numbers[f"amounts {by}"] = [(*row[:-4], *row[-2:]) for row in found]
    for by in OTHER_SPLITS:
        numbers[f"revenue {by}"] = by_period(visits, by, whole(pl.col("total_amount")), count)

    stages = {
        "proposed": pl.lit(True),
        "accepted": pl.col("accepted"),
        "declined": ~pl.col("accepted"),
        "followed_up": pl.col("followed_up_date").is_not_null(),
        "recovered": pl.col("recovered_date").is_not_null(),
    }
    funnel = by_period(
        items,
        ("grade",),
        *(
            expr.cast(pl.Int64).sum().alias(name) if name != "proposed" else count.alias(name)
            for name, expr in stages.items()
        ),
        *(
            whole(pl.col("recovered_amount" if name == "recovered" else "amount") * expr).alias(
                f"{name} amount"
            )
            for name, expr in stages.items()
        ),
    )
    for title, start in (("funnel", 2), ("funnel amounts", 2 + len(stages))):
        numbers[title] = sorted(
            (row[0], stage, row[1], row[start + place])
            for row in funnel
            for place, stage in enumerate(stages)
            if row[start + place]
        )

    declined = items.filter(~pl.col("accepted")).join(
        visits.select("ro_number", "vin"), on="ro_number", how="left"
    )
    reasons = by_period(
        declined, ("decline_reason", "grade"), count.alias("n"), whole(pl.col("amount")), kinds="y"
    )
    numbers["declines"] = [row[:-1] for row in reasons]
    numbers["declined amount"] = [(*row[:3], row[4]) for row in reasons]
    latest = (
        contacts.filter((pl.col("purpose") == "campaign") & pl.col("reached"))
        .group_by("vin")
        .agg(pl.col("contact_date").max().cast(pl.Date).alias("called"))
    )
    late = pl.col("followed_up_date") - pl.col("proposed_date")
    in_time = (
        pl.when(pl.col("grade") == "A")
        .then(late <= pl.duration(days=3))
        .when(pl.col("grade") == "B")
        .then(pl.col("followed_up_date") <= pl.col("due_date"))
        .otherwise(pl.col("called") > pl.col("proposed_date"))
        .fill_null(False)
        .cast(pl.Int64)
    )
    back = pl.col("recovered_date").is_not_null().cast(pl.Int64)
    after = by_period(
        declined.join(latest, on="vin", how="left"),
        ("grade",),
        in_time.sum(),
        back.sum().alias("back"),
        count,
    )
    numbers["on time"] = [(*row[:3], row[4]) for row in after]
    numbers["recovered"] = [(*row[:2], *row[3:]) for row in after]

    last = (
        items.join(visits.select("ro_number", "vin"), on="ro_number", how="left")
        .sort("vin", "item", "proposed_date", maintain_order=True)
        .unique(subset=["vin", "item"], keep="last", maintain_order=True)
        .filter(~pl.col("accepted") & pl.col("recovered_date").is_null())
    )
    age = (pl.lit(AS_OF) - pl.col("proposed_date")).dt.total_days()
    band = age.cut(list(BOUNDS), labels=list(AGES), left_closed=True).cast(pl.String).alias("age")
    numbers["open"] = rows(last.group_by(pl.lit(STAMP), band, "grade").agg(whole(pl.col("amount"))))

    numbers["standardised"] = by_period(items, ("technician",), yes, count, kinds="y")
    expected = items.group_by(pl.col("month").dt.year().alias("year"), "grade", "item").agg(
        pl.col("accepted").mean()
    )
    assert len(
        items.with_columns(year=pl.col("month").dt.year())
        .join(expected, on=["year", "grade", "item"])
        .group_by("year", "technician")
        .agg(pl.col("accepted_right").sum())
    )
    is_a = (pl.col("grade") == "A").cast(pl.Int64).sum()
    numbers["graded A"] = by_period(items, ("technician",), is_a, count, kinds="y")

    table = (
        items.group_by("grade", "item", (pl.col("proposed_date") >= SINCE).alias("after"))
        .agg(yes, pl.len().alias("n"))
        .pivot("after", index=["grade", "item"], values=["yes", "n"])
    )
    a, n, b, m = (
        table[name].to_numpy().astype(float) for name in ("yes_true", "n_true", "yes_false", "n_false")
    )
    weight = n * m / (n + m)
    numbers["effect"] = [
        (STAMP, round(float((weight * (a / n - b / m)).sum() / weight.sum()), 9)),
        (STAMP, round(float(a.sum() / n.sum() - b.sum() / m.sum()), 9)),
    ]
    return {"upsell": time.perf_counter() - began}, numbers


def main() -> None:
    """Print times, ratio and memory."""
    compare("upsell", f"{ITEMS:,} items", write_tables, by_hand, ours)


if __name__ == "__main__":
    main()
