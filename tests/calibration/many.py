"""Many at once, all alike: weak items, stores of a group, people, teams, kinds of campaigns, actions."""

import numpy as np
import pandas as pd

from csanalysis.metrics.campaigns.campaigns import campaign_dispersion
from csanalysis.metrics.network.funnel import funnel, told_apart
from csanalysis.metrics.network.league import measures_league
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.many import extremes_differ, q_values
from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.surveys.action_controls import action_effect
from csanalysis.metrics.surveys.survey_items import item_months, item_years
from csanalysis.metrics.surveys.weak_items import weak_items
from csanalysis.metrics.upsell.people import upsell_success_limits, upsell_success_standardised
from tests.calibration.claims import claim
from tests.calibration.ranges import WORLDS, World, latent

AS_OF = pd.Timestamp("2025-12-31")
ITEMS = 12
GAP = 1.5
"""How far below the region [scatters of a month] the item lies that is really weak."""

NO_RESPONSES = pd.DataFrame(
    {
        "survey_date": pd.Series([], dtype="datetime64[s]"),
        **{name: pd.Series([], dtype="str") for name in ("response_id", "programme", "item_code", "source")},
        "score": pd.Series([], dtype=float),
    }
)


def weak(world: World, seed: int, gap: float = 0.0) -> pd.Series:
    """By item whether it is called weak; the first lies ``gap`` below the region."""
    random = np.random.default_rng([seed, 11])
    rows = []
    for item in range(ITEMS):
        own = 8.5 + 0.2 * latent(world, random)[-1] - (0.2 * gap if item == 0 else 0.0)
        rows += [
            {"month": pd.Timestamp(f"{month}-01"), "programme": "css", "item_code": f"{item}",
             "regional_mean": 8.5, "own_score": score}
            for month, score in zip(months_of(2025), own, strict=True)
        ]  # fmt: skip
    benchmarks = pd.DataFrame(rows)
    months = item_months(NO_RESPONSES, benchmarks)
    found = weak_items(item_years(NO_RESPONSES, months), months, min_responses=30, q_value=0.05)
    return found["weak"].droplevel(["programme", "year"]) == 1


@claim("weak_item", "null", "false_claim", high=0.05)
def _no_weak_item(seed: int) -> bool:
    return bool(weak(World(), seed).any())


@claim("weak_item", "months_hang_together", "false_claim", high=0.05)
def _no_weak_item_of_alike_months(seed: int) -> bool:
    return bool(weak(WORLDS["months_hang_together"], seed).any())


@claim("weak_item", "one_is_weak", "found", low=0.8)
def _weak_item_found(seed: int) -> bool:
    return bool(weak(World(), seed, GAP)["0"])


@claim("store_named", "groups_of_100", "false_claim", high=0.05)
def _store_named(seed: int) -> bool:
    random = np.random.default_rng([seed, 12])
    standings = []
    for metric, rate in (("a", 0.7), ("b", 0.3), ("c", 0.95)):
        size = random.integers(80, 1500, 100)
        rates = tidy(
            ["2025"] * 100, numerator=random.binomial(size, rate), denominator=size,
            dealership=[f"s{place:03d}" for place in range(100)],
        )  # fmt: skip
        standings.append(funnel(rates, metric=metric, scale="proportion")["network_standing"])
    q = told_apart(pd.concat(standings, ignore_index=True))["value"]
    return bool((q.astype(float) <= 0.05).any())


@claim("measure_proven", "nothing_works", "false_claim", high=0.05)
def _measure_proven(seed: int) -> bool:
    random = np.random.default_rng([seed, 22])
    parts = []
    for tried in "abcdefgh":
        errors = random.uniform(0.02, 0.2, 20)
        seen = random.normal(random.normal(0, 0.04, 20), errors)
        parts.append(
            pd.DataFrame({"dealership": range(20), "tried": tried, "value": seen,
                          "low": seen - 1.96 * errors, "high": seen + 1.96 * errors})
        )  # fmt: skip
    q = measures_league(pd.concat(parts, ignore_index=True), period="2025")["network_measure_q_value"]
    return bool((q["value"] <= 0.05).any())


