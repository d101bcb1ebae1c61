"""Alarms of a goal, forecasts of the year's end, scores and chances in worlds without any change.

In each world months scatter around a level with a season; they may hang together (correlation 0.6), and whole
years may differ. The plan is what the last year brought.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from csanalysis.metrics.periods import months_of
from csanalysis.metrics.plan.control_chart import Kind, SeasonalPattern, seasonal_pattern
from csanalysis.metrics.plan.goal_review import ALARMS, RULES, Course, signals
from csanalysis.metrics.plan.outlook import year_end_forecast
from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.rebates import likely_scores
from tests.calibration.claims import claim

KINDS: tuple[Kind, ...] = ("count", "share", "score")
SEASON = np.array([0.5, 0.9, 1.1, 1.0, 1.0, 1.2, 1.0, 0.9, 1.1, 1.0, 1.1, 1.2])
LEVEL = {"count": 60.0, "share": 0.6, "score": 90.0}
SWING = {"count": 60.0, "share": 0.05, "score": 2.0}
LATENT = {"count": 6.0, "share": 0.03, "score": 1.5}
YEAR = 2025


@dataclass(frozen=True)
class World:
    """How months hang together, how far years differ [scatters of a month], and how many are known."""

    likeness: float = 0.0
    differing: float = 0.0
    years: int = 4


WORLDS = {
    "independent_months": World(),
    "months_hang_together": World(likeness=0.6),
    "years_differ": World(differing=0.4),
    "one_year_known": World(years=1),
    "one_year_all_at_once": World(likeness=0.6, differing=0.4, years=1),
    "one_year_and_years_differ": World(differing=0.4, years=1),
    "two_years_known": World(likeness=0.3, differing=0.2, years=2),
    "all_at_once": World(likeness=0.6, differing=0.4),
}


def latent(world: World, random: np.random.Generator) -> np.ndarray:
    """Years of months of unit scatter; the last one is the year to tell."""
    count = 12 * (world.years + 1)
    news = random.normal(size=count) * np.sqrt(1 - world.likeness**2)
    news[0] = random.normal()
    for place in range(1, count):
        news[place] += world.likeness * news[place - 1]
    years = world.differing * random.normal(size=world.years + 1)
    return news.reshape(-1, 12) + years[:, None]


@lru_cache(maxsize=8)
def story(world: str, kind: Kind, seed: int) -> tuple[np.ndarray, np.ndarray, SeasonalPattern]:
    """Months (years down), their trials, and what the years but the last teach."""
    made = WORLDS[world]
    random = np.random.default_rng([seed, KINDS.index(kind)])
    level = LEVEL[kind] + SWING[kind] * (SEASON - 1) + LATENT[kind] * latent(made, random)
    size = random.integers(120, 220, level.shape).astype(float)
    value = level
    if kind == "count":
        value = random.poisson(np.clip(level, 0.5, None)).astype(float)
    elif kind == "share":
        value = random.binomial(size.astype(int), np.clip(level, 0.01, 0.99)) / size
    past = list(range(YEAR - made.years, YEAR))
    labels = [label for year in past for label in months_of(year)]
    before, trials = value[:-1].ravel(), size[:-1].ravel()
    frame = tidy(labels, value=before, numerator=before * trials, denominator=trials)
    return value, size, seasonal_pattern(frame, kind=kind, years=past)


def course(world: str, kind: Kind, seed: int, month: int) -> Course:
    """The last year up to a month, held against what the year before brought."""
    value, size, known = story(world, kind, seed)
    last, weight = value[-2], size[-2]
    season = np.array(known.seasonality)
    if kind == "count":
        plan = last.sum() * season
    else:
        plan = (np.average(last, weights=weight) if kind == "share" else last.mean()) + season
    done = np.where(np.arange(12) < month, value[-1], np.nan)
    sizes = np.where(np.isnan(done), weight, size[-1])
    aim = float(plan.sum() if kind == "count" else plan.mean())
    return Course(
        kind, "higher", aim, plan, done, done * sizes, sizes, known.sigma, known.years,
        likeness=known.likeness, change=known.change,
    )  # fmt: skip


def alarmed(world: str, kind: Kind, seed: int, month: int) -> bool:
    """Whether a month of a year without any change gives an alarm."""
    said = dict(zip(RULES, signals(course(world, kind, seed, month), month=month), strict=True))
    return any(said[rule] == 1 for rule in ALARMS)


def forecast_covers(world: str, kind: Kind, seed: int, month: int) -> bool:
    """Whether the year ends within the 80 % interval told at the end of a month."""
    value, size, _ = story(world, kind, seed)
    now = course(world, kind, seed, month)
    _, low, high = year_end_forecast(
        kind, now.actual, now.plan, spread=now.forecast_spread, sizes=now.sizes,
        likeness=now.likeness, freedom=now.freedom,
    )  # fmt: skip
    came = {
        "count": value[-1].sum(), "share": np.average(value[-1], weights=size[-1]), "score": value[-1].mean(),
    }[kind]  # fmt: skip
    return bool(low <= came <= high)


PROGRAMMES = ("css", "ssi")
ITEMS = 8
"""Items of a programme: each resembles its programme, and has months and years of its own."""


@lru_cache(maxsize=4)
def likely(world: str, seed: int) -> tuple[dict[str, np.ndarray], list[float]]:
    """Scores that a year may bring to each of two programmes, and those it brought."""
    made, random = WORLDS[world], np.random.default_rng([seed, 7])
    labels = [label for year in range(YEAR - made.years, YEAR) for label in months_of(year)]
    scores, items, came = [], [], []
    for programme in PROGRAMMES:
        whole = latent(made, random)
        came.append(LEVEL_OF_SCORE + SCATTER * float(whole[-1].mean()))
        scores.append(tidy(labels, value=LEVEL_OF_SCORE + SCATTER * whole[:-1].ravel(), programme=programme))
        for code in range(ITEMS):
            own = 0.7 * whole + np.sqrt(1 - 0.7**2) * latent(made, random)
            value = 90 + 2 * own[:-1].ravel()
            items.append(tidy(labels, value=value, programme=programme, item_code=str(code)))
    drawn = likely_scores(pd.concat(scores), as_of=pd.Timestamp(f"{YEAR - 1}-12-31"), items=pd.concat(items))
    return drawn, came


LEVEL_OF_SCORE, SCATTER = 940.0, 12.0
FLOORS = LEVEL_OF_SCORE + SCATTER * np.linspace(-3, 3, 61)


def score_covered(world: str, seed: int) -> tuple[int, int]:
    """For how many of the programmes the year's score lies within the 80 % of what was thought likely."""
    drawn, came = likely(world, seed)
    bounds = [np.quantile(drawn[name], [0.1, 0.9]) for name in PROGRAMMES]
    return sum(bool(low <= year <= high) for (low, high), year in zip(bounds, came, strict=True)), len(came)


