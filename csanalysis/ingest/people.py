"""Names and phones on orders and in the ledger, gathered where all others are: in ``customers``."""

import hashlib
from collections.abc import Mapping

import pandas as pd

from csanalysis.schema import TABLES
from csanalysis.schema.frames import dtype_of

Tables = dict[str, pd.DataFrame]

_DATED = {"vehicle_sales": "sale_date", "service_visits": "visit_date"}
_TOLD = ("customer_name", "customer_phone")


def with_people(tables: Mapping[str, pd.DataFrame]) -> Tables:
    """The tables with every name and phone of an order or a sale in ``customers``, and nowhere else.

    An order that names no customer is of the one with its phone, else of the vehicle's latest buyer, else of
    a customer made of its phone (without one, of its name and VIN). A name or phone that ``customers`` lacks
    is taken from the customer's latest order or sale; what stands there stays.
    """
    found = dict(tables)
    told = {name for name in _DATED if name in found and found[name][list(_TOLD)].notna().any(axis=None)}
    if not told:
        return found
    known = found.get("customers", _nobody())
    for name in sorted(told):  # the ledger is asked for buyers once its own rows have customers
        if name == "vehicle_sales":
            found[name] = _of_customers(found[name], known, pd.Series(dtype="str"))
    if "service_visits" in told:
        sales = found.get("vehicle_sales")
        buyers = pd.Series(dtype="str") if sales is None else _buyers(sales)
        found["service_visits"] = _of_customers(found["service_visits"], known, buyers)
    people = pd.concat(
        [_people(found[name], _DATED[name]) for name in sorted(told)], ignore_index=True
    ).sort_values("date", kind="stable", ignore_index=True)
    found["customers"] = _completed(known, people)
    for name in told:
        found[name] = found[name].assign(**{column: _empty(len(found[name])) for column in _TOLD})
    return found


def _of_customers(rows: pd.DataFrame, known: pd.DataFrame, buyers: pd.Series) -> pd.DataFrame:
    """The rows, each that says whose it is with a customer."""
    phones = _digits(known["phone"])
    single = pd.Series(known["customer_id"].to_numpy(), index=phones)
    single = single[single.index.notna() & ~single.index.duplicated(keep=False)]
    phone = _digits(rows["customer_phone"])
    says = rows[list(_TOLD)].notna().any(axis=1)
    customer = rows["customer_id"].fillna(phone.map(single).astype("str"))
    customer = customer.fillna(rows["vin"].map(buyers).astype("str").where(says))
    key = phone.fillna(rows["customer_name"].fillna("") + "\x1f" + rows["vin"].fillna(""))
    alone = customer.isna() & says
    made = key[alone].drop_duplicates()
    numbers = {text: "P" + hashlib.sha256(text.encode()).hexdigest()[:10] for text in made}
    customer = customer.mask(alone, key.map(numbers))
    return rows.assign(customer_id=customer.astype(rows["customer_id"].dtype))


def _buyers(sales: pd.DataFrame) -> pd.Series:
    """Customer by VIN, of the latest sale that names one."""
    named = sales.dropna(subset=["customer_id"]).sort_values("sale_date", kind="stable")
    return named.drop_duplicates("vin", keep="last").set_index("vin")["customer_id"]


def _people(rows: pd.DataFrame, dated_by: str) -> pd.DataFrame:
    named = rows[rows["customer_id"].notna() & rows[list(_TOLD)].notna().any(axis=1)]
    return pd.DataFrame(
        {
            "customer_id": named["customer_id"],
            "name": named["customer_name"],
            "phone": named["customer_phone"],
            "date": named[dated_by],
        }
    )


def _completed(known: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """``customers`` with what the orders add to it, those it lacks at its end in order of their ids."""
    latest = people.groupby("customer_id", sort=True)[["name", "phone"]].last()
    filled: dict[str, pd.Series] = {
        str(column): known[column].fillna(known["customer_id"].map(latest[column]).astype("str"))
        for column in latest
    }
    added = latest[~latest.index.isin(known["customer_id"])].reset_index()
    whole = pd.concat([known.assign(**filled), added.reindex(columns=known.columns)], ignore_index=True)
    return whole.astype(known.dtypes.to_dict())


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({c.name: pd.Series([], dtype=dtype_of(c)) for c in TABLES["customers"].columns})


def _digits(phones: pd.Series) -> pd.Series:
    """Phone numbers as digits alone; NaN for none."""
    return phones.str.replace(r"\D", "", regex=True).replace("", None)


def _empty(rows: int) -> pd.Series:
    return pd.Series([None] * rows, dtype="str")
