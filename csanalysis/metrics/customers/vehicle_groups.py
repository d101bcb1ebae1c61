"""Which group each vehicle belongs to at the end of a year: the splits of churn, each one line of ``SPLITS``.

Every vehicle is in one group of each split; what is not known is a group of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.fuels import fuels
from csanalysis.metrics.customers.units import Units, last_visits, unit_warranty
from csanalysis.metrics.first_service.warranty import Warranty

UNKNOWN, OTHER = "unknown", "other"
UNNAMED = (OTHER, UNKNOWN)
"""Groups that are no group of like vehicles: they are counted, never ranked."""

FEWEST_VEHICLES, FEWEST_CUSTOMERS, MOST_GROUPS = 20, 5, 12
"""Models and districts of fewer vehicles or customers, and all but the twelve largest, are together other."""

IN, OUT = "in", "out"
SOLD_HERE, ELSEWHERE = "sold_here", "elsewhere"

WARRANTY_MONTHS, WARRANTY_KM = 36, 100_000

Labels = pd.DataFrame
"""One row a unit number, one column a split, text as categories."""


@dataclass(frozen=True)
class VehicleFacts:
    """What the groups are told from, each series by unit number, NaN where not known.

    ``visits`` are those that count as having come. ``customer`` names the owner last known. ``customer_type``
    is None where no record says whether customers are people or companies, ``fuel`` where no sale says what a
    vehicle runs on.
    """

    visits: pd.DataFrame
    first_sale: pd.Series
    model: pd.Series
    customer: pd.Series
    district: pd.Series | None
    customer_type: pd.Series | None
    fuel: pd.Series | None
    warranty: Warranty

    @property
    def size(self) -> int:
        """How many units there are."""
        return len(self.first_sale)


def vehicle_facts(
    numbered: Units,
    counted: pd.DataFrame,
    *,
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    customers: pd.DataFrame | None = None,
    warranty_months: int = WARRANTY_MONTHS,
    warranty_km: float = WARRANTY_KM,
) -> VehicleFacts:
    """Gather what is known of each unit.

    Parameters
    ----------
    numbered : Units
        Of the clean tables ``visits`` and ``sales``.
    counted : DataFrame
        The rows of ``numbered.visits`` that count as having come.
    visits, sales, customers : DataFrame
        Clean tables.
    warranty_months, warranty_km
        Whichever is reached first ends the warranty.

    Returns
    -------
    VehicleFacts
        Model and owner are those of the unit's last sale and last visit that name one.
    """
    size = len(numbered.names)
    rows = numbered.visits["row"].to_numpy()
    unit = numbered.sales["unit"].to_numpy()
    order = np.argsort(sales["sale_date"].to_numpy(), kind="stable")
    owner = pd.Series(np.nan, index=range(size), dtype="object")
    for units, ids in (
        (unit[order], sales["customer_id"].to_numpy(dtype=object, na_value=np.nan)[order]),
        (
            numbered.visits["unit"].to_numpy(),
            visits["customer_id"].to_numpy(dtype=object, na_value=np.nan)[rows],
        ),
    ):
        known = pd.notna(ids)
        owner.update(pd.Series(ids[known], index=units[known]).groupby(level=0).last())
    of_owner = None
    if customers is not None:
        of_owner = customers.drop_duplicates("customer_id").set_index("customer_id")

    def said(column: str) -> pd.Series | None:
        if of_owner is None or column not in of_owner or of_owner[column].isna().all():
            return None
        return owner.map(of_owner[column].astype("object"))

    def of_sale(values: pd.Series) -> pd.Series:
        named = pd.Series(values.to_numpy(dtype=object, na_value=np.nan)[order], index=unit[order])
        return named.dropna().groupby(level=0).last().reindex(range(size))

    first_sale = numbered.sales.groupby("unit")["sale_date"].min().reindex(range(size))
    return VehicleFacts(
        visits=counted,
        first_sale=first_sale,
        model=of_sale(sales["model"]),
        customer=owner,
        district=said("district"),
        customer_type=said("customer_type"),
        fuel=of_sale(told) if (told := fuels(sales)) is not None else None,
        warranty=unit_warranty(
            numbered.visits, first_sale, visits=visits, months=warranty_months, km=warranty_km
        ),
    )


def _age(facts: VehicleFacts, at: pd.Timestamp) -> pd.Series:
    years = (at.year - facts.first_sale.dt.year).clip(lower=0)
    return years.astype("category").cat.rename_categories(lambda age: str(int(age)))


def _origin(facts: VehicleFacts, at: pd.Timestamp) -> pd.Series:
    return facts.first_sale.notna().map({True: SOLD_HERE, False: ELSEWHERE})


def _warranty(facts: VehicleFacts, at: pd.Timestamp) -> pd.Series:
    """In it by the date, whatever the mileage, as far as that is not known."""
    ends = facts.warranty.ends(at)
    said = np.select([ends <= at, ends > at], [OUT, IN], UNKNOWN)
    return pd.Series(said, index=ends.index).astype(pd.CategoricalDtype([IN, OUT, UNKNOWN]))


def _last_service(facts: VehicleFacts, at: pd.Timestamp) -> pd.Series:
    last = last_visits(facts.visits, at=at).set_index("unit")["service_type"]
    return last.reindex(range(facts.size))


GroupOf = Callable[[VehicleFacts, pd.Timestamp], pd.Series | None]
"""Each unit's group at the end of a day: NaN where not known, None for no split."""

