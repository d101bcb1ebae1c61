"""Several rows under one key that are one thing: lines of an order, or an earlier and a later state."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.schema import Table


@dataclass(frozen=True)
class Gathered:
    """Rows one a key, where each stood among all rows, and how many went into another."""

    frame: pd.DataFrame
    origin: npt.NDArray[np.intp]
    gone: int


def with_year(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Orders numbered anew each year, told apart by it: ``00001`` of 2024 is ``2024-00001``."""
    name = "ro_number" if "ro_number" in table.by_name else table.key[0]
    if not table.dated_by or table.by_name[name].kind != "text":
        return frame
    year = frame[table.dated_by].dt.year
    numbered = year.astype("Int64").astype("str") + "-" + frame[name]
    return frame.assign(**{name: frame[name].mask(year.notna() & frame[name].notna(), numbered)})


def latest_files(
    frame: pd.DataFrame, table: Table, origin: npt.NDArray[np.intp], files: npt.NDArray[np.intp]
) -> Gathered:
    """Of the rows under one key, those of the last file that has it; ``files`` numbers each row's file."""
    key = list(table.key)
    if not key:
        return Gathered(frame, origin, 0)
    last = pd.Series(files).groupby([frame[name] for name in key], dropna=False).transform("max").to_numpy()
    keep = (files == last) | frame[key].isna().any(axis=1).to_numpy()
    return Gathered(frame[keep].reset_index(drop=True), origin[keep], int((~keep).sum()))


def latest_rows(
    frame: pd.DataFrame, table: Table, origin: npt.NDArray[np.intp], moments: npt.NDArray[np.float64]
) -> Gathered:
    """Of the rows under one key, that with the largest of ``moments``; of several such, the last.

    A row without one gives way to any that has one.
    """
    key = list(table.key)
    if not key:
        return Gathered(frame, origin, 0)
    ranked = (
        frame[key].assign(moment=np.nan_to_num(moments, nan=-np.inf)).sort_values("moment", kind="stable")
    )
    whole = ranked[key].notna().all(axis=1)
    gone = set(ranked.index[whole & ranked.duplicated(key, keep="last")])
    keep = np.array([row not in gone for row in frame.index], dtype=bool)
    return Gathered(frame[keep].reset_index(drop=True), origin[keep], int((~keep).sum()))


def summed_lines(frame: pd.DataFrame, table: Table, origin: npt.NDArray[np.intp]) -> Gathered:
    """One row a key: amounts added up, of every other column the first cell that is not empty.

    Rows that agree in the key but name two vehicles or two days stay apart: they are no lines of one order.
    """
    key = list(table.key)
    same = key + [name for name in ("vin", table.dated_by) if name and name not in key and name in frame]
    if not key:
        return Gathered(frame, origin, 0)
    whole = frame[same].notna().all(axis=1)
    places = pd.Series(np.arange(len(frame)))
    groups = (
        frame[same].where(whole).assign(alone=places.where(~whole)).groupby([*same, "alone"], dropna=False)
    )
    number = groups.ngroup().to_numpy()
    grouped = frame.groupby(number, sort=False)
    gathered = grouped.first()
    for column in table.columns:
        if column.is_amount:
            gathered[column.name] = grouped[column.name].sum(min_count=1)
    first = ~pd.Series(number).duplicated().to_numpy()
    gathered = gathered.reset_index(drop=True)[list(frame)].astype(frame.dtypes.to_dict())
    return Gathered(gathered, origin[first], len(frame) - len(gathered))
