"""Lists of vehicles by how long they have stayed away, by team and by what a call is worth."""

from collections.abc import Mapping, Sequence

import pandas as pd

from csanalysis.catalogue import Language, format_period, format_value, text
from csanalysis.chapters.first_service.sequence import before_hardest_step
from csanalysis.chapters.shared import shared
from csanalysis.chapters.store_facts import hazard, return_chances, roster, services
from csanalysis.display.lists.people import vehicle_models, with_customer
from csanalysis.display.lists.worklist import Move, WorkList
from csanalysis.metrics.customers.allocation import allocate_to_teams
from csanalysis.metrics.customers.return_chance import revenue_per_visit, with_call_value
from csanalysis.metrics.customers.roster import contact_window as contact_window_of
from csanalysis.metrics.customers.roster import marginal_vehicles, win_back_vehicles
from csanalysis.metrics.customers.service_due import due_soon, next_services
from csanalysis.metrics.customers.service_overdue import half_way_dates
from csanalysis.metrics.periods import add_months, date_plus_months
from csanalysis.metrics.results import Results
from csanalysis.params import Params

CALL_WITHIN_DAYS = 30
"""A vehicle that no boundary threatens soon should have been called so many days after ``as_of``."""

DUE_WITHIN_MONTHS = 3

SOON_DAYS = 7
"""Who is about to pass a boundary may still be called so many days after ``as_of``."""

FIRST_STEP = "1"
"""Who comes to this maintenance stands among the first-service invitations."""

AROUND_DAYS = 15
"""A service is called for from so many days before the day on which it is expected to as many after."""

VEHICLE_COLUMNS = (
    "rank", "customer_name", "phone", "vin", "model", "last_visit", "months_since", "visit_class", "team",
    "owner", "due_date", "reason", "chance", "worth",
)  # fmt: skip

Tables = Mapping[str, pd.DataFrame]


@shared
def valued_roster(params: Params, tables: Tables) -> pd.DataFrame:
    """Every vehicle sold or seen, with its state, class, team, ``chance`` of return and ``call_value``."""
    year_ago = date_plus_months(pd.Timestamp(params.as_of), -12)
    revenue = revenue_per_visit(tables["service_visits"], since=year_ago)
    chance = return_chances(params, tables)["chance"]
    return with_call_value(roster(params, tables), chance, revenue_per_visit=revenue)


def in_contact_window(params: Params, tables: Tables) -> pd.DataFrame:
    """Who is to be stayed in touch with before it becomes marginal: rows of the roster."""
    ages = params.lifecycle
    return contact_window_of(
        roster(params, tables), from_months=ages.contact_from_months, to_months=ages.marginal_months - 1
    )


def about_to_churn(params: Params, tables: Tables) -> pd.DataFrame:
    """Who is marginal: rows of the roster."""
    return marginal_vehicles(roster(params, tables))


def churned(params: Params, tables: Tables) -> pd.DataFrame:
    """Who has churned, though not for good: rows of the roster."""
    return win_back_vehicles(roster(params, tables))


def expecting_service(params: Params, tables: Tables) -> pd.DataFrame:
    """Whose next service is expected within three months, or was and may still come, but for those lost.

    Rows of the roster with those of :func:`csanalysis.metrics.customers.service_due.due_soon`, and
    ``likely``: when one that is overdue comes if it does, NaT for all others and where nothing could be
    learned. :func:`csanalysis.metrics.customers.service_overdue.half_way_days` says how near that was.
    """
    as_of, interval = pd.Timestamp(params.as_of), params.service_interval
    told = next_services(services(tables), months=interval.months, km=interval.km, as_of=as_of)
    everyone = roster(params, tables)
    rows = everyone[everyone["state"].ne("permanent")].merge(
        due_soon(told, as_of=as_of, months=DUE_WITHIN_MONTHS), on="vin"
    )
    likely = half_way_dates(hazard(params, tables), rows["vin"])
    return rows.assign(likely=likely.where(rows["overdue"]))