def tiers_reached(world: str, seed: int, tenth: int) -> tuple[int, int]:
    """Of tiers at many heights whose chance lies in a tenth, how many were reached, and how many there are."""
    drawn, came = likely(world, seed)
    scores, year = drawn[PROGRAMMES[0]], came[0]
    chance = 1 - np.searchsorted(scores, FLOORS) / len(scores)
    told = np.minimum((chance * 10).astype(int), 9) == tenth
    return int((told & (year >= FLOORS)).sum()), int(told.sum())


def alarms_of_a_year(world: str, kind: Kind, seed: int) -> tuple[int, int]:
    """Alarms of every other month of a year without any change, and how many months these are."""
    months = range(1 + seed % 2, 13, 2)
    return sum(alarmed(world, kind, seed, month) for month in months), len(months)


HARDEST = ("one_year_known", "one_year_and_years_differ")
"""One year cannot show how far years differ: these two stores look the same, so that of one range for both one
is too wide and the other too narrow, and the table says by how much."""

for _world in WORLDS:
    _hard = _world in HARDEST

    @claim("yearly_score_range", _world, "covered", low=0.75, high=0.85, nominal=0.8, limit=_hard)
    def _score(seed: int, world: str = _world) -> tuple[int, int]:
        return score_covered(world, seed)

    for _kind in KINDS:

        @claim(f"year_end_range_{_kind}", _world, "covered", low=0.75, high=0.85, nominal=0.8, limit=_hard)
        def _forecast(seed: int, world: str = _world, kind: Kind = _kind) -> bool:
            return forecast_covers(world, kind, seed, 3 * (1 + seed % 3))

        @claim(f"alarm_{_kind}", _world, "false_claim", high=0.005)
        def _alarms(seed: int, world: str = _world, kind: Kind = _kind) -> tuple[int, int]:
            return alarms_of_a_year(world, kind, seed)


for _world in ("independent_months", "all_at_once", "one_year_all_at_once"):
    for _tenth in range(10):
        _middle = (_tenth + 0.5) / 10

        @claim(
            f"chance_of_tier_{10 * _tenth}_{10 * _tenth + 10}", _world, "covered",
            low=max(_middle - 0.1, 0.0), high=min(_middle + 0.1, 1.0), nominal=_middle,
        )  # fmt: skip
        def _tier(seed: int, world: str = _world, tenth: int = _tenth) -> tuple[int, int]:
            return tiers_reached(world, seed, tenth)
