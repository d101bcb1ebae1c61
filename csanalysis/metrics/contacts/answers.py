"""What customers' answers do to the calls that follow: who is off the lists, why, and until when.

An answer counts the same wherever it comes from: a word that a caller chose in the workbook, or a word of the
export of contacts. Words that nobody knows count as reached or not, as the column ``reached`` says.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.roster import vehicle_customers
from csanalysis.metrics.remembered import remembered
from csanalysis.schema import TABLES
from csanalysis.schema.call_results import EFFECTS, known_result
from csanalysis.schema.frames import dtype_of

_DAY = pd.Timedelta(days=1)
_STILL_OWNER = ("booked", "came")
_CLOSING = ("refused", "booked", "came")
_WHY = {effect: effect for effect in ("refused", "booked", "reached")} | {
    "came": "reached",
    "not_reached": "tried",
}
COLUMNS = ("off", "why", "until", "tries", "last_result", "last_date", "last_purpose")


@dataclass(frozen=True)
class Rests:
    """Calls in a round, and days until the next call: unanswered, refused, or spoken to."""

    tries: int
    again_after_days: int
    refused_days: int
    rest_days: int

    @property
    def pause(self) -> int:
        """Days without a call after which the next one begins a new round, as after a refusal."""
        return max(self.refused_days, self.rest_days + 1, self.again_after_days + 1)


def call_results(contacts: pd.DataFrame) -> pd.Series:
    """The result of each contact in the closed vocabulary of :data:`~csanalysis.schema.call_results.EFFECTS`.

    Parameters
    ----------
    contacts : DataFrame
        Clean table: ``result`` (any words), ``reached``, ``phone_valid``.

    Returns
    -------
    Series
        Text, index as ``contacts``. A word that is not known, or none, is ``reached`` or ``no_answer`` by the
        column ``reached``; nobody reached at a number marked as not valid is ``wrong_number``.
    """
    meant = {word: known_result(word) for word in contacts["result"].dropna().unique()}
    words = contacts["result"].map(meant)
    spoken = contacts["reached"].fillna(False).astype(bool)
    found = words.where(words.notna(), np.where(spoken, "reached", "no_answer")).astype("str")
    invalid = ~contacts["phone_valid"].fillna(True).astype(bool)
    return found.mask((found == "no_answer") & invalid, "wrong_number")


def case_status(
    contacts: pd.DataFrame,
    day: pd.Timestamp,
    *,
    tries: int,
    again_after_days: int,
    refused_days: int,
    rest_days: int,
    visits: pd.DataFrame | None = None,
    do_not_call: Iterable[str] = (),
) -> pd.DataFrame:
    """Who is off the call lists on a day, by what was answered before it.

    Parameters
    ----------
    contacts : DataFrame
        Clean table; contacts of ``day`` or later are not known yet. One without VIN is of the lead that
        ``customer_id`` names.
    day : Timestamp
        The day that is planned.
    tries : int
        So many calls without success end a round; the next round begins after ``refused_days``.
    again_after_days, refused_days, rest_days : int
        Days until the next call after one that nobody answered, after a refusal, and after any other answer:
        spoken to in vain, booked, came. A ``next_date`` of the contact takes their place: the day to call
        again, or the day booked for.
    visits : DataFrame, optional
        Clean table. Who came on the day of an answer or later is off for it no more; who came after it is
        neither gone nor has a wrong number.
    do_not_call : iterable of str, optional
        VINs and leads that are never called, as :func:`do_not_call_vehicles` gives them.

    Returns
    -------
    DataFrame
        One row a vehicle or lead with a contact or in ``do_not_call``, index ``whom`` (VIN or lead): ``off``
        (bool), ``why`` (gone, do_not_call, wrong_number, refused, booked, reached, tried; empty where not
        off), ``until`` (the first day on which it may be called again; NaT: for good, or not off), ``tries``
        (calls made in the round that is open), ``last_result``, ``last_date``, ``last_purpose``.
    """
    rests = Rests(tries, again_after_days, refused_days, rest_days)
    rows, seen = _answers(contacts, day), _last_visits(visits, day)
    status = _last_contacts(rows)
    never = _for_good(rows, seen, do_not_call)
    passing = _for_a_while(rows[~_came_since(rows, seen)], rests)
    status = status.reindex(status.index.union(never.index)).join(passing[["until", "why"]])
    waiting = (passing["date"] + pd.Timedelta(days=rests.pause) > day) & ~passing["effect"].isin(_CLOSING)
    status["tries"] = passing["made"].where(waiting).reindex(status.index).fillna(0).astype("int64")
    status["off"] = (status["until"] > day) | status.index.isin(never.index)
    status["until"] = status["until"].mask(~status["off"] | status.index.isin(never.index))
    status["why"] = never.reindex(status.index).fillna(status["why"]).where(status["off"], "").astype("str")
    return status.rename_axis("whom")[list(COLUMNS)]


def gone_vehicles(
    contacts: pd.DataFrame, visits: pd.DataFrame | None, day: pd.Timestamp
) -> "pd.Series[pd.Timestamp]":
    """Vehicles whose owner said that they are sold, moved away or scrapped, and that were not seen since.

    Parameters
    ----------
    contacts, visits : DataFrame
        Clean tables; rows of ``day`` or later are not known yet.
    day : Timestamp
        The day that is asked about.

    Returns
    -------
    Series
        The day of the answer by VIN. A later answer that books or tells of a visit takes it back, as does a
        later visit.
    """
    rows = _answers(contacts, day)
    return _gone(rows[rows["vehicle"]], _last_visits(visits, day))


def do_not_call_vehicles(
    customers: pd.DataFrame | None,
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    contacts: pd.DataFrame | None,
) -> pd.Index:
    """VINs, and leads, of the customers who do not want to be called.

    By the column ``do_not_call`` of the table of customers, or by an answer; all vehicles whose latest known
    customer that is. An answer holds from its day on: the tables are those of the day that is asked about.
    """
    owner = vehicle_customers(visits, sales)
    asked, said_of = [], pd.Index([], dtype="str")
    if contacts is not None:
        said = contacts[(call_results(contacts).map(EFFECTS) == "do_not_call").to_numpy(dtype=bool)]
        asked += [said["customer_id"].dropna(), owner.reindex(said["vin"].dropna()).dropna()]
        said_of = pd.Index(said["vin"].dropna())
    if customers is not None and "do_not_call" in customers:
        marked = customers["do_not_call"].fillna(False).to_numpy(dtype=bool)
        asked.append(customers.loc[marked, "customer_id"])
    who = pd.Index(pd.concat(asked).astype("str")).unique() if asked else said_of
    vins = pd.Index(owner.index[owner.isin(who)])
    return vins.union(said_of).union(who).astype("str")


def no_contacts() -> pd.DataFrame:
    """A table of contacts without rows, for a store that keeps none."""
    columns = TABLES["contacts"].columns
    return pd.DataFrame({column.name: pd.Series([], dtype=dtype_of(column)) for column in columns})


@remembered
def _answers(contacts: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The contacts before a day in order, with whom, closed result, effect and the date agreed on."""
    known = contacts[contacts["contact_date"] < day.normalize()]
    date = known["contact_date"].dt.normalize()
    agreed = known["next_date"] if "next_date" in known else pd.Series(pd.NaT, index=known.index)
    result = call_results(known)
    rows = pd.DataFrame(
        {
            "whom": known["vin"].fillna(known["customer_id"]),
            "vehicle": known["vin"].notna(),
            "time": known["contact_date"],
            "date": date,
            "attempt": known["attempt"].fillna(0).astype("int64"),
            "result": result,
            "effect": result.map(EFFECTS).astype("str"),
            "next": agreed.astype("datetime64[s]").where(agreed > date),
            "valid": known["phone_valid"],
            "purpose": known["purpose"],
        }
    )
    return rows.dropna(subset=["whom"]).sort_values(
        ["whom", "time", "attempt"], kind="stable", ignore_index=True
    )


