"""Columns that no header tells, found by how their cells behave: an odometer that rises, a price, a sum."""

from itertools import islice

import pandas as pd

from csanalysis.ingest.cells import Notation, parse
from csanalysis.ingest.recognise.columns import ColumnGuess
from csanalysis.ingest.recognise.shapes import Shape
from csanalysis.schema import TABLES, Column

_RISES = 0.9
_GUESS = 0.45
_PRICES = (15_000, 3_000_000)
_KM = (300, 400_000)
_ONE_EACH = 0.9  # of the vehicles of a ledger are sold once
_STAFF = 40


class _Found:
    """The columns found so far, and the headers that are none yet."""

    def __init__(self, columns: list[ColumnGuess], data: pd.DataFrame, shapes: dict[str, Shape]) -> None:
        self.columns, self.data, self.shapes = list(columns), data, shapes

    @property
    def named(self) -> dict[str, str]:
        """Column → header."""
        return {guess.column: guess.header for guess in self.columns}

    @property
    def free(self) -> list[str]:
        """Headers with cells that are no column yet."""
        used = set(self.named.values())
        return [h for h, shape in self.shapes.items() if h not in used and shape.filled > 0.3]

    @property
    def numbers(self) -> list[str]:
        """Free headers with numbers of some size."""
        return [h for h in self.free if _is_number(self.shapes[h])]

    def add(self, column: str, headers: list[str], score: float) -> None:
        """The first of the headers is a column that is not found yet."""
        if headers and column not in self.named:
            self.columns.append(ColumnGuess(headers[0], column, score))


def with_evidence(
    table: str, columns: list[ColumnGuess], data: pd.DataFrame, shapes: dict[str, Shape]
) -> list[ColumnGuess]:
    """The columns and those that cells alone tell; of two days the earlier is that of the visit or sale."""
    if table not in ("vehicle_sales", "service_visits"):
        return columns
    found = _Found(_first_day(table, columns, data, shapes), data, shapes)
    if table == "service_visits":
        _of_visits(found)
    else:
        price = [h for h in found.numbers if _PRICES[0] < shapes[h].median < _PRICES[1]]
        found.add("price", price, 0.5)
    phones = [h for h in found.free if shapes[h].phone > _RISES and shapes[h].date < 0.5]
    found.add("customer_phone", phones, 0.5)
    staff = [h for h in found.free if shapes[h].person > 0.8 and _few(shapes[h])]
    if len(staff) == 1:
        found.add("advisor" if table == "service_visits" else "sales_consultant", staff, _GUESS)
    return found.columns


def _of_visits(found: _Found) -> None:
    """An odometer that rises from visit to visit, and the sum of labour and parts."""
    named = found.named
    if {"vin", "visit_date"} <= set(named):
        likely = [h for h in found.numbers if _KM[0] < found.shapes[h].median < _KM[1]]
        rising = (h for h in likely if _rises(found.data, named, h, found.shapes))
        found.add("mileage_km", list(islice(rising, 1)), 0.7)
    parts = [named[name] for name in ("labor_amount", "parts_amount") if name in named]
    if len(parts) == 2:
        sums = [h for h in found.numbers if _is_sum(found.data, h, parts, found.shapes)]
        found.add("total_amount", sums, 0.7)
    elif not parts and len(found.numbers) == 1:
        found.add("total_amount", found.numbers, _GUESS)


def _is_number(shape: Shape) -> bool:
    return shape.number > 0.95 and shape.date < 0.5 and shape.high > 50


def _few(shape: Shape) -> bool:
    """Whether a handful of people stand in many rows."""
    return shape.rows > 2 * _STAFF and shape.distinct * shape.rows < _STAFF


def is_ledger(columns: list[ColumnGuess], shapes: dict[str, Shape]) -> bool:
    """Whether a table whose headers tell little has each vehicle once and a price, as a sales ledger has."""
    named = {guess.column: guess.header for guess in columns}
    vin = named.get("vin")
    return vin is not None and shapes[vin].distinct > _ONE_EACH and "price" in named


def _first_day(
    table: str, columns: list[ColumnGuess], data: pd.DataFrame, shapes: dict[str, Shape]
) -> list[ColumnGuess]:
    """Where the day of the visit or sale was taken by its cells alone, the earliest of such columns is it."""
    name = str(TABLES[table].dated_by)
    guess = next((guess for guess in columns if guess.column == name), None)
    if guess is None or guess.score >= 0.5:
        return columns
    used = {other.header for other in columns if other is not guess}
    days = [
        header
        for header in shapes
        if header not in used and shapes[header].date > _RISES and shapes[header].filled > 0.9
    ]
    if len(days) < 2:
        return columns
    means = {header: _values(data[header], "date", shapes[header]).astype("int64").mean() for header in days}
    first = min(means, key=lambda header: means[header])
    others = tuple(header for header in days if header != first)
    return [ColumnGuess(first, name, guess.score, others) if other is guess else other for other in columns]


def _values(cells: pd.Series, kind: str, shape: Shape) -> pd.Series:
    notation = Notation(currency=shape.currency, decimal="," if shape.decimal == "," else "")
    return parse(cells, Column("x", "", kind), {}, notation).values  # type: ignore[arg-type]  # a kind


def _rises(data: pd.DataFrame, named: dict[str, str], header: str, shapes: dict[str, Shape]) -> bool:
    """Whether a number grows from each visit of a vehicle to its next."""
    rows = pd.DataFrame(
        {
            "vin": data[named["vin"]],
            "day": _values(data[named["visit_date"]], "date", shapes[named["visit_date"]]),
            "km": _values(data[header], "number", shapes[header]),
        }
    ).dropna()
    steps = rows.sort_values(["vin", "day"], kind="stable").groupby("vin")["km"].diff().dropna()
    return len(steps) >= 10 and bool((steps >= 0).mean() > _RISES)


def _is_sum(data: pd.DataFrame, header: str, parts: list[str], shapes: dict[str, Shape]) -> bool:
    total = _values(data[header], "number", shapes[header])
    added = sum(_values(data[part], "number", shapes[part]).fillna(0) for part in parts)
    return bool(((total - added).abs() < 0.02).mean() > _RISES)
