"""Vehicles, or customers, counted year by year by what each was when the year began.

As :class:`csanalysis.metrics.stats.cases.Cases`, but that a split tells what was known at the end of a day: a
vehicle's age, its last visit's team, its owner's district.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.units import Units, last_visits
from csanalysis.metrics.customers.vehicle_groups import SPLITS, GroupOf, Labels, VehicleFacts
from csanalysis.metrics.stats.cases import apart, as_labels, joined

Tables = Mapping[str, pd.DataFrame]
Groups = Mapping[pd.Timestamp, Labels]

_TOGETHER = "groups"
_SOURCES = ("service_visits", "vehicle_sales", "customers")


@dataclass(frozen=True)
class UnitCases:
    """What a metric counts of units; ``count(groups, by=split)`` counts them.

    ``groups(names)`` gives the groups of these splits at the end of each day that the metric needs. Frames
    are split by ``always``, asked or not.
    """

    count: Callable[..., pd.DataFrame] = field(repr=False)
    groups: Callable[[Sequence[str]], Groups] = field(repr=False)
    tables: Tables = field(repr=False)
    always: tuple[str, ...] = ()

    def by(self, *names: str) -> pd.DataFrame:
        """The metric's frame split by some columns; a unit of which one is not known is a group of its own.

        Columns are looked for among the report's splits, in the unit's last visit up to the day, its last
        sale, and its owner's row.

        Raises
        ------
        KeyError
            There is no such column.
        """
        names = tuple(name for name in names if name not in self.always)
        groups = self.groups(names)
        if len(names) == 1:
            return self.count(groups, by=names[0])
        together = {
            at: pd.DataFrame({_TOGETHER: joined(of, names).astype("str")}) for at, of in groups.items()
        }
        return apart(self.count(together, by=_TOGETHER), names)

    @property
    def columns(self) -> list[str]:
        """Every column that :meth:`by` finds."""
        return list(dict.fromkeys([*SPLITS, *(str(name) for _, name in _columns(self.tables))]))

    def column(self, name: str) -> pd.Series:
        """A column as it stands in the table where :meth:`by` finds it; the groups of a report's split."""
        if name not in SPLITS:
            return _column(self.tables, name)[1]
        latest = self.groups([name])[max(self.groups([name]))]
        return latest[name] if name in latest else pd.Series(dtype="str")


def group_of(name: str, numbered: Units, tables: Tables) -> GroupOf:
    """How a split tells the groups: the report's own way, or by a column of a clean table.

    Raises
    ------
    KeyError
        No table has the column.
    """
    if name in SPLITS:
        return SPLITS[name]
    table, column = _column(tables, name)
    labels = as_labels(column).astype("object").to_numpy()
    if table == "service_visits":
        return lambda facts, at: _of_last_visit(facts, at, labels)
    if table == "vehicle_sales":
        order = tables[table]["sale_date"].argsort(kind="stable").to_numpy()
        of_sale = pd.Series(labels[order], index=numbered.sales["unit"].to_numpy()[order])
        of_unit = of_sale.dropna().groupby(level=0).last()
        return lambda facts, at: of_unit.reindex(range(facts.size))
    of_customer = pd.Series(labels, index=tables[table]["customer_id"])
    of_customer = of_customer[~of_customer.index.duplicated()]
    return lambda facts, at: facts.customer.map(of_customer)


def _of_last_visit(facts: VehicleFacts, at: pd.Timestamp, labels: NDArray[np.object_]) -> pd.Series:
    last = last_visits(facts.visits, at=at)
    found = pd.Series(labels[last["row"].to_numpy()], index=last["unit"].to_numpy(), dtype="object")
    return found.reindex(range(facts.size))


def _columns(tables: Tables) -> list[tuple[str, str]]:
    return [(table, name) for table in _SOURCES if table in tables for name in tables[table].columns]


def _column(tables: Tables, name: str) -> tuple[str, pd.Series]:
    for table, column in _columns(tables):
        if column == name:
            return table, tables[table][column]
    raise KeyError(name)
