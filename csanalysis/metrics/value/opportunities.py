"""Business that lies in the base: cars old enough to trade in, insurance to renew, what customers ask for."""

import pandas as pd

from csanalysis.metrics.customers.classes import CLASSES
from csanalysis.metrics.periods import add_months, age_in_months, date_plus_months, months_between
from csanalysis.metrics.results import tidy

TRADE_IN_MONTHS = 36
"""From three years after the sale a customer may think of another car."""

RENEWAL_MONTHS = 12
FEW = 10
"""Words written less often stand for nothing, and may name somebody."""


def sold_vehicles_in_base(
    roster: pd.DataFrame, sales: pd.DataFrame, *, as_of: pd.Timestamp, lost_months: int = 24
) -> pd.DataFrame:
    """The vehicles of our ledger that are not lost for good, with the day of their latest sale.

    Parameters
    ----------
    roster : DataFrame
        :func:`csanalysis.metrics.customers.roster.vehicle_roster`.
    sales : DataFrame
        Clean table.
    as_of : Timestamp
        Last day counted.
    lost_months : int
        A vehicle never seen in so many months after its sale is lost too.

    Returns
    -------
    DataFrame
        Rows of ``roster`` with ``sale_date``.
    """
    sold = sales.sort_values("sale_date", kind="stable").drop_duplicates("vin", keep="last")
    rows = roster.assign(sale_date=sold.set_index("vin")["sale_date"].reindex(roster["vin"]).array)
    young = rows["sale_date"] > date_plus_months(as_of, -lost_months)
    held = rows["state"].ne("permanent") & (rows["last_visit"].notna() | young)
    return rows[(rows["sale_date"].notna() & held).to_numpy()]


def trade_in_candidates(base: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Vehicles sold three years ago or earlier that came to us and are not lost for good, oldest first.

    Parameters
    ----------
    base : DataFrame
        :func:`sold_vehicles_in_base`.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        Rows of ``base`` that were ever seen, with ``age_months`` since the sale.

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    rows = base.assign(age_months=age_in_months(base["sale_date"], as_of))
    rows = rows[
        (rows["age_months"] >= TRADE_IN_MONTHS).to_numpy(dtype=bool) & rows["last_visit"].notna().to_numpy()
    ]
    return rows.sort_values(["sale_date", "vin"], ignore_index=True)


def trade_in_vehicles(candidates: pd.DataFrame, *, as_of: pd.Timestamp) -> list[pd.DataFrame]:
    """How many there are, whole and by ``visit_class``: ``value`` [vehicles] at ``as_of``."""
    day = f"{as_of:%Y-%m-%d}"
    by_class = candidates["visit_class"].value_counts().reindex(CLASSES, fill_value=0)
    return [
        tidy([day], value=len(candidates)),
        tidy([day] * len(CLASSES), value=by_class.to_numpy(), visit_class=CLASSES),
    ]


def trade_in_value(
    candidates: pd.DataFrame, *, costs: tuple[float, float], as_of: pd.Timestamp
) -> pd.DataFrame:
    """What as many new leads would cost, by ``bound`` (low, high): ``value`` [yuan] at ``as_of``."""
    return tidy(
        [f"{as_of:%Y-%m-%d}"] * 2, value=[len(candidates) * cost for cost in costs], bound=("low", "high")
    )


def next_anniversary(dates: pd.Series, *, as_of: pd.Timestamp) -> pd.Series:
    """The first yearly return of each date after a day: when an insurance taken out that day ends."""
    years = age_in_months(dates, as_of).astype("float64") // 12 + 1
    following = dates.copy()
    for year in years.dropna().unique():
        chosen = (years == year).to_numpy()
        following[chosen] = add_months(dates[chosen], int(year) * 12)
    return following


def insurance_ends(base: pd.DataFrame, *, as_of: pd.Timestamp, known: pd.Series | None = None) -> pd.Series:
    """When the insurance of each vehicle ends next.

    Parameters
    ----------
    base : DataFrame
        :func:`sold_vehicles_in_base`.
    as_of : Timestamp
        Last day counted.
    known : Series, optional
        The last day on which a known insurance of a vehicle ends: vin → date. One that has ended is taken to
        be renewed each year, here or elsewhere.

    Returns
    -------
    Series
        Of the rows of ``base``; where nothing is known, the next anniversary of the sale.
    """
    if known is None:
        return next_anniversary(base["sale_date"], as_of=as_of)
    ends = base["vin"].map(known)
    running = (ends > as_of).to_numpy()
    return next_anniversary(ends.fillna(base["sale_date"]), as_of=as_of).mask(running, ends)


def insurance_renewals(
    base: pd.DataFrame, *, as_of: pd.Timestamp, known: pd.Series | None = None
) -> pd.DataFrame:
    """Insurances that end in each of the coming twelve months.

    Parameters
    ----------
    base, known : DataFrame, Series
        As in :func:`insurance_ends`.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a calendar month that begins within a year of ``as_of``: ``value`` [vehicles].

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    next_ends = insurance_ends(base, as_of=as_of, known=known)
    ends = next_ends.dt.to_period("M").astype("str").value_counts()
    first = as_of + pd.Timedelta(days=1)
    months = months_between(first, date_plus_months(first, RENEWAL_MONTHS - 1))
    return tidy(months, value=[float(ends.get(month, 0)) for month in months])


def complaints_by_topic(complaints: pd.DataFrame) -> pd.DataFrame:
    """Complaints by what they are about.

    Parameters
    ----------
    complaints : DataFrame
        Clean table.

    Returns
    -------
    DataFrame
        One row a year and ``topic``: ``value`` [complaints]. Topics written fewer than ten times in all go
        together as ``other``.
    """
    return _counted(complaints["complaint_date"], complaints["topic"], "topic")


def contact_results(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts by the result the agent noted; as in :func:`complaints_by_topic`, by ``result``."""
    return _counted(contacts["contact_date"], contacts["result"], "result")


def _counted(dates: pd.Series, words: pd.Series, group: str) -> pd.DataFrame:
    often = words.value_counts()
    known = words.where(words.isna() | words.isin(often.index[often >= FEW]), "other")
    counts = (
        pd.DataFrame({"year": dates.dt.year, group: known})
        .value_counts(sort=False)
        .sort_index()
        .reset_index()
    )
    return tidy(counts["year"].astype("str"), value=counts["count"], **{group: counts[group]})