def _last_visits(visits: pd.DataFrame | None, day: pd.Timestamp) -> "pd.Series[pd.Timestamp]":
    """The last visit before a day, by VIN."""
    if visits is None:
        return pd.Series(pd.to_datetime([]), index=pd.Index([], dtype="str"))
    before = visits[visits["visit_date"] < day.normalize()]
    last: pd.Series[pd.Timestamp] = before.groupby("vin")["visit_date"].agg("max")
    return last


def _came_since(rows: pd.DataFrame, seen: "pd.Series[pd.Timestamp]", *, later: bool = False) -> pd.Series:
    """Whether a row's vehicle came on its day or after, or only strictly ``later``."""
    last = seen.reindex(rows["whom"]).set_axis(rows.index)
    return last > rows["date"] if later else last >= rows["date"]


def _last_contacts(rows: pd.DataFrame) -> pd.DataFrame:
    last = rows.drop_duplicates("whom", keep="last").set_index("whom")
    return last[["result", "date", "purpose"]].add_prefix("last_")


def _for_good(
    rows: pd.DataFrame, seen: "pd.Series[pd.Timestamp]", do_not_call: Iterable[str]
) -> "pd.Series[str]":
    """Why, by vehicle or lead, for those that are off without an end."""
    asked = pd.Index(rows.loc[rows["effect"] == "do_not_call", "whom"]).union(pd.Index(list(do_not_call)))
    reasons = {
        "gone": _gone(rows, seen).index,
        "do_not_call": asked,
        "wrong_number": _unreachable(rows, seen),
    }
    parts = [pd.Series(why, index=pd.Index(whom, dtype="str").unique()) for why, whom in reasons.items()]
    every: pd.Series[str] = pd.concat(parts).astype("str")
    return every[~every.index.duplicated()]


