"""Predicted chances held against the last complete year: ranks, best tenth, and what came true."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from csanalysis.metrics.customers.hazard_features import (
    Histories,
    day_number,
    every_nth,
    histories,
    present,
)
from csanalysis.metrics.customers.lapses import LAPSE_MONTHS
from csanalysis.metrics.customers.return_chance import RETURN_MONTHS, return_chance, table_chances
from csanalysis.metrics.customers.return_hazard import (
    LONGEST_MONTHS,
    chance_to_come,
    chance_to_lapse,
    fit_hazard,
    lapse_days,
)
from csanalysis.metrics.customers.service_due import due_soon, next_services, services
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.periods import date_plus_months, rows_until
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.logistic import Floats

EVENTS = ("return", "service_due", "lapse")
METHODS = ("model", "table")
TENTHS = 10

MIN_CASES = 100
"""Fewer vehicles say nothing of ranks and tenths."""

MOST_VISITS = 100_000
"""Of a store with more, the visits of every second, third, … vehicle are tried."""

_COLUMNS = ("predicted", "vin", *METHODS, "came")


def return_backtest(
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    year: int,
    months: int,
    km: float,
    longest: int = LONGEST_MONTHS,
    lapse_months: int = LAPSE_MONTHS,
) -> pd.DataFrame:
    """What was to be expected of each vehicle in a year, by what was known before it, and what it did.

    Parameters
    ----------
    visits, sales : DataFrame
        Clean tables.
    year : int
        The year to try, over by now.
    months, km
        The service interval.
    longest : int
        Months after which a vehicle is lost for good and left out.
    lapse_months : int
        Months without a visit after which a vehicle has lapsed.

    Returns
    -------
    DataFrame
        One row a case: ``predicted``, ``vin``, the chance [fraction 0-1] told by the ``model`` and by the
        ``table`` (NaN where nothing was learned), ``came`` (whether it came about).

    Notes
    -----
    Model and table are learned from what was known when the year began. ``return``: a visit within three
    months, asked when each quarter began of all vehicles not lost for good, by what was known of them then;
    ``service_due``: the same of those alone whom the list of services due would have named; ``lapse``:
    lapsing within the year, asked when that began.
    """
    if len(visits) > MOST_VISITS:
        visits, sales = _thinned(visits, sales)
    begin = pd.Timestamp(year - 1, 12, 31)
    known = histories(visits, sales, months=months, km=km, learned=begin)
    coefficients = fit_hazard(known, until=day_number(begin), longest=longest)
    before = units(rows_until(visits, "visit_date", begin), sales)
    table = return_chance(before.visits, as_of=begin, ages=longest)
    done = services(visits, sales)
    parts = []
    for quarter in range(4):
        day = date_plus_months(begin, RETURN_MONTHS * quarter)
        seen, sold = rows_until(visits, "visit_date", day), rows_until(sales, "sale_date", day)
        horizon = (date_plus_months(day, RETURN_MONTHS) - day).days
        told = table_chances(
            seen, sold, table, as_of=day, horizon_days=horizon, lapse_months=lapse_months
        ).set_index("vin")
        rows = present(known, day_number(day))
        rows = rows[known.day[rows] > day_number(date_plus_months(day, -longest))]
        cases = _returns(known, coefficients, rows, day, horizon)
        cases["table"] = cases["vin"].map(told["chance"])
        due = _listed(done, months=months, km=km, day=day)
        parts += [cases, cases[cases["vin"].isin(due)].assign(predicted="service_due")]
        if quarter == 0:
            parts.append(_lapses(known, coefficients, rows, day, told["lapse_chance"], lapse_months))
    return pd.concat(parts, ignore_index=True)[list(_COLUMNS)]


def return_model_auc(cases: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """How often a vehicle that came had been given a higher chance than one that did not.

    Parameters
    ----------
    cases : DataFrame
        From :func:`return_backtest`.
    year : int
        The year tried.

    Returns
    -------
    DataFrame
        One row a ``predicted`` and ``method`` (model, table): ``denominator`` [cases], ``value`` [0-1; 0.5 is
        no better than chance]. NaN for fewer than 100 cases, or where all came or none. Higher is better.

    Notes
    -----
    Area under the receiver operating characteristic; ties count half. A vehicle is asked in every quarter, so
    no interval of independent cases holds.
    """
    return _by_method(cases, METHODS, _auc, year=year)


def return_model_top_tenth(cases: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """How many of the tenth of vehicles with the highest chance came, beside those of all.

    Parameters
    ----------
    cases, year
        As :func:`return_model_auc`.

    Returns
    -------
    DataFrame
        One row a ``predicted`` and ``method`` (model, table, all): ``denominator`` [cases of the tenth, or
        all], ``value`` [fraction 0-1]. Cases with the chance at the tenth's edge count by their mean. NaN for
        fewer than 100 cases. Higher is better.
    """
    return _by_method(cases.assign(all=0.0), (*METHODS, "all"), _top, year=year)


def return_model_calibration(cases: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """The chance that the model told, and how many came, of each tenth of the vehicles by that chance.

    Parameters
    ----------
    cases, year
        As :func:`return_model_auc`.

    Returns
    -------
    DataFrame
        One row a ``predicted``, ``tenth`` (1 the lowest) and ``side`` (told, came): ``denominator`` [cases],
        ``value`` [fraction 0-1]. No rows for an event of fewer than 100 cases or without a model.
    """
    frames = []
    for event in EVENTS:
        of_event = cases[(cases["predicted"] == event) & cases["model"].notna()]
        if len(of_event) < MIN_CASES:
            continue
        of_event = of_event.sort_values(["model", "vin"])
        tenth = np.arange(len(of_event)) * TENTHS // len(of_event) + 1
        means = of_event[["model", "came"]].astype(float).groupby(tenth)
        for side, column in (("told", "model"), ("came", "came")):
            found = means[column].agg(["size", "mean"])
            labels = found.index.astype(str)
            groups = {"predicted": event, "tenth": labels, "side": side}
            frames.append(
                tidy([str(year)] * len(found), denominator=found["size"], value=found["mean"], **groups)
            )
    return pd.concat(frames, ignore_index=True) if frames else tidy([], predicted=[], tenth=[], side=[])


def _returns(
    known: Histories, coefficients: Floats | None, rows: NDArray[np.intp], day: pd.Timestamp, horizon: int
) -> pd.DataFrame:
    """The chance of a visit after a day within the horizon, and who came."""
    at = day_number(day)
    told = np.nan if coefficients is None else chance_to_come(known, coefficients, rows, at, horizon)
    came = known.following[rows] <= at + horizon
    vins = known.names[known.unit[rows]]
    return pd.DataFrame({"predicted": "return", "vin": vins, "model": told, "came": came})


def _lapses(
    known: Histories,
    coefficients: Floats | None,
    rows: NDArray[np.intp],
    day: pd.Timestamp,
    by_table: pd.Series,
    lapse_months: int,
) -> pd.DataFrame:
    """The chance of lapsing, and who did, of those that lapse within a year after a day if they stay away."""
    at = day_number(day)
    lapses = lapse_days(known, rows, lapse_months=lapse_months)
    within = (lapses > at) & (lapses <= day_number(date_plus_months(day, 12)))
    rows, lapses = rows[within], lapses[within]
    told = (
        np.nan
        if coefficients is None
        else chance_to_lapse(known, coefficients, rows, at, lapse_months=lapse_months)
    )
    vins = known.names[known.unit[rows]]
    return pd.DataFrame(
        {
            "predicted": "lapse",
            "vin": vins,
            "model": told,
            "table": by_table.reindex(vins).to_numpy(),
            "came": known.following[rows] > lapses,
        }
    )


def _listed(done: pd.DataFrame, *, months: int, km: float, day: pd.Timestamp) -> pd.Series:
    """Whom the list of services due would have named on a day."""
    as_seen = done.assign(next_service=done["next_service"].where(done["next_service"] <= day))
    told = next_services(as_seen, months=months, km=km, as_of=day)
    return due_soon(told, as_of=day, months=RETURN_MONTHS)["vin"]


def _by_method(
    cases: pd.DataFrame,
    methods: Sequence[str],
    measure: Callable[[Floats, NDArray[np.bool_]], tuple[float, float]],
    *,
    year: int,
) -> pd.DataFrame:
    """A number of each event and method, NaN where there are few cases or nothing was told."""
    found = []
    for event in EVENTS:
        of_event = cases[cases["predicted"] == event]
        came = of_event["came"].to_numpy(bool)
        for method in methods:
            told = of_event[method].to_numpy(float)
            known = ~np.isnan(told)
            enough = known.sum() >= MIN_CASES
            found.append(
                (event, method, *(measure(told[known], came[known]) if enough else (np.nan, known.sum())))
            )
    events, names, values, counts = zip(*found, strict=True)
    return tidy([str(year)] * len(found), value=values, denominator=counts, predicted=events, method=names)


def _auc(told: Floats, came: NDArray[np.bool_]) -> tuple[float, float]:
    """The area, and the cases."""
    hits = int(came.sum())
    pairs = hits * (len(came) - hits)
    above = scipy.stats.rankdata(told)[came].sum() - hits * (hits + 1) / 2
    return float(above / pairs) if pairs else np.nan, len(came)


def _top(told: Floats, came: NDArray[np.bool_]) -> tuple[float, float]:
    """The share of the highest tenth that came, and its cases; of all where all are told alike."""
    if told.max() == told.min():
        return float(came.mean()), len(came)
    count = -(-len(told) // TENTHS)
    edge = np.sort(told)[-count]
    above, at = told > edge, told == edge
    hits = came[above].sum() + (count - above.sum()) * came[at].mean()
    return float(hits / count), count


def _thinned(visits: pd.DataFrame, sales: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All rows of one vehicle of so many."""
    names = pd.Index(pd.concat([visits["vin"], sales["vin"]]).unique())
    kept = names[every_nth(names, -(-len(visits) // MOST_VISITS))]
    few, fewer = (table[table["vin"].isin(kept).to_numpy()] for table in (visits, sales))
    return few.reset_index(drop=True), fewer.reset_index(drop=True)
