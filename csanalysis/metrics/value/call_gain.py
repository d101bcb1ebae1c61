"""By how much likelier a vehicle comes for being called: by purpose and by what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.lifecycle import BOUNDARIES, Boundaries
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.proof import HOLDOUT, MATCHED, NONE, Proof
from csanalysis.metrics.value.answered_calls import FEWEST, Estimate
from csanalysis.metrics.value.call_cells import alike, as_cases, cells_of
from csanalysis.metrics.value.call_effects import spoken_effects
from csanalysis.metrics.value.pooled_effects import PooledEffects
from csanalysis.metrics.value.reminder_cases import of_purposes
from csanalysis.metrics.value.reminder_effect import Finding, finding, of_span

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CallGains:
    """What calls are known to change.

    ``purposes`` is indexed by purpose: ``value``, ``low``, ``high`` (being spoken to, on having come within
    six months [fraction], 95 %), ``answered`` [calls], ``basis`` (one of
    :data:`~csanalysis.metrics.stats.proof.PROOFS`) and ``known`` (whether a gain may be claimed). ``effects``
    are those of the cells, ``reach`` by purpose and times called how many of those called are spoken to in
    the end [fraction]. ``drawn`` is by purpose what a holdout found, ``moved`` by how much that differs from
    the mean of the matched cells. ``called`` counts the first calls of the years by purpose, state and class.
    """

    purposes: pd.DataFrame
    effects: PooledEffects
    reach: "pd.Series[float]"
    boundaries: Boundaries = BOUNDARIES
    drawn: Mapping[str, Estimate] = field(default_factory=dict)
    moved: Mapping[str, float] = field(default_factory=dict)
    called: Mapping[str, int] = field(default_factory=dict)

    @property
    def known(self) -> list[str]:
        """The purposes of which a gain is claimed."""
        return list(self.purposes.index[self.purposes["known"].to_numpy(dtype=bool)])

    def of(self, cases: pd.DataFrame) -> pd.DataFrame:
        """By how much likelier each case comes within six months for being called.

        Parameters
        ----------
        cases : DataFrame
            ``purpose``; ``state`` (as :data:`~csanalysis.metrics.customers.lifecycle.STATES` or ``never``;
            empty: never) or ``months_since`` [months, NaN: never seen]; ``visit_class``; ``vehicle_age``
            [years since the first sale, NaN or no column where it is not known:
            :func:`~csanalysis.metrics.value.call_cells.vehicle_ages`] and ``times_called`` (calls that nobody
            answered in this series; 0 where the column is missing).

        Returns
        -------
        DataFrame
            Indexed as ``cases``: ``gain``, ``low``, ``high`` [fraction; 95 %, normal] of calling until
            somebody answers, as often as has been usual, and ``proof``. NaN and ``none`` where no gain is
            proven for the purpose. Of what was seldom or never seen the gain is that of its like.
        """
        cells = cells_of(cases, self.boundaries)
        known = cells["purpose"].isin(self.known).to_numpy(dtype=bool)
        found = pd.DataFrame(np.nan, index=cases.index, columns=["gain", "low", "high"])
        found["proof"] = pd.array(
            np.where(known, cells["purpose"].map(self.purposes["basis"]), NONE), dtype="str"
        )
        if known.any():
            value, error = self._called(cells[known])
            found.loc[known, ["gain", "low", "high"]] = np.clip(
                np.column_stack([value, value - normal.Z95 * error, value + normal.Z95 * error]), -1, 1
            )
        return found

    def seldom(self, cases: pd.DataFrame) -> NDArray[np.bool_]:
        """Which cases, as in :meth:`of`, are of a kind called fewer than 30 times: their gain is inferred."""
        kinds = cells_of(cases, self.boundaries)["cell"].map(dict(self.called)).fillna(0)
        return (kinds < FEWEST).to_numpy(dtype=bool)

    def total(self, cases: pd.DataFrame, weight: Floats | None = None) -> Estimate:
        """Summed weight x gain of cases whose gain is known, such as what calling a list is worth.

        Parameters
        ----------
        cases : DataFrame
            As in :meth:`of`.
        weight : array, optional
            One a case, such as its amount [yuan]; without it all weigh the same and 1 together, so that the
            value is the mean gain.

        Returns
        -------
        Estimate
            ``answered`` is how many cases have a known gain; the interval (95 %) holds for the sum: what is
            unsure of one cell is unsure of all its cases at once. NaN for none.
        """
        return self._summed(cells_of(cases, self.boundaries), weight)

    def _summed(self, cells: pd.DataFrame, weight: Floats | None = None) -> Estimate:
        known = cells["purpose"].isin(self.known).to_numpy(dtype=bool)
        if not (count := int(known.sum())):
            return Estimate(0, np.nan, np.nan, np.nan)
        place, cells = alike(cells[known])
        each = np.full(count, 1 / count) if weight is None else np.asarray(weight, float)[known]
        share = np.bincount(place, weights=each).astype(float)
        value, error = self.effects.total(cells, share * self._reached(cells))
        variance = error**2
        for purpose, moved in self.moved.items():
            part = float(share[(cells["purpose"] == purpose).to_numpy()].sum())
            value, variance = value + part * moved, variance + (part * self.drawn[purpose].error) ** 2
        half = normal.Z95 * float(np.sqrt(variance))
        return Estimate(count, value, value - half, value + half)

    def _called(self, cells: pd.DataFrame) -> tuple[Floats, Floats]:
        """Gain and standard error of cells of known purposes, each reckoned once."""
        code, each = alike(cells)
        value, error = self.effects.of(each)
        reach = self._reached(each)
        value, error = value * reach, error * reach
        for purpose, moved in self.moved.items():
            rows = (each["purpose"] == purpose).to_numpy()
            value[rows] += moved
            error[rows] = np.hypot(error[rows], self.drawn[purpose].error)
        return value[code], error[code]

    def _reached(self, cells: pd.DataFrame) -> Floats:
        """How many of those called are spoken to in the end."""
        found, usual = self.reach.to_dict(), self.reach.groupby(level=0).mean().to_dict()
        pairs = zip(cells["purpose"], cells["times_called"], strict=True)
        return np.array([found.get(pair, usual.get(pair[0], np.nan)) for pair in pairs], dtype=float)


def fit_call_gains(
    past: pd.DataFrame,
    *,
    year: int,
    boundaries: Boundaries = BOUNDARIES,
    drawn: Mapping[str, Estimate] | None = None,
) -> CallGains:
    """Learn from past calls what calling changes.

    Parameters
    ----------
    past : DataFrame
        From :func:`csanalysis.metrics.value.reminder_cases.reminder_cases`.
    year : int
        The calls of the three years up to it count.
    boundaries : tuple of int
        Ages [months] at which a vehicle becomes marginal, churned and permanent.
    drawn : mapping of str to Estimate, optional
        By purpose what a holdout found being called to change: it then stands for the whole of the purpose,
        and the matched cells only tell how cases deviate.

    Returns
    -------
    CallGains
        A gain is claimed of a purpose whose own :func:`~csanalysis.metrics.value.reminder_effect.finding` is,
        at 5 % over all purposes together (Holm).

    Notes
    -----
    What being spoken to changes in a cell (purpose, state, class, age of the car, times called) is the effect
    over all, plus deviations of purpose, state, class, age, times called, and of purpose, state and class
    together, each drawn towards nil: see :func:`~csanalysis.metrics.value.pooled_effects.pooled_effects`.
    Purposes whose negative control finds something teach nothing. What being called changes is that, times
    how many of those called are spoken to.
    """
    drawn = dict(drawn or {})
    rows, _ = of_span(past, year=year)
    found = {str(name): finding(of_purposes(rows, [str(name)])) for name in sorted(rows["purpose"].unique())}
    known = {*_claimed({name: each for name, each in found.items() if name not in drawn})}
    known |= {name for name, each in drawn.items() if each.low > 0}
    sound = [name for name, each in found.items() if each.basis == MATCHED]
    effects = spoken_effects(of_purposes(rows, sound), boundaries)
    if drawn and np.isnan(effects.terms[0]):  # no cell tells how cases deviate: none does
        effects = replace(effects, terms=np.zeros(1), covariance=np.zeros((1, 1)))
    purposes = pd.DataFrame(
        [[*each.effect, _basis(name, known, drawn), name in known] for name, each in found.items()],
        index=pd.Index([*found], dtype="str"),
        columns=["answered", "value", "low", "high", "basis", "known"],
    )
    first = cells_of(as_cases(rows[rows["attempt"] == 1]), boundaries)["cell"]
    called = {str(cell): int(count) for cell, count in first.value_counts().items()}
    gains = CallGains(purposes, effects, _reach(rows), boundaries, drawn, called=called)
    return replace(gains, moved=_moved(gains, rows))


def _moved(gains: CallGains, rows: pd.DataFrame) -> dict[str, float]:
    """By how much the gain of a holdout's purposes differs from the mean of their matched cells."""
    first = rows[rows["attempt"] == 1]
    return {
        name: gains.drawn[name].value - gains.total(as_cases(of_purposes(first, [name]))).value
        for name in gains.known
        if name in gains.drawn
    }


