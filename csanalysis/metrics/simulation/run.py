"""The year to come, drawn many times: a stock of vehicles, and month by month who comes, lapses, returns.

Every number is drawn from one seed, so that two runs with the same model and change are equal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csanalysis.metrics.simulation.draws import Draw, Parameters, draw_parameters
from csanalysis.metrics.simulation.model import EV, NEW, STRATA, Array, Model

DRAWS, SEED = 1000, 20
YEAR_MONTHS = 12

MOST_LIKELY = 0.98
"""No chance to come in a month is higher."""


@dataclass(frozen=True)
class Change:
    """What is other than in the store's own years.

    ``sales`` and ``visits`` are relative (-0.2: a fifth fewer vehicles sold; 0.05: customers come 5 % more
    often), ``retention`` is so for vehicles alone that have been away for more than the model's
    ``away_months``; ``first_service`` and ``upsell`` are shares added (0.05: of 100 sold 5 more come).
    ``ev_share`` of the vehicles sold in the year come ``ev_visits`` times as often and bring ``ev_revenue``
    of the amount a visit.
    """

    sales: float = 0.0
    visits: float = 0.0
    retention: float = 0.0
    first_service: float = 0.0
    upsell: float = 0.0
    ev_share: float = 0.0
    ev_visits: float = 1.0
    ev_revenue: float = 1.0


@dataclass(frozen=True)
class Year:
    """The drawn years: arrays of draws x 12 months, ``class_visits`` of draws x 12 x strata.

    ``active`` is the vehicles that have not lapsed by each month's end, ``opening`` those at the year's
    beginning, ``base`` those with a visit in the year before, ``churned`` those of the base that did not come
    in the year. ``new`` came for the first time, ``won_back`` after a lapse. Upsell arrays are NaN where
    nothing was ever proposed, ``revenue`` where no amount is known.
    """

    opening: int
    base: int
    sold: Array
    visits: Array
    class_visits: Array
    first_services: Array
    new: Array
    won_back: Array
    lapses: Array
    active: Array
    churned: Array
    revenue: Array
    proposed: Array
    accepted: Array

    @property
    def churn_rate(self) -> Array:
        """Of last year's vehicles the share that did not come [draws]."""
        return self.churned / self.base if self.base else np.full(len(self.churned), np.nan)

    @property
    def success_rate(self) -> Array:
        """Of the year's proposed items the share agreed to [draws]."""
        proposed = self.proposed.sum(axis=1)
        return np.divide(
            self.accepted.sum(axis=1), proposed, out=np.full(len(proposed), np.nan), where=proposed > 0
        )


def first_service_return(model: Model) -> float:
    """The share of the vehicles sold that ever come for a first service, by the model's chances."""
    chance = model.first_came / (model.first_came + model.first_stayed)
    waits = np.concatenate([[1.0], np.cumprod(1 - chance)[:-1]])
    served = (waits * chance * model.first_service_share)[:-1].sum()
    return float(served / model.ours) if model.ours else float(np.nan)


def simulate(
    model: Model,
    change: Change = Change(),
    *,
    planned_sales: NDArray[np.float64] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    exact: bool = False,
    year_noise: bool = True,
) -> Year:
    """Run the year after ``model.year``.

    Parameters
    ----------
    model : Model
        What :func:`csanalysis.metrics.simulation.fit.fit` returns.
    change : Change
        What is to be other than before.
    planned_sales : array, optional
        Vehicles to be sold in the twelve months [of those the first-service chapter counts]; without it last
        year's level and months.
    draws, seed : int
        How many years are drawn, and from what.
    exact : bool
        Only averages, no chance at all: flows are then expected numbers.
    year_noise : bool
        With ``exact``: still draw the parameters, so that averages over years that differ are compared.

    Returns
    -------
    Year
        The same numbers for the same arguments.
    """
    known = _parameters(model, seed, exact and not year_noise, draws)
    flow = Draw(np.random.default_rng([seed, 1]), exact)
    return _Run(model, known, change, flow, draws).run(_sales(model, planned_sales, known, change))


_last: list[tuple[Model, tuple[int, bool, int], Parameters]] = []


def _parameters(model: Model, seed: int, exact: bool, draws: int) -> Parameters:
    """What is not known of the year; runs of one model, which differ in the change alone, share it."""
    asked = seed, exact, draws
    for of, known, found in _last:
        if of is model and known == asked:
            return found
    drawn = draw_parameters(model, Draw(np.random.default_rng(seed), exact), draws)
    _last[:] = [(model, asked, drawn), *_last[:1]]
    return drawn


def _sales(model: Model, planned: NDArray[np.float64] | None, known: Parameters, change: Change) -> Array:
    if planned is None:
        level = model.sales * known.sales
        return np.outer(level * (1 + change.sales), model.sales_months)
    whole = planned / model.ours if model.ours else planned
    # Sales are taken to miss a plan by as much as they miss last year's level.
    spread = known.sales / np.exp(model.spreads["sales"].middle)
    return np.outer(spread * (1 + change.sales), whole)


