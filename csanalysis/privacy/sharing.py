"""What many say gives nobody away: words that several customers, or many rows, have in common."""

from collections.abc import Mapping

import pandas as pd

OF_SEVERAL = 5
"""So many different customers make what they say a category."""

COMMON = 20
"""A word in so many rows of the exports is vocabulary, or a member of staff, and no customer."""

Tables = Mapping[str, pd.DataFrame]


def whose(table: pd.DataFrame, tables: Tables) -> pd.Series | None:
    """The vehicle, or else the customer, that each row is about; None where rows are about none.

    A row that names neither is about somebody of its own: its repair order, its lead.
    """
    known = [table[column] for column in ("vin", "customer_id") if column in table]
    if "ro_number" in table and "vin" not in table and "service_visits" in tables:
        visits = tables["service_visits"].drop_duplicates("ro_number").set_index("ro_number")["vin"]
        known.append(table["ro_number"].map(visits).astype("str"))
    known += [table[column] for column in ("ro_number", "lead_id") if column in table]
    if not known:
        return None
    owner, *others = known
    for other in others:
        owner = owner.fillna(other)
    return owner


def shared_values(table: pd.DataFrame, column: str, owners: pd.Series | None) -> pd.Index:
    """The values of a column that enough different customers share; without ``owners``, enough rows."""
    values = table[column]
    counts = values.value_counts(sort=False)
    if owners is None:
        return counts.index[counts >= COMMON]
    often = counts.index[counts >= OF_SEVERAL]  # fewer rows cannot be of more customers
    of = values.isin(often)
    different = owners[of].groupby(values[of]).nunique()
    return different.index[different >= OF_SEVERAL]


def spoken_words(tables: Tables) -> str:
    """The words that the exports use again and again, and the staff, a line each: no secret is in them."""
    words: set[str] = set()
    if (staff := tables.get("staff")) is not None:
        words |= set(staff["staff"].dropna())
    for name, table in tables.items():
        of = None
        for column in map(str, table.columns):
            if not pd.api.types.is_string_dtype(table[column]) or column.endswith("_id"):
                continue
            if name == "customers" and column in ("name", "phone"):
                continue
            counts = table[column].value_counts(sort=False)
            words |= set(counts.index[counts >= COMMON])
            some = counts.index[(counts >= OF_SEVERAL) & (counts < COMMON)]
            if not len(some):
                continue
            of = whose(table, tables) if of is None else of
            if of is not None:
                rows = table[column].isin(some)
                words |= set(shared_values(table[rows], column, of[rows]))
    return "\n".join(sorted(words))
