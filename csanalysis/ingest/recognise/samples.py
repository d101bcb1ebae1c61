"""Two values of a column to show beside a guess; what is personal in them is masked."""

import re

import pandas as pd

from csanalysis.ingest.recognise.shapes import Shape
from csanalysis.schema import Column

_LONG = re.compile(r"\d{7,}|[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)
_PERSONAL = {"name", "customer_name", "phone", "customer_phone", "birthday", "staff", "advisor", "technician"}
_PERSONAL |= {"agent", "sales_consultant", "owner", "referrer_id", "confirmed_by", "followed_up_by"}
_PERSONAL |= {"reactivated_by"}
_MOST = 24


def samples(cells: pd.Series, column: Column | None, shape: Shape, *, count: int = 2) -> tuple[str, ...]:
    """The first different values of a column, none of which gives anybody away.

    Names keep their first letter, numbers and VINs their ends, what is neither a date nor a number nor one of
    a few words said again and again is shortened to its beginning.
    """
    first = list(dict.fromkeys(cells.dropna().head(200)))[:count]
    return tuple(masked(cell, column, shape) for cell in first)


def masked(cell: str, column: Column | None, shape: Shape) -> str:
    """One cell, masked where it may be personal."""
    cell = " ".join(cell.split())[:_MOST]
    if column is not None and column.name in _PERSONAL:
        return cell[:1] + "*" * 2 if not cell[:1].isdigit() else cell[:3] + "****"
    if column is not None and column.vocabulary:
        return cell if not _LONG.search(cell) else cell[:2] + "****"
    if shape.vin > 0.5 or (column is not None and column.kind == "vin"):
        return cell[:3] + "…" + "*" * 2
    if max(shape.phone, shape.plate, shape.person) > 0.5 and not (shape.date > 0.5 or _is_amount(column)):
        return cell[:2] + "****"
    if shape.date > 0.5 or shape.number > 0.8 or (column is not None and column.kind in ("date", "datetime")):
        return cell if not _LONG.search(cell) or shape.date > 0.5 else cell[:2] + "****"
    if column is not None and column.kind in ("number", "integer", "boolean"):
        return cell
    if shape.few and not _LONG.search(cell):
        return cell
    return cell[:2] + "…"


def _is_amount(column: Column | None) -> bool:
    return column is not None and column.kind in ("number", "integer", "fraction")