class _Run:
    def __init__(self, model: Model, known: Parameters, change: Change, draw: Draw, draws: int) -> None:
        self.model, self.known, self.change, self.draw, self.draws = model, known, change, draw, draws
        ages = np.arange(model.stock.shape[1])
        self.lapsed = slice(model.lapse_months + 1, None)
        level = np.where(ages > model.lapse_months, known.lost[:, None], known.known[:, None])
        chance = known.chance * level[:, None, :] * (1 + change.visits)
        chance[:, :, model.away_months + 1 :] *= 1 + change.retention
        chance[:, EV] = chance[:, NEW] * change.ev_visits
        self.chance = chance
        base = first_service_return(model)
        more = (base + change.first_service) / base if base > 0 else 1.0
        first = known.first_chance * known.waiting[:, None] * more
        self.first_chance = np.stack([first, first * change.ev_visits], axis=1)
        self.stock = np.repeat(model.stock[None].astype(float), draws, axis=0)
        self.waiting = np.zeros((draws, 2, len(model.waiting)))
        self.waiting[:, 0] = model.waiting

    def run(self, sales: Array) -> Year:
        model = self.model
        opening = int(model.stock[:, : model.lapse_months + 1].sum())
        base = int(model.stock[:, : YEAR_MONTHS + 1].sum())
        months = [self._month(month, sales[:, month]) for month in range(12)]
        by = {name: np.stack([month[name] for month in months], axis=1) for name in months[0]}
        churned = self.stock[:, : len(STRATA) - 3, YEAR_MONTHS + 1 :].sum(axis=(1, 2))
        return Year(opening=opening, base=base, churned=churned, **by)

    def _month(self, month: int, expected_sales: Array) -> dict[str, Array]:
        draw, season = self.draw, self.model.season[month]
        sold = draw.poisson(expected_sales)
        electric = draw.binomial(sold, self.change.ev_share)
        self.waiting[:, 0, 0] += sold - electric
        self.waiting[:, 1, 0] += electric

        came = draw.binomial(self.stock, self.chance, times=season, most=MOST_LIKELY)
        at_lapse = came[:, :, self.model.lapse_months]
        late = draw.binomial(at_lapse, self.known.after_lapse[:, None])
        lapses = (self.stock[:, :, self.model.lapse_months] - at_lapse + late).sum(axis=1)
        won_back = came[:, :, self.lapsed].sum(axis=(1, 2)) + late.sum(axis=1)

        first = draw.binomial(self.waiting, self.first_chance, times=season, most=MOST_LIKELY)
        services = draw.binomial(first, self.model.first_service_share).sum(axis=2)
        elsewhere = draw.poisson(self.model.elsewhere / 12 * self.known.elsewhere * season)

        returned = came.sum(axis=2)
        visitors = returned.copy()
        visitors[:, NEW] += first[:, 0].sum(axis=1) + elsewhere
        visitors[:, EV] += first[:, 1].sum(axis=1)
        orders = visitors + draw.poisson(visitors * np.maximum(self.model.again, 0))
        excluded = draw.poisson(orders.sum(axis=1) * self.model.excluded)
        self._move(came, returned, first, elsewhere)
        proposed, accepted = self._upsell(orders.sum(axis=1) + excluded)
        return {
            "sold": sold,
            "visits": orders.sum(axis=1) + excluded,
            "class_visits": orders,
            "first_services": services.sum(axis=1),
            "new": first.sum(axis=(1, 2)) + elsewhere,
            "won_back": won_back,
            "lapses": lapses,
            "active": self.stock[:, :, : self.model.lapse_months + 1].sum(axis=(1, 2)),
            "revenue": self._revenue(orders, services, excluded, proposed, accepted),
            "proposed": proposed,
            "accepted": accepted,
        }

    def _move(self, came: Array, returned: Array, first: Array, elsewhere: Array) -> None:
        """A month on: who came starts again at one month, all others grow older by one."""
        stayed = self.stock - came
        self.stock = _older(stayed)
        self.stock[:, :, 1] += returned
        self.stock[:, NEW, 1] += first[:, 0].sum(axis=1) + elsewhere
        self.stock[:, EV, 1] += first[:, 1].sum(axis=1)
        self.waiting = _older(self.waiting - first)

    def _upsell(self, visits: Array) -> tuple[Array, Array]:
        if np.isnan(self.model.success):
            nothing = np.full(len(visits), np.nan)
            return nothing, nothing
        proposed = self.draw.poisson(visits * self.model.proposals)
        return proposed, self.draw.binomial(proposed, self.known.success + self.change.upsell)

    def _revenue(
        self, orders: Array, services: Array, excluded: Array, proposed: Array, accepted: Array
    ) -> Array:
        mean, variation = self.model.amounts, self.model.variations
        electric = orders[:, EV]
        first = np.minimum(services.sum(axis=1) * self.model.service_orders, orders.sum(axis=1))
        other = orders.sum(axis=1) - first
        fewer = 1 - electric / np.maximum(orders.sum(axis=1), 1) * (1 - self.change.ev_revenue)
        paid = sum(
            self.draw.amount(counts, amount, vary)
            for counts, amount, vary in zip((first, other, excluded), mean, variation, strict=True)
        )
        more = np.zeros(len(proposed))
        if not np.isnan(self.model.success):
            # Amounts of last year hold last year's agreed items; more or fewer of them add or take away.
            more = (accepted - proposed * self.model.success) * self.model.proposed_amount
        return (paid * fewer + more) * self.known.price


def _older(stock: Array) -> Array:
    moved = np.empty_like(stock)
    moved[..., 0] = 0.0
    moved[..., 1:] = stock[..., :-1]
    moved[..., -1] += stock[..., -1]
    return moved
