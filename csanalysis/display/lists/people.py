"""Whom to call about which vehicle: the one place where names and phones are joined to anything."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.metrics.customers.roster import vehicle_customers


def with_customer(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows with ``customer_name`` and ``phone`` of each vehicle's customer; empty where nobody is known.

    A vehicle's customer is that of its latest visit that names one, else of its latest sale.
    """
    owners = vehicle_customers(tables["service_visits"], tables["vehicle_sales"])
    customer = rows["vin"].map(owners)
    known = tables.get("customers")
    if known is None:
        return rows.assign(**dict.fromkeys(("customer_name", "phone"), pd.Series(pd.NA, rows.index, "str")))
    people = known.set_index("customer_id")
    return rows.assign(customer_name=customer.map(people["name"]), phone=customer.map(people["phone"]))


def vehicle_models(sales: pd.DataFrame) -> pd.Series:
    """``model`` by VIN, as the ledger's last row of each vehicle has it."""
    return sales.drop_duplicates("vin", keep="last").set_index("vin")["model"]