def given_to_a_team(params: Params, tables: Tables) -> pd.DataFrame:
    """Every vehicle seen, but those lost for good, with the ``team`` it goes to and the ``given`` reason.

    Teams are those of the staff, else those that received visits in the last 12 months. A vehicle that a team
    has asked for, by the table ``team_requests``, goes to it. No rows where no team is known.
    """
    everyone, asked = roster(params, tables), tables.get("team_requests")
    everyone = everyone[everyone["last_visit"].notna().to_numpy()]  # nobody looks after what never came
    requested = None if asked is None else dict(zip(asked["vin"], asked["team"], strict=True))
    teams = _teams(tables, pd.Timestamp(params.as_of))
    given = allocate_to_teams(everyone, teams=teams, requested=requested)
    return given.rename(columns={"reason": "given"}).merge(
        everyone.drop(columns=["team", "visit_class"]), on="vin"
    )


def staying_away(params: Params, tables: Tables) -> pd.DataFrame:
    """The contact window as reasons to call.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``from``, ``until`` (the last day before it becomes marginal), ``reason``.
    """
    rows = CONTACT_WINDOW.on(params, tables).reset_index(drop=True)
    boundary = add_months(rows["last_visit"], params.lifecycle.marginal_months)
    return _before(boundary, rows, pd.Series("contact_window_active", index=rows.index), params)


def about_to_be_lost(params: Params, tables: Tables) -> pd.DataFrame:
    """Those about to count as churned as reasons to call; as :func:`staying_away`."""
    rows = MARGINAL.on(params, tables).reset_index(drop=True)
    boundary = add_months(rows["last_visit"], params.lifecycle.churned_months)
    return _before(boundary, rows, pd.Series("contact_window_marginal", index=rows.index), params)


def lost_for_now(params: Params, tables: Tables) -> pd.DataFrame:
    """Those that have churned, though not for good, as reasons to call; as :func:`staying_away`."""
    rows = WIN_BACK.on(params, tables).reset_index(drop=True)
    boundary = add_months(rows["last_visit"], params.lifecycle.permanent_months)
    return _before(boundary, rows, pd.Series("win_back", index=rows.index), params)


def due_for_service(params: Params, tables: Tables) -> pd.DataFrame:
    """Vehicles whose next service is to be expected as reasons to call.

    Each vehicle's own pace and the params' interval tell when; of one overdue, when such vehicles come.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``from`` (half a month before the expected day, or now), ``until`` (half a
        month after it; where it has passed, half a month after the day on which it is likely to come, or a
        month from now), ``reason``, ``offer``. The reason says so of a vehicle that comes to the maintenance
        at which most are lost.
    """
    as_of, language = pd.Timestamp(params.as_of), params.language
    rows = SERVICE_DUE.on(params, tables).reset_index(drop=True)
    around = pd.Timedelta(days=AROUND_DAYS)
    first = rows["expected"] - around
    soon = pd.Series(as_of + pd.Timedelta(days=CALL_WITHIN_DAYS), index=rows.index)
    last = (rows["expected"] + around).mask(rows["overdue"], (rows["likely"] + around).fillna(soon))
    dates = [
        _written(rows[name], language) for name in ("service_date", "expected", "from", "until", "likely")
    ]
    reasons = [
        text(
            f"list_reason.service_{'overdue' if overdue else 'due'}",
            language,
            date=last_one,
            pace=format_value(pace, "count", language, decimals=0),
            expected=expected,
            band=text("list_reason.service_likely", language, date=likely)
            if likely
            else text("list_reason.service_band", language, early=early, late=late)
            if early
            else "",
        )
        for overdue, pace, last_one, expected, early, late, likely in zip(
            rows["overdue"], rows["pace"], *dates, strict=True
        )
    ]
    step, hardest = before_hardest_step(params, tables)
    if hardest and step != FIRST_STEP:
        note = text("list_reason.service_step", language, step=step)
        reasons = [
            f"{reason}{note}" if vin in hardest else reason
            for reason, vin in zip(reasons, rows["vin"], strict=True)
        ]
    offer = text("list_offer.service", language)
    return pd.DataFrame(
        {
            "vin": rows["vin"],
            "from": first.where(first > as_of, as_of),
            "until": last.where(last > as_of, as_of + around),
            "reason": reasons,
            "offer": offer,
        }
    )


