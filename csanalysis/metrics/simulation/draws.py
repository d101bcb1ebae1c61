"""Where a simulated year's numbers come from: single events, and the guesses that hold for a whole draw."""

from dataclasses import dataclass

import numpy as np

from csanalysis.metrics.simulation.model import Array, Model
from csanalysis.metrics.simulation.spreads import Spread


@dataclass(frozen=True)
class Draw:
    """Where the numbers come from: chance itself, or, ``exact``, what it gives on average."""

    rng: np.random.Generator
    exact: bool = False

    def binomial(
        self, trials: Array, chance: Array | float, *, times: float = 1.0, most: float = 1.0
    ) -> Array:
        """Successes of so many trials, each with ``chance`` times ``times``, or with ``most`` at most."""
        if self.exact:
            return trials * np.clip(np.asarray(chance) * times, 0, most)
        # None of no trials, for which the generator draws nothing: most cells of a stock are empty.
        tried = np.flatnonzero(trials > 0)
        successes = np.zeros(np.shape(trials))
        each = np.broadcast_to(np.asarray(chance, dtype=float), successes.shape).ravel()[tried]
        each = np.clip(each * times, 0, most, out=each)
        successes.ravel()[tried] = self.rng.binomial(trials.ravel()[tried].astype("int64"), each)
        return successes

    def poisson(self, mean: Array) -> Array:
        """Events, where ``mean`` are expected."""
        return np.asarray(mean, dtype=float) if self.exact else self.rng.poisson(mean).astype(float)

    def amount(self, orders: Array, mean: Array | float, variation: float) -> Array:
        """What so many orders bring together, when single ones vary by so much of their mean."""
        if self.exact or not variation:
            return orders * mean
        return self.rng.gamma(np.maximum(orders, 1e-12) / variation**2) * variation**2 * mean

    def chances(self, yes: Array, no: Array, draws: int) -> Array:
        """Chances as well as they are known [draws x the shape of ``yes``]."""
        if self.exact:
            return np.broadcast_to(yes / (yes + no), (draws, *yes.shape)).copy()
        return self.rng.beta(yes, no, size=(draws, *yes.shape))

    def factor(self, spread: Spread, draws: int) -> Array:
        """What a whole year adds on the log scale [draws]."""
        if self.exact:
            return np.full(draws, spread.middle)
        return spread.middle + spread.scale * self.rng.standard_t(spread.freedom, draws)


@dataclass(frozen=True)
class Parameters:
    """One guess a draw of all that is not known: the chances, and what kind of year it will be."""

    chance: Array
    first_chance: Array
    after_lapse: Array
    known: Array
    lost: Array
    waiting: Array
    elsewhere: Array
    sales: Array
    price: Array
    success: Array


def draw_parameters(model: Model, draw: Draw, draws: int) -> Parameters:
    """Draw what is not known. Common to all runs from one seed: only what is changed differs."""
    factors = {name: draw.factor(spread, draws) for name, spread in model.spreads.items()}
    odds = np.log(model.success / (1 - model.success)) + factors["upsell"]
    late = np.array([model.after_lapse])
    return Parameters(
        chance=draw.chances(model.came, model.stayed, draws),
        first_chance=draw.chances(model.first_came, model.first_stayed, draws),
        after_lapse=np.repeat(late, draws),
        success=1 / (1 + np.exp(-odds)),
        **{
            name: np.exp(factors[name])
            for name in ("known", "lost", "waiting", "elsewhere", "sales", "price")
        },
    )
