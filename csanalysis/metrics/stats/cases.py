"""Cases: what a metric counts, one row each, counted whole or by any column that their tables have.

A report's splits and an analyst's are both :meth:`Cases.by`, so that they cannot differ.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Count = Callable[..., pd.DataFrame]
"""``count(rows, by=columns)``: a metric frame, of all rows or split by some of their columns."""

OfRows = Callable[[pd.DataFrame], pd.DataFrame | Iterable[pd.DataFrame]]
"""``count(rows)``: a metric frame, or several, of all rows."""

LINKS = (
    ("ro_number", "service_visits"),
    ("vin", "vehicle_sales"),
    ("customer_id", "customers"),
    ("campaign_id", "campaigns"),
)
"""By which column another table's row is found; of several rows the last one."""

VEHICLE_AGE, ORIGIN = "vehicle_age", "origin"
DERIVED = (VEHICLE_AGE, ORIGIN)
"""Splits made of a vehicle's first sale: its age in the year of the case, and whether we sold it."""

_BETWEEN = "\x1f"
_JOINED = "groups"
_LABEL = "label of "


@dataclass(frozen=True)
class Cases:
    """What a metric counts.

    ``rows`` has one row a case, under the index of the clean table ``table`` that they are rows of; ``date``
    is the column that dates them; ``count`` counts them. Its frames are split by ``always``, asked or not.
    """

    rows: pd.DataFrame = field(repr=False)
    count: Count = field(repr=False)
    table: str
    date: str
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    always: tuple[str, ...] = ()

    def by(self, *names: str) -> pd.DataFrame:
        """The metric's frame, whole or split by some columns; a case without an entry in one counts nowhere.

        Columns are looked for in the cases, their table, then the tables that it leads to: an item's visit,
        a visit's vehicle, a vehicle's customer.

        Raises
        ------
        KeyError
            There is no such column.
        """
        names = tuple(name for name in names if name not in self.always)
        labels = {name: label for name in names if (label := self._label(name)) is not None}
        if not labels:
            return self.count(self.rows, by=names)
        # Labels stand beside the cases' own columns, which the count may need as they are.
        called = {name: f"{_LABEL}{name}" if name in labels else name for name in names}
        rows = self.rows.assign(**{called[name]: label for name, label in labels.items()})
        found = self.count(rows, by=tuple(called.values()))
        return found.rename(columns={alias: name for name, alias in called.items()})

    @property
    def columns(self) -> list[str]:
        """Every column that :meth:`by` finds, the cases' own first."""
        tables = [self.table, *(table for _, table in self._links())]
        linked = [str(column) for table in tables for column in self.tables[table].columns]
        derived = DERIVED if "vehicle_sales" in tables[1:] else ()
        found = dict.fromkeys([*map(str, self.rows.columns), *linked, *derived])
        return [name for name in found if name not in self.always]

    def column(self, name: str) -> pd.Series:
        """A column that :attr:`columns` names, by case."""
        found = self.rows[name] if name in self.rows else self._found(name)
        if found is None:
            raise KeyError(name)
        return found

    def _label(self, name: str) -> pd.Series | None:
        """A split's labels as text; None where the cases hold such already."""
        column = self.column(name)
        as_it_is = name in self.rows and not (
            pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column)
        )
        return None if as_it_is else as_labels(column)

    def _links(self) -> list[tuple[str, str]]:
        """The tables that this one leads to, each with the column that leads there."""
        known, links = {*self.tables[self.table].columns}, []
        for key, table in LINKS:
            if table != self.table and table in self.tables and key in known:
                links.append((key, table))
                known |= {*self.tables[table].columns}
        return links

    def _found(self, name: str) -> pd.Series | None:
        """A column of the case's table, or of the first table it leads to that has it."""
        base, links = self.tables[self.table], self._links()
        if name in base:
            return base[name].reindex(self.rows.index)
        if name in DERIVED and ("vin", "vehicle_sales") in links:
            return self._of_first_sale(name)
        for key, table in links:
            if name in self.tables[table] and (keys := self._found(key)) is not None:
                there = self.tables[table].drop_duplicates(key, keep="last").dropna(subset=[key])
                return keys.map(there.set_index(key)[name])
        return None

    def _of_first_sale(self, name: str) -> pd.Series:
        vins = self.column("vin")
        sales = self.tables["vehicle_sales"]
        sold = vins.map(sales.groupby("vin")["sale_date"].min())
        if name == ORIGIN:
            return sold.notna().map({True: "sold_here", False: "elsewhere"}).where(vins.notna())
        return (self.rows[self.date].dt.year - sold.dt.year).clip(lower=0).astype("Int64")


