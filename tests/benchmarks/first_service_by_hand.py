"""The numbers of the chapter first service, written by hand in Polars."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tests.benchmarks.customer_tables import AS_OF, FIRST
from tests.benchmarks.side_by_side import Numbers

Counts = NDArray[np.float64]

YEARS = [str(year) for year in range(FIRST.year, AS_OF.year + 1)]
MONTHS = [f"{year}-{month:02d}" for year in YEARS for month in range(1, 13)]
WIDTH = len(MONTHS)
LAG, WINDOW, AVERAGED = 3, 6, 3
SPLITS = ("model", "sales_consultant", "is_local")


def first_service_numbers(
    visits: pl.DataFrame, sales: pl.DataFrame, targets: pl.DataFrame, campaigns: pl.DataFrame
) -> Numbers:
    """What :mod:`tests.benchmarks.bench_customers` takes from the chapter first service."""
    vehicles = _vehicles(visits, sales)
    numbers: Numbers = {}

    sold, services = _grid(vehicles, "sold")[0], _grid(vehicles, "served")[0]
    numbers["sales"] = _counts(sold)
    numbers["first services"] = _counts(services)
    rates = {lag: _ratio(services, _before(sold, lag)) for lag in range(1, 7)}
    numbers["rate by month"] = _rates(MONTHS, services, _before(sold, LAG))
    yearly = _yearly_means(rates[LAG])
    numbers["rate by year"] = _known((year, value) for year, value in zip(YEARS, yearly, strict=True))
    numbers["rate by lag"] = _known(
        (year, str(lag), value)
        for lag, rate in rates.items()
        for year, value in zip(YEARS, _yearly_means(rate), strict=True)
    )
    numbers["pooled"] = _rates(YEARS, *_pooled(services, sold))
    inside = vehicles.filter(pl.col("back_date") <= pl.col("sale_date").dt.offset_by(f"{WINDOW}mo"))
    within = _grid(inside, "sold")[0]
    numbers["cohort"] = sorted(
        _rates(MONTHS[:-WINDOW], within[:-WINDOW], sold[:-WINDOW])
        + _rates(YEARS[:-1], _by_year(within)[:-1], _by_year(sold)[:-1])
    )

    for by in SPLITS:
        names = sorted(vehicles[by].drop_nulls().unique())
        sold_by, services_by, within_by = (
            _grid(rows, month, by, names)
            for rows, month in ((vehicles, "sold"), (vehicles, "served"), (inside, "sold"))
        )
        means = _yearly_means(_ratio(services_by, _before(sold_by, LAG)))
        numbers[f"rate by {by}"] = _known(
            (year, name, value)
            for name, row in zip(names, means, strict=True)
            for year, value in zip(YEARS, row, strict=True)
        )
        numbers[f"pooled by {by}"] = _rates(YEARS, *_pooled(services_by, sold_by), names)
        numbers[f"cohort by {by}"] = _rates(
            YEARS[:-1], _by_year(within_by)[:, :-1], _by_year(sold_by)[:, :-1], names
        )

    numbers |= _curve(vehicles) | _planned(vehicles, sold, services, rates[LAG], targets)
    return numbers | _new_vehicles(visits) | _arrivals(campaigns)


def _vehicles(visits: pl.DataFrame, sales: pl.DataFrame) -> pl.DataFrame:
    """One row a vehicle: months of its first sale, first service and return."""
    vehicles = (
        sales.filter(pl.col("self_sold").fill_null(True))
        .sort("sale_date", maintain_order=True)
        .unique("vin", keep="first", maintain_order=True)
        .with_columns(pl.col("is_local").cast(pl.String))
    )
    day = pl.col("visit_date")
    first = (
        visits.filter(pl.col("service_type") == "first_service")
        .select("vin", "visit_date")
        .join(vehicles.select("vin", "sale_date"), on="vin")
        .group_by("vin")
        .agg(day.min(), day.filter(day >= pl.col("sale_date")).min().alias("back_date"))
    )
    return vehicles.join(first, on="vin", how="left").with_columns(
        sold=_month("sale_date"), served=_month("visit_date"), back=_month("back_date")
    )


def _month(date: str) -> pl.Expr:
    column = pl.col(date)
    return column.dt.year().cast(pl.Int64) * 12 + column.dt.month() - 1 - FIRST.year * 12


def _grid(rows: pl.DataFrame, month: str, by: str | None = None, names: Sequence[str] = ("",)) -> Counts:
    """Rows by group and month."""
    counted = rows.group_by(pl.lit("").alias("all") if by is None else by, month).len().drop_nulls()
    place = {name: number for number, name in enumerate(names)}
    grid = np.zeros((len(names), WIDTH))
    for name, at, count in counted.rows():
        grid[place[name], at] = count
    return grid


def _by_year(grid: Counts) -> Counts:
    return grid.reshape(*grid.shape[:-1], len(YEARS), 12).sum(axis=-1)


def _before(grid: Counts, lag: int) -> Counts:
    """The counts of so many months before; NaN where those are not known."""
    moved = np.full_like(grid, np.nan)
    moved[..., lag:] = grid[..., :-lag]
    return moved


def _ratio(over: Counts, under: Counts) -> Counts:
    return np.divide(over, under, out=np.full_like(under, np.nan), where=under > 0)


def _yearly_means(rates: Counts) -> Counts:
    by_month = rates.reshape(*rates.shape[:-1], len(YEARS), 12)
    return _ratio(np.nansum(by_month, axis=-1), (~np.isnan(by_month)).sum(axis=-1).astype(float))


def _pooled(services: Counts, sold: Counts) -> tuple[Counts, Counts]:
    base = _before(sold, LAG)
    known = base > 0
    return _by_year(np.where(known, services, 0)), _by_year(np.where(known, base, 0))


def _counts(grid: Counts) -> list[tuple[object, ...]]:
    labelled = zip([*MONTHS, *YEARS], [*grid, *_by_year(grid)], strict=True)
    return sorted((period, int(count)) for period, count in labelled if count)


def _rates(
    periods: Sequence[str], over: Counts, under: Counts, names: Sequence[str] = ()
) -> list[tuple[object, ...]]:
    """Numerator and denominator by period and group, where there is something to divide by."""
    grids = [grid if names else grid[None] for grid in (over, under)]
    return sorted(
        (period, *([names[row]] if names else []), int(grids[0][row, at]), int(grids[1][row, at]))
        for row in range(len(grids[0]))
        for at, period in enumerate(periods)
        if grids[1][row, at] > 0
    )


def _known(rows: object) -> list[tuple[object, ...]]:
    """The rows whose last entry is defined, that entry to nine places."""
    return sorted((*labels, round(float(value), 9)) for *labels, value in rows if not np.isnan(value))


def _curve(vehicles: pl.DataFrame) -> Numbers:
    """Kaplan-Meier share back k months after the sale, from the counts of each day waited."""
    over = pl.col("back_date").is_not_null()
    waited = (pl.col("back_date").fill_null(AS_OF) - pl.col("sale_date")).dt.total_days()
    counted = vehicles.group_by(waited.alias("days")).agg(over.sum().alias("back"), pl.len()).sort("days")
    days, back, left = (counted[name].to_numpy().astype(float) for name in ("days", "back", "len"))
    waiting = np.cumprod(1 - back / left[::-1].cumsum()[::-1])
    at = np.searchsorted(days, np.arange(1, 13) * 365.25 / 12, side="right") - 1
    return {"curve": _known((f"{AS_OF}", str(k), 1 - share) for k, share in enumerate(waiting[at], start=1))}


def _planned(
    vehicles: pl.DataFrame, sold: Counts, services: Counts, rate: Counts, targets: pl.DataFrame
) -> Numbers:
    """Expectation, forecast and targets of the plan year, and both rules back-tested on the years before."""
    waits = np.zeros((WIDTH, WIDTH))
    for bought, back, count in vehicles.group_by("sold", "back").len().drop_nulls().rows():
        waits[bought, back] = count
    units = np.concatenate([sold, targets.sort("month")["units"].to_numpy()])
    yearly = _yearly_means(rate)

    def kernel(end: int) -> Counts:
        begin = max(end - 12 * AVERAGED, 0)
        back, left = np.zeros(end - begin), np.zeros(end - begin)
        for month in range(begin, end):
            seen = waits[month, month:end]
            back[: len(seen)] += seen
            left[: len(seen)] += seen
            left[end - 1 - month] += sold[month] - seen.sum()
        waiting = np.cumprod(1 - back / left[::-1].cumsum()[::-1])
        return np.diff(1 - waiting, prepend=0.0)

    def forecasts(end: int) -> dict[str, Counts]:
        average = yearly[max(end // 12 - AVERAGED, 0) : end // 12].mean()
        shares = kernel(end)
        spread = [
            np.dot(units[max(month - len(shares) + 1, 0) : month + 1][::-1], shares[: month + 1])
            for month in range(end, end + 12)
        ]
        return {"return_rate": average * units[end - LAG : end + 12 - LAG], "lag_kernel": np.array(spread)}

    plan = [f"{AS_OF.year + 1}-{month:02d}" for month in range(1, 13)]
    ahead = forecasts(WIDTH)
    target = np.floor(np.round(ahead["return_rate"], 9) + 0.5)
    span = f"{YEARS[-AVERAGED]}/{YEARS[-1]}"
    found = {
        "average": _known([(span, yearly[-AVERAGED:].mean())]),
        "expected": _known(zip(plan, ahead["return_rate"], strict=True)),
        "forecast": _known(_with_year(plan, ahead["lag_kernel"])),
        "target": _known(_with_year(plan, target)),
    }
    tested, errors = [], []
    for year in range(1, len(YEARS)):
        came = services[year * 12 : year * 12 + 12]
        for rule, months in forecasts(year * 12).items():
            pairs = zip(
                _with_year(MONTHS[year * 12 : year * 12 + 12], months), [*came, came.sum()], strict=True
            )
            tested += [(period, rule, int(count), value) for (period, value), count in pairs]
            errors.append((YEARS[year], rule, 12, float(np.abs(months - came).sum())))
    whole = [
        (
            f"{YEARS[1]}/{YEARS[-1]}",
            rule,
            12 * (len(YEARS) - 1),
            sum(row[3] for row in errors if row[1] == rule),
        )
        for rule in ("return_rate", "lag_kernel")
    ]
    return found | {"back-test": _known(tested), "back-test error": _known(errors + whole)}


def _with_year(months: Sequence[str], values: Counts) -> list[tuple[str, float]]:
    return [*zip(months, values, strict=True), (months[0][:4], values.sum())]


def _new_vehicles(visits: pl.DataFrame) -> Numbers:
    """Vehicles seen for the first time, by the type of that visit, once twelve months are known."""
    first = (
        visits.select("vin", "visit_date", "ro_number", "service_type")
        .sort("visit_date", "ro_number")
        .unique("vin", keep="first")
        .filter(pl.col("visit_date") >= dt.date(FIRST.year + 1, 1, 1))
    )
    day = pl.col("visit_date")
    both = [first.group_by(day.dt.strftime(form), "service_type").len().rows() for form in ("%Y-%m", "%Y")]
    return {"new vehicles": sorted(both[0] + both[1])}


def _arrivals(campaigns: pl.DataFrame) -> Numbers:
    dated = campaigns.with_columns(pl.col("start_date").dt.strftime("%Y").alias("year"))
    return {
        f"arrivals by {by}": sorted(dated.group_by("year", by).agg(pl.sum("arrived", "invited")).rows())
        for by in ("kind", "campaign_id")
    }
