"""By how much likelier a vehicle comes for being called: by purpose and by what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from csanalysis.metrics.customers.lifecycle import BOUNDARIES, STATES, Boundaries
from csanalysis.metrics.stats.proof import HOLDOUT, MATCHED, NONE, Proof
from csanalysis.metrics.value.answered_calls import Draws, Estimate, drawn_answers, summed_variance
from csanalysis.metrics.value.pooled_effects import PooledEffects, pooled_effects
from csanalysis.metrics.value.reminder_cases import COUNTED, MOST_ATTEMPTS, of_purposes
from csanalysis.metrics.value.reminder_effect import Finding, finding, of_span

NEVER = "never"
"""The state of a vehicle that was never seen here."""

CAR_AGES = (1, 3, 6)
"""Ages [years] at which a vehicle passes to the next of four groups."""

CELL = ("purpose", "state", "visit_class")
FACTORS = ("purpose", "state", "visit_class", "car_age", "times_called", "cell")

_ROUNDS = 4
_PRIOR_CASES = 30.0
_Z = float(stats.norm.ppf(0.975))

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CallGains:
    """What calls are known to change.

    ``purposes`` is indexed by purpose: ``value``, ``low``, ``high`` (being spoken to, on having come within
    six months [fraction], 95 %), ``answered`` [calls], ``basis`` (one of
    :data:`~csanalysis.metrics.stats.proof.PROOFS`) and ``known`` (whether a gain may be claimed). ``effects``
    are those of the cells, ``reach`` by purpose and times called how many of those called are spoken to in
    the end [fraction]. ``drawn`` is by purpose what a holdout found, ``moved`` by how much that differs from
    the mean of the matched cells.
    """

    purposes: pd.DataFrame
    effects: PooledEffects
    reach: "pd.Series[float]"
    boundaries: Boundaries = BOUNDARIES
    drawn: Mapping[str, Estimate] = field(default_factory=dict)
    moved: Mapping[str, float] = field(default_factory=dict)

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
            [years since the sale, NaN where it is not known] and ``times_called`` (calls that nobody answered
            in this series; 0 where the column is missing).

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
                np.column_stack([value, value - _Z * error, value + _Z * error]), -1, 1
            )
        return found

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
        cells = cells_of(cases, self.boundaries)
        known = cells["purpose"].isin(self.known).to_numpy(dtype=bool)
        if not (count := int(known.sum())):
            return Estimate(0, np.nan, np.nan, np.nan)
        cells = cells[known]
        share = np.full(count, 1 / count) if weight is None else np.asarray(weight, float)[known]
        value, error = self.effects.total(cells, share * self._reached(cells))
        variance = error**2
        for purpose, moved in self.moved.items():
            part = float(share[(cells["purpose"] == purpose).to_numpy()].sum())
            value, variance = value + part * moved, variance + (part * self.drawn[purpose].error) ** 2
        half = _Z * float(np.sqrt(variance))
        return Estimate(count, value, value - half, value + half)

    def _called(self, cells: pd.DataFrame) -> tuple[Floats, Floats]:
        """Gain and standard error of cells of known purposes, each reckoned once."""
        code = np.asarray(cells.groupby([*FACTORS], sort=False).ngroup())
        each = cells.iloc[np.unique(code, return_index=True)[1]]
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
        at = pd.MultiIndex.from_frame(cells[["purpose", "times_called"]])
        found = self.reach.reindex(at).to_numpy(float)
        usual = cells["purpose"].map(self.reach.groupby(level=0).mean()).to_numpy(float)
        reached: Floats = np.where(np.isnan(found), usual, found)
        return reached


def cells_of(cases: pd.DataFrame, boundaries: Boundaries = BOUNDARIES) -> pd.DataFrame:
    """The cell that each case belongs to: the columns :data:`FACTORS`, all text.

    ``cases`` are those of :meth:`CallGains.of`.
    """
    if "state" in cases:
        state = cases["state"].astype("object").where(cases["state"].notna(), NEVER).astype(str)
        state = state.where(~state.isin(["", "nan", "<NA>"]), NEVER)
    else:
        months = cases["months_since"].to_numpy(float, na_value=np.nan)
        places = np.where(np.isnan(months), len(STATES), np.digitize(months, boundaries))
        state = pd.Series(np.array([*STATES, NEVER])[places], index=cases.index)
    age = cases["vehicle_age"].to_numpy(float, na_value=np.nan)
    called = cases.get("times_called", pd.Series(0, index=cases.index)).to_numpy(float, na_value=0)
    cells = pd.DataFrame(
        {
            "purpose": cases["purpose"].astype(str),
            "state": state,
            "visit_class": cases["visit_class"].astype(str),
            "car_age": np.where(np.isnan(age), "", np.digitize(age, CAR_AGES).astype(str)),
            "times_called": np.clip(called, 0, MOST_ATTEMPTS - 1).astype(int).astype(str),
        },
        index=cases.index,
    )
    return cells.assign(cell=cells["purpose"] + "|" + cells["state"] + "|" + cells["visit_class"])


def as_cases(past: pd.DataFrame) -> pd.DataFrame:
    """Past calls with the columns that :meth:`CallGains.of` asks for."""
    return past.assign(months_since=past["age"].where(past["seen"]), times_called=past["attempt"] - 1)


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
    effects = _pooled(of_purposes(rows, sound), boundaries)
    if drawn and np.isnan(effects.terms[0]):  # no cell tells how cases deviate: none does
        effects = replace(effects, terms=np.zeros(1), covariance=np.zeros((1, 1)))
    purposes = pd.DataFrame(
        [[*each.effect, _basis(name, known, drawn), name in known] for name, each in found.items()],
        index=pd.Index([*found], dtype="str"),
        columns=["answered", "value", "low", "high", "basis", "known"],
    )
    gains = CallGains(purposes, effects, _reach(rows), boundaries, drawn)
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
        name: float(stats.norm.sf(each.effect.value / each.effect.error)) * 2
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


def _pooled(rows: pd.DataFrame, boundaries: Boundaries) -> PooledEffects:
    """What being spoken to changes, cell by cell."""
    draws = drawn_answers(rows, f"came_{COUNTED}")
    cells = cells_of(as_cases(draws.rows), boundaries)
    place = np.asarray(cells.groupby([*FACTORS], sort=False).ngroup())
    each = cells.iloc[np.unique(place, return_index=True)[1]]
    drawn = level_draws(draws, cells)
    return pooled_effects(
        each,
        moment=np.bincount(place, weights=drawn * draws.came).astype(float),
        contrast=np.bincount(place, weights=drawn * draws.spoken).astype(float),
        noise=_noise(draws, drawn, cells, place),
        factors=FACTORS,
    )


def level_draws(draws: Draws, cells: pd.DataFrame, *more: NDArray[Any]) -> Floats:
    """The draws less the mean of their cell and age, lest kinds of cases that come oftener lean on chance."""
    drawn = draws.drawn
    kinds = [pd.factorize(cells["cell"])[0], pd.factorize(cells["purpose"] + cells["car_age"])[0], *more]
    for _ in range(_ROUNDS):
        for kind in kinds:
            drawn = drawn - (np.bincount(kind, drawn) / np.bincount(kind))[kind]
    return drawn


def _noise(draws: Draws, drawn: Floats, cells: pd.DataFrame, place: NDArray[Any]) -> Floats:
    """The variance of each cell's sum: what the rows of its purpose, state and class vary by, by vehicle."""
    contrast = float((drawn * draws.spoken).sum())
    effect = float((drawn * draws.came).sum()) / contrast if contrast > 0 else 0.0
    rest = draws.came - effect * draws.spoken
    square, size = rest**2, drawn**2
    whole = float((size * square).sum() / size.sum()) if size.sum() > 0 else 0.0
    kind = pd.factorize(cells["cell"])[0]
    typical = float(size.mean()) * _PRIOR_CASES if len(size) else 0.0
    varies = (np.bincount(kind, size * square) + typical * whole) / (np.bincount(kind, size) + typical)
    together = summed_variance(drawn * rest, draws.unit) / max(float((size * square).sum()), 1e-300)
    noise: Floats = np.bincount(place, size * varies[kind]).astype(float) * max(together, 1.0)
    return noise