def by_one(count: Count) -> Count:
    """Let a function that splits by one column, ``count(rows, by=name or None)``, split by several."""

    def by_several(rows: pd.DataFrame, *, by: tuple[str, ...]) -> pd.DataFrame:
        if len(by) < 2:
            return count(rows, by=by[0] if by else None)
        return apart(count(rows.assign(**{_JOINED: joined(rows, by)}), by=_JOINED), by)

    return by_several


def each_alone(count: OfRows) -> Count:
    """Let a function that counts rows, ``count(rows)``, count those of each group by themselves.

    A period in which a group has no case yet may have no row. Only for what looks at no row beside another:
    a vehicle's second visit would be the first of its group.
    """

    def whole(rows: pd.DataFrame) -> pd.DataFrame:
        found = count(rows)
        return found if isinstance(found, pd.DataFrame) else pd.concat(found, ignore_index=True)

    def by_columns(rows: pd.DataFrame, *, by: tuple[str, ...]) -> pd.DataFrame:
        if not by:
            return whole(rows)
        groups = rows.dropna(subset=[*by]).groupby([*by], observed=True)
        frames = [whole(of).assign(**dict(zip(by, map(str, group), strict=True))) for group, of in groups]
        frame = pd.concat(frames or [whole(rows[:0]).assign(**dict.fromkeys(by, ""))[:0]])
        rest = [name for name in frame if name not in ("period", *by)]
        return frame[["period", *by, *rest]].reset_index(drop=True)

    return by_columns


def by_team_of(count: Count) -> Count:
    """Let what is split by the last visit's team, ``count(rows, by_team)``, be split by all that it says."""

    def by_column(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
        if by is None:
            return count(rows, by_team=False)
        if by != "team":
            rows = rows.assign(team=rows[by].astype("category"))
        return count(rows, by_team=True).rename(columns={"team": by})

    return by_column


def joined(rows: pd.DataFrame, names: Iterable[str]) -> pd.Series:
    """One column for several: their labels in a row, missing where one of them is."""
    labels = [as_labels(rows[name]).astype("object") for name in names]
    whole = labels[0].fillna("").astype("str")
    for label in labels[1:]:
        whole = whole + _BETWEEN + label.fillna("").astype("str")
    known = np.all([label.notna() for label in labels], axis=0)
    return whole.where(known).astype("category")


def apart(frame: pd.DataFrame, names: Iterable[str], *, of: str = _JOINED) -> pd.DataFrame:
    """A metric frame that was split by :func:`joined` labels, with the column of each name."""
    names = list(names)
    parts = [str(label).split(_BETWEEN) for label in frame[of]]
    columns = dict(zip(names, zip(*parts, strict=True) if parts else [[]] * len(names), strict=True))
    rest = [column for column in frame.columns if column not in ("period", of)]
    split = {name: pd.array(list(labels), dtype="str") for name, labels in columns.items()}
    return frame[["period"]].assign(**split).join(frame[rest])


def as_labels(column: pd.Series) -> pd.Series:
    """A column as the names of groups, in order: text, yes and no, whole numbers by size."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.map({True: "true", False: "false"}).astype("category")
    if pd.api.types.is_numeric_dtype(column.dtype):
        known = sorted(column.dropna().unique())
        names: dict[Any, str] = {number: f"{float(number):.10g}" for number in known}
        return column.map(names).astype(pd.CategoricalDtype([*names.values()], ordered=True))
    return column.astype("object").where(column.notna()).astype("category")
