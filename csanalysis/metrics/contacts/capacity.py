"""Who calls, and how many calls a day each of them makes."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from csanalysis.metrics.contacts.calls import CALLS_PER_DAY

AGENT_ROLES = ("agent", "客服专员", "客服", "回访专员", "回访员", "招揽专员", "客户关系专员", "电话邀约专员")
"""What those who call are called in staff lists; params name others."""


def callers(
    staff: pd.DataFrame | None,
    contacts: pd.DataFrame | None,
    *,
    year: int,
    days: int,
    roles: Collection[str] = AGENT_ROLES,
    per_day: float | None = None,
    department: str = "customer service",
) -> pd.DataFrame:
    """Everybody who calls, with the calls that each makes on a working day.

    Parameters
    ----------
    staff : DataFrame or None
        One row a person: ``staff``, ``role``, ``weight`` (share of a person's work; empty: 1).
    contacts : DataFrame or None
        One row a contact: ``contact_date``, ``agent``.
    year : int
        The last complete year, of which the pace is taken.
    days : int
        Its working days.
    roles : collection of str
        Roles that call.
    per_day : float, optional
        Calls that a whole person makes a day; None: each one's own pace.
    department : str
        What is called instead of a person where the staff has nobody who calls.

    Returns
    -------
    DataFrame
        In the order of ``staff``: ``owner``, ``per_day`` [calls], ``basis`` (``params``, ``own``: the
        person's contacts of the year over its working days, ``mean``: a person without contacts, at the mean
        pace of the others times weight, ``standard``: 60 a day times weight). One row for the department
        where nobody is known.
    """
    people = _people(staff, roles)
    made = _made(contacts, year)
    if people.empty:
        total = float(made.sum()) / days if days else 0.0
        given = per_day if per_day is not None else (total or float(CALLS_PER_DAY))
        basis = "params" if per_day is not None else ("own" if total else "standard")
        return pd.DataFrame({"owner": [department], "per_day": [given], "basis": [basis]})
    if per_day is not None:
        return people.assign(per_day=per_day * people["weight"], basis="params")[
            ["owner", "per_day", "basis"]
        ]
    own = people["owner"].map(made).astype(float) / max(days, 1)
    known = own > 0
    whole = own[known].sum() / people.loc[known, "weight"].sum() if known.any() else float(CALLS_PER_DAY)
    pace = own.where(known, whole * people["weight"])
    bases = known.map({True: "own", False: "mean" if known.any() else "standard"})
    return people.assign(per_day=pace, basis=bases)[["owner", "per_day", "basis"]]


def _people(staff: pd.DataFrame | None, roles: Collection[str]) -> pd.DataFrame:
    if staff is None:
        return pd.DataFrame({"owner": pd.array([], dtype="str"), "weight": pd.array([], dtype=float)})
    asked = {_plain(role) for role in roles}
    calls = [isinstance(role, str) and _plain(role) in asked for role in staff["role"]]
    rows = staff[np.array(calls, dtype=bool)]
    weight = rows["weight"].fillna(1.0) if "weight" in rows else pd.Series(1.0, index=rows.index)
    found = pd.DataFrame({"owner": rows["staff"].astype("str"), "weight": weight.astype(float)})
    return found[found["weight"] > 0].drop_duplicates("owner").reset_index(drop=True)


def _plain(role: str) -> str:
    return role.strip().casefold().replace(" ", "_")


def _made(contacts: pd.DataFrame | None, year: int) -> "pd.Series[int]":
    """Contacts of the year by agent; those of nobody under an empty name."""
    if contacts is None:
        return pd.Series(dtype=int)
    rows = contacts[contacts["contact_date"].dt.year == year]
    return rows["agent"].astype("str").fillna("").value_counts()