def person_named(people: int, seed: int) -> bool:
    """Whether anybody lies outside of the limits in a store where all sell alike, whatever they are handed."""
    random = np.random.default_rng([seed, 13, people])
    parts = []
    for person in range(people):
        size = int(random.integers(40, 250))
        grade = random.choice(["A", "B", "C"], size, p=random.dirichlet([4, 4, 4]))
        chance = pd.Series(grade).map({"A": 0.6, "B": 0.4, "C": 0.25}).to_numpy(float)
        accepted = random.random(size) < chance
        parts.append(pd.DataFrame({"advisor": f"p{person:02d}", "grade": grade, "accepted": accepted}))
    cases = pd.concat(parts, ignore_index=True).assign(item="x", date=pd.Timestamp("2025-05-01"))
    cases = cases.astype(dict.fromkeys(["advisor", "grade", "item"], "category"))
    timeline = Timeline.spanning(cases["date"], since=cases["date"].min(), as_of=AS_OF)
    rate, limits = (
        made(cases, timeline, by="advisor").set_index("advisor")
        for made in (upsell_success_standardised, upsell_success_limits)
    )
    return bool(((rate["value"] < limits["low"]) | (rate["value"] > limits["high"])).any())


for _people in (2, 5, 12, 25):

    @claim("person_named", f"{_people}_alike", "false_claim", high=0.05)
    def _person_named(seed: int, people: int = _people) -> bool:
        return person_named(people, seed)


@claim("teams_apart", "6_alike", "false_claim", high=0.05)
def _teams_apart(seed: int) -> bool:
    random = np.random.default_rng([seed, 14])
    size = random.integers(100, 600, 6)
    return extremes_differ(pd.DataFrame({"numerator": random.binomial(size, 0.6), "denominator": size}))


def kinds_apart(seed: int, *, strength: float, difference: float = 0.0) -> bool:
    """Whether four kinds of campaigns are told apart; campaigns of one kind differ by ``strength`` of a beta law."""
    random = np.random.default_rng([seed, 15])
    kinds = np.repeat(["a", "b", "c", "d"], 6)
    invited = random.integers(100, 400, len(kinds))
    middle = np.where(kinds == "a", 0.15 + difference, 0.15)
    rate = random.beta(middle * strength, (1 - middle) * strength)
    campaigns = pd.DataFrame(
        {"start_date": pd.Timestamp("2025-04-01"), "kind": kinds, "invited": invited,
         "arrived": random.binomial(invited, rate)}
    )  # fmt: skip
    (row,) = campaign_dispersion(campaigns, as_of=AS_OF, years=[2025]).to_dict("records")
    sums = campaigns.groupby("kind")[["arrived", "invited"]].sum()
    rows = pd.DataFrame({"numerator": sums["arrived"], "denominator": sums["invited"]})
    return extremes_differ(rows, dispersion=row["value"], freedom=row["denominator"])


@claim("kinds_apart", "campaigns_alike", "false_claim", high=0.05)
def _kinds_apart(seed: int) -> bool:
    return kinds_apart(seed, strength=1e6)


@claim("kinds_apart", "campaigns_differ", "false_claim", high=0.05)
def _kinds_apart_of_unlike_campaigns(seed: int) -> bool:
    return kinds_apart(seed, strength=40)


@claim("kinds_apart", "one_draws_more", "found", low=0.8)
def _kinds_found(seed: int) -> bool:
    return kinds_apart(seed, strength=200, difference=0.12)


@claim("action_works", "regression_to_the_mean", "false_claim", high=0.05)
def _action_works(seed: int) -> bool:
    """The three lowest of twenty equal items are acted on; nothing changes but their luck."""
    random = np.random.default_rng([seed, 16])
    before, after = random.normal(0, 1, (2, 20))
    order = np.argsort(before)
    alone, acted = order[3:], order[:3]
    change = after - before
    chances = [
        action_effect(before[alone], change[alone], own_low=before[at], own_change=change[at])[4]
        for at in acted
    ]
    gained = change[acted] > 0
    return bool(((q_values(chances) <= 0.05) & gained).any())
