"""What it is worth to call in one order rather than in another, tried on years that are over."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.lifecycle import BOUNDARIES, Boundaries
from csanalysis.metrics.customers.return_chance import chance_in_table, return_chance
from csanalysis.metrics.customers.units import Units, units
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.value.answered_calls import LEAST_CONTRAST, Draws, drawn_answers, summed_variance
from csanalysis.metrics.value.call_amounts import expected_amounts
from csanalysis.metrics.value.call_cells import as_cases, cells_of
from csanalysis.metrics.value.call_effects import level_draws
from csanalysis.metrics.value.call_gain import fit_call_gains
from csanalysis.metrics.value.reminder_cases import COUNTED, HORIZONS, of_purposes
from csanalysis.metrics.value.reminder_effect import SPAN_YEARS

ORDERS = ("worth", "chance", "random")
"""By gain x amount; as before, by the chance of coming x revenue; and without any order."""

LEAD = "lead"
"""By how much the order of worth brings more than that of chance."""

SHARES = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
"""So many of a hundred cases are called."""

_FIFTHS = 5

Floats = NDArray[np.float64]


def ordered_cases(
    past: pd.DataFrame,
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    year: int,
    purposes: Sequence[str],
    boundaries: Boundaries = BOUNDARIES,
) -> pd.DataFrame:
    """Cases called in the last years, with their place in each order by what was known before each year.

    Parameters
    ----------
    past : DataFrame
        From :func:`csanalysis.metrics.value.reminder_cases.reminder_cases`.
    visits, sales : DataFrame
        Clean tables.
    year : int
        The last complete year; it and the two before it are tried, as far as calls of the years before a year
        prove that calls change anything.
    purposes : sequence of str
        Only these: those of which a gain is claimed at all.
    boundaries : tuple of int
        Ages [months] at which a vehicle becomes marginal, churned and permanent.

    Returns
    -------
    DataFrame
        Rows of ``past`` of purposes with a proven gain, with ``amount`` [yuan a visit], and ``worth``,
        ``chance`` (place of the series among those of its year [fraction 0-1, the first is near 0]).
    """
    years = range(year - SPAN_YEARS + 1, year + 1) if purposes else ()
    numbered = units(visits, sales)
    tried = [_of_year(past, visits, numbered, tested, boundaries, purposes) for tested in years]
    return pd.concat([past[:0], *tried], ignore_index=True)


def _of_year(
    past: pd.DataFrame,
    visits: pd.DataFrame,
    numbered: Units,
    year: int,
    boundaries: Boundaries,
    purposes: Sequence[str],
) -> pd.DataFrame:
    eve = pd.Timestamp(year - 1, 12, 31)
    gains = fit_call_gains(_known_by(past, eve), year=year - 1, boundaries=boundaries)
    known = [purpose for purpose in gains.known if purpose in purposes]
    rows = of_purposes(past[past["period"] == str(year)], known)
    first = rows[rows["attempt"] == 1].drop_duplicates("series")
    amount = expected_amounts(visits, eve).of(first)
    cases = as_cases(first)
    gain = gains.of(cases)["gain"]
    before = Units(
        numbered.visits[numbered.visits["visit_date"] <= eve].reset_index(drop=True),
        numbered.sales,
        numbered.names,
    )
    chances = return_chance(before.visits, as_of=eve)
    chance = chance_in_table(cases, chances) if len(chances) else amount * 0
    found = pd.DataFrame(
        {"amount": amount, "worth": _places(gain * amount), "chance": _places(chance.fillna(0.0))}
    ).set_index(first["series"])
    joined = rows.join(found, on="series")
    return joined[joined["worth"].notna()]


def _known_by(past: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The calls up to a day, and of what came of them only what was known then."""
    last = (day - pd.Timestamp(0)).days
    rows = past[past["day"] <= last]
    return rows.assign(
        **{
            f"came_{name}": rows[f"came_{name}"].where(rows["day"] + horizon <= last)
            for name, horizon in HORIZONS.items()
        }
    )


def _places(score: "pd.Series[float]") -> Floats:
    """Places from first to last [fraction 0-1], the highest score first, ties in an order of chance."""
    tie = np.random.default_rng(0).permutation(len(score))
    order = np.lexsort((tie, -score.to_numpy(float)))
    places = np.empty(len(score))
    places[order] = (np.arange(len(score)) + 0.5) / max(len(score), 1)
    return places


