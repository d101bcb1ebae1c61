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


def with_lead_customer(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows with ``customer_name``, ``phone`` and ``model`` of each lead, as ``leads`` has them.

    What a lead lacks is taken from the customer whose number it names; empty where that is not known either.
    """
    leads = tables["leads"].drop_duplicates("lead_id", keep="last").set_index("lead_id")
    told = leads.reindex(rows["lead_id"])
    found = {"customer_name": told["name"].array, "phone": told["phone"].array, "model": told["model"].array}
    if (known := tables.get("customers")) is not None:
        people = known.set_index("customer_id").reindex(told["customer_id"])
        for column, name in (("customer_name", "name"), ("phone", "phone")):
            own = pd.Series(found[column], rows.index)
            found[column] = own.fillna(pd.Series(people[name].array, rows.index)).array
    return rows.assign(**found)


def with_vehicle(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows with ``model``, ``plate``, ``last_visit``, ``mileage_km`` of each vehicle; empty if unknown.

    Plate and mileage are the last that were written down.
    """
    visits = tables["service_visits"].sort_values(["visit_date", "ro_number"], kind="stable")

    def latest(column: str) -> pd.Series:
        return visits.dropna(subset=[column]).drop_duplicates("vin", keep="last").set_index("vin")[column]

    return rows.assign(
        model=rows["vin"].map(vehicle_models(tables["vehicle_sales"])),
        plate=rows["vin"].map(latest("plate")),
        last_visit=rows["vin"].map(latest("visit_date")),
        mileage_km=rows["vin"].map(latest("mileage_km")),
    )


def phones(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """The phone of each case, of a vehicle (``vin``) or a lead (``lead_id``); empty where none is known."""
    of_lead = rows["vin"].isna().to_numpy()
    parts = [with_customer(rows.loc[~of_lead, ["vin"]], tables)["phone"]]
    if of_lead.any():
        parts.append(with_lead_customer(rows.loc[of_lead, ["lead_id"]], tables)["phone"])
    return pd.concat(parts).reindex(rows.index)


def case_customers(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Cases, of vehicles (``vin``) or leads (``lead_id``), with their customer and vehicle, in order."""
    of_lead = rows["vin"].isna().to_numpy()
    vehicles = with_vehicle(with_customer(rows[~of_lead], tables), tables)
    if not of_lead.any():
        return vehicles
    return pd.concat([vehicles, with_lead_customer(rows[of_lead], tables)]).loc[rows.index]
