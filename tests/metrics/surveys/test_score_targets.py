"""Targets of score and rank, and the fewest items that get there."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.score_targets import (
    chosen_score_target,
    item_improvement,
    programme_rank_target,
    programme_score_target,
)

TIERS = [(935.0, 820.0), (925.0, 717.5)]


def whole(value, year="2025", programme="css"):
    return tidy([year], value=[value], programme=programme)


def gaps_of(**gaps):
    return tidy(["2025"] * len(gaps), value=list(gaps.values()), programme="css", item_code=list(gaps))


def rules(score=930.0, region=932.0, gaps=None, tiers=TIERS):
    return programme_score_target(
        whole(score),
        whole(region),
        gaps_of(a=-4.0, b=-1.0, c=3.0) if gaps is None else gaps,
        rebates={"css": tiers} if tiers else {},
        year=2025,
        plan_year=2026,
    )


def test_each_rule_says_its_score():
    found = rules()
    assert dict(zip(found["rule"], found["value"], strict=True)) == {
        "next_tier": 935, "close_gaps": 935, "regional_mean": 932, "last_year": 930,
    }  # fmt: skip
    assert found["period"].unique().tolist() == ["2026"]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({}, 935),
        ({"score": 920.0}, 925),
        ({"score": 925.0}, 935),
        ({"score": 940.0}, 940),
        ({"tiers": None}, 935),
        ({"tiers": None, "gaps": gaps_of()}, 930),
        ({"score": np.nan}, 925),
        ({"score": np.nan, "tiers": None}, np.nan),
    ],
    ids=[
        "the next tier", "the lowest not reached", "on a tier already", "all reached: hold", "no tiers: close the gaps",
        "no tiers, no items: hold", "no score yet: the lowest tier", "nothing known",
    ],
)  # fmt: skip
def test_the_chosen_target(changes, target):
    value = chosen_score_target(rules(**changes))["value"].tolist()
    assert value == pytest.approx([target], nan_ok=True)


def test_the_largest_gaps_come_first_and_stop_at_the_region():
    points, missing = item_improvement(
        gaps_of(a=-1.0, b=-4.0, c=3.0, d=-2.0), whole(930.0), whole(935.0, "2026"), year=2025
    )
    assert dict(zip(points["item_code"], points["value"], strict=True)) == {"b": 4, "d": 1, "a": 0}
    assert missing["value"].tolist() == [0]


def test_what_the_region_does_not_reach_is_missing_still():
    points, missing = item_improvement(gaps_of(a=-1.0), whole(930.0), whole(935.0, "2026"), year=2025)
    assert points["value"].tolist() == [1]
    assert missing["value"].tolist() == [4]


def test_no_target_no_points():
    points, missing = item_improvement(gaps_of(a=-1.0), whole(930.0), whole(np.nan, "2026"), year=2025)
    assert points["value"].isna().all()
    assert missing["value"].isna().all()


@pytest.fixture
def region():
    """Twelve months in which stores spread around the region with a deviation of 10 points."""

    months = [f"2025-{month:02d}" for month in range(1, 13)]
    distance = np.linspace(-12, 6, 12)
    frames = {
        "scores": 900 + distance,
        "regional": np.full(12, 900.0),
        "ranks": 0.5 + 40 * stats.norm.cdf(-distance / 10),
        "stores": np.full(12, 40.0),
    }
    return {
        name: pd.concat([tidy(months, value=values, programme="css"), whole(values.mean())])
        for name, values in frames.items()
    }


@pytest.mark.parametrize(
    ("target", "rank"),
    [(900, 21), (910, 7), (930, 1)],
    ids=[
        "level with the region: the middle",
        "one deviation ahead: 0.5 + 40 x 15.9 %",
        "far ahead: the first",
    ],
)
def test_the_rank_that_a_score_brings(region, target, rank):
    found = programme_rank_target(**region, targets=whole(float(target), "2026"), year=2025)
    assert found["value"].tolist() == [rank]


def test_the_rank_is_no_worse_than_last_years(region):
    found = programme_rank_target(**region, targets=whole(850.0, "2026"), year=2025)
    assert found["value"].iloc[0] == round(region["ranks"]["value"].iloc[-1])


def test_few_ranks_tell_nothing(region):
    region["ranks"] = pd.concat([region["ranks"].head(5), region["ranks"].tail(1)])
    found = programme_rank_target(**region, targets=whole(910.0, "2026"), year=2025)
    assert found["value"].isna().all()


def test_nothing_known():
    none = tidy([], programme=[])
    found = programme_score_target(none, none, gaps_of(), rebates={}, year=2025, plan_year=2026)
    targets = chosen_score_target(found)
    assert found.empty and targets.empty
    assert programme_rank_target(none, none, none, none, targets, year=2025).empty
    assert [frame.empty for frame in item_improvement(gaps_of(), none, targets, year=2025)] == [True, True]


@pytest.mark.parametrize(
    ("distances", "rank"),
    [([-10, 10] * 3, 13), ([-10, 10] * 2 + [-10], np.nan), ([10] * 6, np.nan)],
    ids=["six months at two distances", "five months", "six months at one"],
)
def test_what_tells_how_ranks_go_with_scores(distances, rank):
    """Ten points are one deviation, so that five ahead of 40 stores are 0.5 + 40 x 30.9 % = 12.8."""
    distance = np.array(distances, dtype=float)
    months = [f"2025-{month:02d}" for month in range(1, len(distance) + 1)]
    found = programme_rank_target(
        *(
            pd.concat([tidy(months, value=values, programme="css"), whole(of_year)])
            for values, of_year in (
                (900 + distance, 900.0),
                (np.full(len(months), 900.0), 900.0),
                (0.5 + 40 * stats.norm.cdf(-distance / 10), 20.0),
                (np.full(len(months), 40.0), 40.0),
            )
        ),
        whole(905.0, "2026"),
        year=2025,
    )
    assert found["value"].tolist() == pytest.approx([rank], nan_ok=True)


def test_ranks_that_grow_worse_with_the_score_foretell_nothing(region):
    region["ranks"] = region["ranks"].assign(value=41 - region["ranks"]["value"])
    found = programme_rank_target(**region, targets=whole(910.0, "2026"), year=2025)
    assert found["value"].isna().all()