def _basis(name: str, known: set[str], drawn: Mapping[str, Estimate]) -> Proof:
    return HOLDOUT if name in drawn else MATCHED if name in known else NONE


def _claimed(found: Mapping[str, Finding]) -> list[str]:
    """The purposes whose effect is proven where as many as these are asked."""
    chance = {
        name: float(normal.above(each.effect.value / each.effect.error)) * 2
        for name, each in found.items()
        if not np.isnan(each.effect.value)
    }
    passed, left = [], len(chance)
    for name in sorted(chance, key=lambda each: chance[each]):
        if chance[name] * left > 0.05:
            break
        passed.append(name)
        left -= 1
    return [name for name in passed if found[name].claimed]


def _reach(rows: pd.DataFrame) -> "pd.Series[float]":
    """By purpose and times called: of cases not spoken to yet, how many were in the end."""
    spoken = rows.groupby("series")["reached"].transform("max")
    called = (rows["attempt"] - 1).astype(str).rename("times_called")
    return spoken.groupby([rows["purpose"], called]).mean()


def call_gain(gains: CallGains, past: pd.DataFrame, *, year: int) -> list[pd.DataFrame]:
    """What calling changed for the kinds of vehicles called.

    Parameters
    ----------
    gains : CallGains
        Of :func:`fit_call_gains` for the same cases and year.
    past : DataFrame
        From :func:`csanalysis.metrics.value.reminder_cases.reminder_cases`.
    year : int
        As in :func:`fit_call_gains`.

    Returns
    -------
    list of DataFrame
        By ``purpose``; by ``purpose`` and ``visit_class``; by ``purpose``, ``state`` and ``visit_class``:
        ``denominator`` [first calls of the years], ``value`` [by how much likelier they were to come within
        six months for being called, fraction], ``low``, ``high`` (95 %, normal). NaN for a purpose of which
        no gain is proven; no row for a kind called fewer than 30 times. Higher is better.
    """
    rows, span = of_span(past, year=year)
    first = as_cases(rows[rows["attempt"] == 1])
    cells = cells_of(first, gains.boundaries)
    return [
        _by(gains, cells, names, span)
        for names in (["purpose"], ["purpose", "visit_class"], ["purpose", "state", "visit_class"])
    ]


def _by(gains: CallGains, cells: pd.DataFrame, names: list[str], span: str) -> pd.DataFrame:
    grouped = cells.groupby(names)
    size, number = grouped["cell"].size(), grouped.ngroup().to_numpy()
    places = np.flatnonzero(size.to_numpy() >= FEWEST)
    groups = [key if isinstance(key, tuple) else (key,) for key in size.index[places]]
    numbers = [gains._summed(cells[number == place])[1:] for place in places]
    counts = size.to_numpy()[places]
    value, low, high = np.array(numbers, dtype=float).reshape(-1, 3).T
    split = {name: [group[place] for group in groups] for place, name in enumerate(names)}
    return tidy([span] * len(groups), denominator=counts, value=value, low=low, high=high, **split)