def allocation(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """Every vehicle but those lost for good, given to a team; as :func:`contact_window`."""
    rows = ALLOCATION.on(params, tables)
    reasons = [text(f"list_reason.allocation_{reason}", params.language) for reason in rows["given"]]
    until = pd.Series(pd.Timestamp(params.as_of) + pd.Timedelta(days=CALL_WITHIN_DAYS), index=rows.index)
    return by_team(rows, until, reasons, params=params, tables=tables)


def by_team(
    rows: pd.DataFrame, due: pd.Series, reasons: Sequence[str], *, params: Params, tables: Tables
) -> pd.DataFrame:
    """The list of some vehicles of the roster, by team and by what a call is worth."""
    model = vehicle_models(tables["vehicle_sales"])
    values = valued_roster(params, tables).set_index("vin")
    listed = with_customer(rows, tables).assign(
        model=rows["vin"].map(model),
        owner=_owners(rows, tables.get("staff"), params.language),
        due_date=due,
        reason=list(reasons),
        chance=rows["vin"].map(values["chance"]),
        worth=rows["vin"].map(values["call_value"]).round(0),
    )
    listed = listed.sort_values(
        ["team", "worth", "chance", "due_date", "vin"], ascending=[True, False, False, True, True]
    )
    listed = listed.assign(rank=listed.groupby("team", dropna=False).cumcount() + 1)
    return listed.reset_index(drop=True)


def _before(boundary: pd.Series, rows: pd.DataFrame, kinds: pd.Series, params: Params) -> pd.DataFrame:
    """Reasons to call by the last day before a boundary."""
    as_of = pd.Timestamp(params.as_of)
    last_day, soon = boundary - pd.Timedelta(days=1), as_of + pd.Timedelta(days=SOON_DAYS)
    last_day = last_day.where(last_day > soon, soon)
    reasons = [
        text(f"list_reason.{kind}", params.language, months=months, date=day)
        for kind, months, day in zip(
            kinds, rows["months_since"], _written(boundary, params.language), strict=True
        )
    ]
    return pd.DataFrame({"vin": rows["vin"], "from": as_of, "until": last_day, "reason": reasons})


def _owners(rows: pd.DataFrame, staff: pd.DataFrame | None, language: Language) -> pd.Series:
    """The advisor of the last visit, if still on the staff; else the team, else the service department."""
    advisor = rows["advisor"]
    if staff is not None:
        advisor = advisor.where(advisor.isin(staff["staff"]))
    return advisor.fillna(rows["team"]).fillna(text("list_owner.service", language))


def _teams(tables: Tables, as_of: pd.Timestamp) -> list[str]:
    staff, visits = tables.get("staff"), tables["service_visits"]
    known = staff["team"].dropna() if staff is not None else pd.Series(dtype="str")
    if known.empty:
        known = visits.loc[visits["visit_date"] > date_plus_months(as_of, -12), "team"].dropna()
    return sorted(known.unique())


def _written(dates: pd.Series, language: Language) -> list[str]:
    """Each date as a reader sees it, empty for none; few differ, so each is written once."""
    days = dates.dt.strftime("%Y-%m-%d").fillna("")
    written = {day: format_period(day, language) if day else "" for day in days.unique()}
    return [written[day] for day in days]


CONTACT_WINDOW = WorkList(
    "contact_window",
    who=in_contact_window,
    reasons=staying_away,
    purpose="maintenance",
    holdout=True,
    move=Move(serves="churn_rate_target", called_in=True),
)
MARGINAL = WorkList(
    "marginal",
    who=about_to_churn,
    reasons=about_to_be_lost,
    purpose="maintenance",
    holdout=True,
    move=Move(serves="churn_rate_target", called_in=True),
)
WIN_BACK = WorkList(
    "win_back",
    who=churned,
    reasons=lost_for_now,
    purpose="win_back",
    holdout=True,
    move=Move(serves="churn_rate_target", called_in=True),
)
SERVICE_DUE = WorkList(
    "service_due",
    who=expecting_service,
    reasons=due_for_service,
    purpose="maintenance",
    holdout=True,
    move=Move(serves="churn_rate_target", called_in=True),
)
ALLOCATION = WorkList("allocation", VEHICLE_COLUMNS, who=given_to_a_team, rows=allocation, answers=())

LISTS = (ALLOCATION,)