def call_order_gain(cases: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """What calling the first part of the cases brought for each call case, by the order they are called in.

    Parameters
    ----------
    cases : DataFrame
        From :func:`ordered_cases`.
    year : int
        The last year of them.

    Returns
    -------
    DataFrame
        One row a ``share`` ("10" to "100", of a hundred cases) and ``order`` (worth, chance, random, and
        lead: worth less chance): ``denominator`` [cases called], ``value`` [yuan a case called], ``low``,
        ``high`` (95 %, normal, error by vehicle). No rows where the years before none of the years proved
        any gain. Higher is better.

    Notes
    -----
    Being spoken to, on having come within six months, as in
    :func:`~csanalysis.metrics.value.answered_calls.answered_effect`, over the first part alone, each visit by
    the amount expected of the vehicle; times how many of the cases were spoken to. What they would have
    brought without any order is that of all of them.
    Source: P. Radcliffe (2007), Using control groups to target on predicted lift, whose curve this is.
    """
    if cases.empty or not (draws := drawn_answers(cases, f"came_{COUNTED}")).answered:
        return tidy([], share=[], order=[])
    amount = draws.rows["amount"].to_numpy(float)
    ends = np.nanquantile(amount, np.arange(1, _FIFTHS) / _FIFTHS)
    amounts = pd.factorize(np.digitize(amount, ends))[0]
    drawn = level_draws(draws, cells_of(as_cases(draws.rows)), amounts)
    first = cases[cases["attempt"] == 1]
    spoken = cases.groupby("series")["reached"].max().reindex(first["series"]).to_numpy()
    found = []
    for share in SHARES:
        parts = {
            order: _brought(draws, drawn, first, spoken, order, share / 100) for order in ("worth", "chance")
        }
        parts["random"] = _brought(draws, drawn, first, spoken, "worth", 1.0)
        size, value, scores = (
            parts["worth"][0],
            parts["worth"][1] - parts["chance"][1],
            parts["worth"][2] - parts["chance"][2],
        )
        for order, (count, gain, part) in (parts | {LEAD: (size, value, scores)}).items():
            half = normal.Z95 * np.sqrt(summed_variance(part, draws.unit))
            found.append((str(share), order, count, gain, gain - half, gain + half))
    table = pd.DataFrame(found, columns=["share", "order", "denominator", "value", "low", "high"])
    years = sorted(cases["period"].unique())
    span = f"{years[0]}/{year}" if years[0] != str(year) else str(year)
    return tidy([span] * len(table), **{str(name): table[name] for name in table})


def _brought(
    draws: Draws, drawn: Floats, first: pd.DataFrame, spoken: Floats, order: str, share: float
) -> tuple[int, float, Floats]:
    """Cases of the first part, yuan that a call of them brought, and the part of each row in its error."""
    inside = (draws.rows[order] <= share).to_numpy()
    called = (first[order] <= share).to_numpy()
    contrast = float((drawn * draws.spoken)[inside].sum())
    weak = contrast**2 < LEAST_CONTRAST * _noise(drawn[inside], draws.spoken[inside], draws.unit[inside])
    if contrast <= 0 or weak or not called.any():
        return int(called.sum()), np.nan, np.zeros(len(drawn))
    brought = draws.came * draws.rows["amount"].to_numpy(float)
    effect = float((drawn * brought)[inside].sum()) / contrast
    reach = float(spoken[called].mean())
    scores = np.where(inside, drawn * (brought - effect * draws.spoken), 0.0) / contrast * reach
    return int(called.sum()), effect * reach, scores


def _noise(drawn: Floats, spoken: Floats, unit: NDArray[np.int64]) -> float:
    """The variance of how much the draws decide."""
    slope = float((drawn * spoken).sum()) / float((drawn * drawn).sum() or 1)
    return summed_variance(drawn * (spoken - slope * drawn), unit)


def first_part(gain: pd.DataFrame, share: int) -> Mapping[str, tuple[float, float, float]]:
    """Value, low and high of each order for the first so many of a hundred cases."""
    rows = gain[gain["share"] == str(share)].set_index("order")
    return {str(order): (row["value"], row["low"], row["high"]) for order, row in rows.iterrows()}