def _gone(rows: pd.DataFrame, seen: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """The day of the answer by which a vehicle is gone, as long as it stands."""
    telling = rows[rows["effect"].isin(("gone", *_STILL_OWNER))].drop_duplicates("whom", keep="last")
    gone = telling[(telling["effect"] == "gone") & ~_came_since(telling, seen, later=True)]
    days: pd.Series[pd.Timestamp] = gone.set_index("whom")["date"]
    return days


def _unreachable(rows: pd.DataFrame, seen: "pd.Series[pd.Timestamp]") -> pd.Index:
    """Those whose number was wrong when it was last tried, and who were not seen since."""
    wrong = rows["effect"] == "wrong_number"
    right = rows["effect"].isin(_WHY) & (rows["effect"] != "not_reached")
    telling = rows.assign(wrong=wrong)[wrong | right | rows["valid"].fillna(False).astype(bool)]
    last = telling.drop_duplicates("whom", keep="last")
    return pd.Index(last.loc[last["wrong"] & ~_came_since(last, seen, later=True), "whom"])


def _for_a_while(rows: pd.DataFrame, rests: Rests) -> pd.DataFrame:
    """By vehicle or lead the last contact, the calls of its round, and until when it is off and why.

    What was said holds although nobody answered a later call: the later end of the two counts.
    """
    rows = rows[rows["effect"].isin(_WHY)]
    rows = rows.assign(made=_made_in_round(rows, rests.pause))
    days = rows["effect"].map(
        {
            "refused": rests.refused_days,
            "booked": rests.rest_days,
            "came": rests.rest_days,
            "reached": rests.rest_days,
            "not_reached": rests.again_after_days,
        }
    )
    booked = rows["effect"] == "booked"
    agreed = rows["next"] + pd.to_timedelta(booked.astype("int64"), unit="D")
    until = agreed.fillna(rows["date"] + pd.to_timedelta(days, unit="D"))
    rest = rows["date"] + pd.Timedelta(days=rests.pause)
    worn_out = (rows["made"] >= rests.tries) & ~rows["effect"].isin(_CLOSING)
    rows = rows.assign(
        until=until.where(~(worn_out & (rest > until)), rest),
        why=rows["effect"].map(_WHY).mask(worn_out, "tried"),
    )
    last = rows.drop_duplicates("whom", keep="last").set_index("whom")
    spoken = rows[rows["effect"] != "not_reached"].drop_duplicates("whom", keep="last").set_index("whom")
    spoken = spoken.reindex(last.index)
    holds = spoken["until"] >= last["until"]
    return last.assign(
        until=last["until"].mask(holds, spoken["until"]), why=last["why"].mask(holds, spoken["why"])
    )


def _made_in_round(rows: pd.DataFrame, pause: int) -> pd.Series:
    """The number of each call in its round: an answer that settles the matter, or a pause, ends one."""
    before = rows.groupby("whom", sort=False)[["date", "effect"]].shift()
    rested = rows["date"] - before["date"] >= pd.Timedelta(days=pause)
    begins = before["date"].isna() | rested | before["effect"].isin(_CLOSING)
    return rows.groupby(begins.cumsum()).cumcount() + 1
