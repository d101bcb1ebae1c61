"""The clean tables of a store, and how they are shown: their size and first rows, nothing personal."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from html import escape

import pandas as pd

from csanalysis.desk.frames import Frame, Series
from csanalysis.desk.names import TABLE, unknown
from csanalysis.ingest import Store

HEAD = 5
"""Rows of a table that are shown."""


class Tables(Mapping[str, Frame]):
    """The clean tables of a store, by name or as attributes; they show no personal data."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], known: Collection[str] | None = None) -> None:
        """``known`` are the names to tell of where one is not there; those of ``tables`` unless given."""
        self._tables = tables
        self._known = tables if known is None else known
        self._shown: dict[str, Frame] = {}

    def __getitem__(self, name: str) -> Frame:
        if name not in self._shown:
            try:
                self._shown[name] = Frame(self._tables[name])
            except KeyError:
                raise unknown(TABLE, name, self._known) from None
        return self._shown[name]

    def __getattr__(self, name: str) -> Frame:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __dir__(self) -> list[str]:
        return [*self._tables, "items", "keys", "values", "get"]

    def __repr__(self) -> str:
        return "\n".join(
            f"{name}: {len(table):,} rows; {', '.join(map(str, table.columns))}"
            for name, table in self._tables.items()
        )


def covered(store: Store) -> Store:
    """A store whose frames show nothing personal, and are whole to reckon with."""
    return replace(
        store,
        tables={name: Frame(table) for name, table in store.tables.items()},
        as_read={name: Frame(table) for name, table in store.as_read.items()},
        own_words={name: Frame(table) for name, table in store.own_words.items()},
        rejects=Frame(store.rejects),
        remarks=Frame(store.remarks),
        cells=Series(store.cells),
    )


class TablesShown:
    """Tables to look at, each folded: its size, columns and first rows."""

    def __init__(self, tables: Mapping[str, Frame]) -> None:
        self._tables = tables

    def __repr__(self) -> str:
        return repr(Tables(self._tables))

    def _repr_html_(self) -> str:
        folded = "<details><summary>{name}: {rows:,} × {columns}</summary>{head}</details>"
        return "".join(
            folded.format(
                name=escape(name),
                rows=len(table),
                columns=table.shape[1],
                head=table.head(HEAD)._repr_html_(),
            )
            for name, table in self._tables.items()
        )