SPLITS: Mapping[str, GroupOf] = {
    "vehicle_age": _age,
    "model": lambda facts, at: facts.model,
    "district": lambda facts, at: facts.district,
    "origin": _origin,
    "customer_type": lambda facts, at: facts.customer_type,
    "fuel": lambda facts, at: facts.fuel,
    "warranty": _warranty,
    "service_type": _last_service,
}
"""The splits that a report tells vehicles by."""

STANDING = ("model", "district", "origin", "customer_type", "fuel")
"""The splits whose groups are the same on every day."""

POOLED = ("model", "district")
"""The splits whose groups a store names itself, and of which small ones go together."""


def vehicle_groups(
    facts: VehicleFacts,
    ends: Iterable[pd.Timestamp],
    *,
    base: NDArray[np.bool_],
    splits: Mapping[str, GroupOf] = SPLITS,
) -> dict[pd.Timestamp, Labels]:
    """The groups of all units at the ends of some days.

    Parameters
    ----------
    facts : VehicleFacts
        Of :func:`vehicle_facts`.
    ends : iterable of Timestamp
        What is known at the end of each of them.
    base : array of bool
        The units by which it is told which models and districts are large enough, such as those of the last
        complete year.
    splits : mapping of str to function
        How each split tells the groups.

    Returns
    -------
    dict of Timestamp to DataFrame
        One row a unit number, one column a split that the store's tables tell.
    """
    days = [*ends]
    standing = {
        name: _group(facts, name, splits[name], days[0], base)
        for name in (STANDING if days else ())
        if name in splits
    }
    labels: dict[pd.Timestamp, Labels] = {}
    for at in days:
        groups = {
            name: standing[name] if name in standing else _group(facts, name, group_of, at, base)
            for name, group_of in splits.items()
        }
        labels[at] = pd.DataFrame({k: v for k, v in groups.items() if v is not None}, index=range(facts.size))
    return labels


def _group(
    facts: VehicleFacts, name: str, group_of: GroupOf, at: pd.Timestamp, base: NDArray[np.bool_]
) -> pd.Series | None:
    """The groups of one split, as categories; what is not known is one of them."""
    if (labels := group_of(facts, at)) is None:
        return None
    if name in POOLED:
        named = labels.astype("object").where(labels.notna(), UNKNOWN).astype("str")
        return _pooled(named, facts.customer, base).astype("category")
    groups = labels.astype("category")
    if UNKNOWN not in groups.cat.categories:
        groups = groups.cat.add_categories(UNKNOWN)
    return groups.fillna(UNKNOWN)


def _pooled(labels: pd.Series, customer: pd.Series, base: NDArray[np.bool_]) -> pd.Series:
    """The labels, those of few vehicles or few customers together."""
    inside = labels[base]
    vehicles = inside.value_counts()
    # A unit whose owner nobody named is an owner of its own.
    owners = customer[base].where(customer[base].notna(), pd.Series(labels.index, index=labels.index)[base])
    many = owners.groupby(inside).nunique()
    kept = vehicles[(vehicles >= FEWEST_VEHICLES) & (many.reindex(vehicles.index) >= FEWEST_CUSTOMERS)]
    named = [*kept.index.drop(UNNAMED, errors="ignore")[:MOST_GROUPS], *UNNAMED]
    return labels.where(labels.isin(named), OTHER)


def in_group_order(labels: Iterable[str]) -> list[str]:
    """Numbers by size, then words as they come, then what is other and not known."""
    words = list(dict.fromkeys(labels))

    def place(word: str) -> tuple[int, int]:
        if word in UNNAMED:
            return 2, UNNAMED.index(word)
        return (0, int(word)) if word.isdecimal() else (1, 0)

    return sorted(words, key=place)


def sizes_of(
    code: NDArray[np.intp], names: Sequence[str], hit: NDArray[np.bool_] | None = None
) -> tuple[list[str], list[int], list[int]]:
    """The groups that occur, in order, words by size; of each its hits and its units.

    Parameters
    ----------
    code : array of int
        Of each unit the place of its group in ``names``.
    names : sequence of str
        The groups.
    hit : array of bool, optional
        Which units are hits; without it all are.
    """
    size = np.bincount(code, minlength=len(names)).tolist()
    hits = size if hit is None else np.bincount(code[hit], minlength=len(names)).tolist()
    there = sorted((place for place, units in enumerate(size) if units), key=lambda n: (-size[n], names[n]))
    of_name = {names[place]: place for place in there}
    ordered = in_group_order(of_name)
    return ordered, [hits[of_name[name]] for name in ordered], [size[of_name[name]] for name in ordered]
