"""Lists of vehicles by how long they have stayed away, by team and by what a call is worth."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, format_period, text
from csanalysis.lists.people import with_customer
from csanalysis.metrics.periods import add_months, date_plus_months
from csanalysis.metrics.returns import return_chance, revenue_per_visit, with_call_value
from csanalysis.metrics.units import units
from csanalysis.metrics.vehicles import contact_window as in_contact_window
from csanalysis.metrics.vehicles import vehicle_roster
from csanalysis.params import Params

CALL_WITHIN_DAYS = 30
"""A vehicle that no boundary threatens soon should have been called so many days after ``as_of``."""

_COLUMNS = [
    "rank", "customer_name", "phone", "vin", "model", "last_visit", "months_since", "visit_class", "team",
    "owner", "due_date", "reason", "chance", "worth",
]  # fmt: skip


def valued_roster(params: Params, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every vehicle sold or seen, with its state, class, team, ``chance`` of return and ``call_value``."""
    as_of = pd.Timestamp(params.as_of)
    visits, sales, ages = tables["service_visits"], tables["vehicle_sales"], params.lifecycle
    boundaries = (ages.marginal_months, ages.churned_months, ages.permanent_months)
    roster = vehicle_roster(visits, sales, as_of=as_of, boundaries=boundaries)
    chances = return_chance(units(visits, sales).visits, as_of=as_of, ages=ages.permanent_months)
    revenue = revenue_per_visit(visits, since=date_plus_months(as_of, -12))
    return with_call_value(roster, chances, revenue_per_visit=revenue)


def contact_window(params: Params, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Vehicles to stay in touch with before they are lost, by team, the most valuable call first.

    Returns
    -------
    DataFrame
        One row a vehicle: the list's columns. ``due_date`` is the last day before the vehicle becomes
        marginal, or counts as churned, but at the latest 30 days after ``as_of``. ``chance`` is the share of
        vehicles of its class and age that came back within three months; ``worth`` is chance x mean amount
        of a visit of the last 12 months [¥].
    """
    ages = params.lifecycle
    roster = valued_roster(params, tables)
    rows = in_contact_window(roster, from_months=ages.contact_from_months, to_months=ages.churned_months - 1)
    active = rows["months_since"] < ages.marginal_months
    marginal_on = add_months(rows["last_visit"], ages.marginal_months)
    boundary = marginal_on.where(active, add_months(rows["last_visit"], ages.churned_months))
    kinds = active.map({True: "contact_window_active", False: "contact_window_marginal"})
    return by_team(rows, boundary, kinds, params=params, tables=tables)


def by_team(
    rows: pd.DataFrame,
    boundary: pd.Series,
    reasons: pd.Series,
    *,
    params: Params,
    tables: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """The list of some vehicles of the roster.

    ``boundary`` is the day on which each changes its state, ``reasons`` the text that says why it is listed.
    """
    language = params.language
    latest = pd.Timestamp(params.as_of) + pd.Timedelta(days=CALL_WITHIN_DAYS)
    before = boundary - pd.Timedelta(days=1)
    model = tables["vehicle_sales"].drop_duplicates("vin", keep="last").set_index("vin")["model"]
    listed = with_customer(rows, tables).assign(
        model=rows["vin"].map(model),
        owner=_owners(rows, tables.get("staff"), language),
        due_date=before.where(before < latest, latest),
        reason=_reasons(rows["months_since"], boundary, reasons, language),
        worth=rows["call_value"].round(0),
    )
    listed = listed.sort_values(
        ["team", "worth", "chance", "due_date", "vin"], ascending=[True, False, False, True, True]
    )
    listed = listed.assign(rank=listed.groupby("team", dropna=False).cumcount() + 1)
    return listed[_COLUMNS].reset_index(drop=True)


def _owners(rows: pd.DataFrame, staff: pd.DataFrame | None, language: Language) -> pd.Series:
    """The advisor of the last visit, if still on the staff; else the team, else the service department."""
    advisor = rows["advisor"]
    if staff is not None:
        advisor = advisor.where(advisor.isin(staff["staff"]))
    return advisor.fillna(rows["team"]).fillna(text("list_owner.service", language))


def _reasons(months: pd.Series, boundary: pd.Series, kinds: pd.Series, language: Language) -> list[str]:
    days = boundary.dt.strftime("%Y-%m-%d")
    written = {day: format_period(day, language) for day in days.unique()}
    return [
        text(f"list_reason.{kind}", language, months=month, date=written[day])
        for month, day, kind in zip(months, days, kinds, strict=True)
    ]
