"""Weak items: the test, the months, and how often either is wrong."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.surveys.survey_items import item_months, item_years
from csanalysis.metrics.surveys.weak_items import months_alike, months_below, weak_item, weak_items

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


def survey(clean_table, scores, programme="mot"):
    """Responses from an array (responses, items), dealt over the months of 2025."""
    size, items = scores.shape
    days = pd.to_datetime([f"{MONTHS[place % 12]}-15" for place in range(size)])
    table = clean_table("survey_responses")
    columns = {
        "response_id": np.repeat([f"{programme}{place}" for place in range(size)], items),
        "survey_date": np.repeat(days, items),
        "programme": programme,
        "item_code": np.tile([f"i{place:02d}" for place in range(items)], size),
        "score": scores.ravel(),
        "source": "oem",
    }
    return pd.DataFrame({name: columns.get(name) for name in table.columns}).astype(table.dtypes)


def region(clean_table, items, mean=8.0, programme="mot", own=None):
    own = own or {}
    return clean_table(
        "survey_benchmarks",
        [
            {
                "month": f"{month}-01",
                "programme": programme,
                "item_code": f"i{place:02d}",
                "regional_mean": mean,
                "own_score": own.get(place, [None] * 12)[number],
            }
            for number, month in enumerate(MONTHS)
            for place in range(items)
        ],
    )


def found(responses, benchmarks, *, min_responses=30, q_value=0.05):
    months = item_months(responses, benchmarks)
    years = item_years(responses, months)
    return weak_items(years, months, min_responses=min_responses, q_value=q_value)


def below(clean_table, own):
    months = item_months(clean_table("survey_responses"), region(clean_table, 1, own={0: own}))
    return months_below(months)


@pytest.mark.parametrize(
    ("own", "longest"),
    [
        pytest.param([7] * 3 + [9] * 9, 3, id="three in a row"),
        pytest.param([7, 7, 9, 7, 7] + [9] * 7, 2, id="four, never three in a row"),
        pytest.param([7, 7, None, 7] + [9] * 8, 2, id="a month without a score breaks the run"),
        pytest.param([8] * 12, 0, id="level with the region is not below"),
        pytest.param([7] * 12, 12, id="all year"),
    ],
)
def test_months_in_a_row_are_a_description(clean_table, own, longest):
    assert below(clean_table, own).tolist() == [longest]


@pytest.mark.parametrize(
    ("own", "weak"),
    [
        pytest.param([8, 6.5, 7, 8, 7, 7.5] + [None] * 6, 1, id="gaps 0 to -1.5: t -3.2"),
        pytest.param([7, 9, 6, 8, 7, 7] + [None] * 6, 0, id="gaps 1 to -2: t -1.6"),
        pytest.param([7.9] * 6 + [None] * 6, 1, id="all gaps equal and below"),
        pytest.param([8] * 6 + [None] * 6, 0, id="all level with the region"),
        pytest.param([8.3] * 12, 0, id="all above"),
    ],
)
def test_months_are_tested_where_there_are_no_responses(clean_table, own, weak):
    result = found(clean_table("survey_responses"), region(clean_table, 1, own={0: own}))
    gaps = np.array([score - 8 for score in own if score is not None])
    if np.ptp(gaps) > 1e-9:
        assert result["q"].item() == pytest.approx(stats.ttest_1samp(gaps, 0, alternative="less").pvalue)
    assert result["weak"].tolist() == [weak]


def test_five_months_are_too_few_to_call_an_item_weak(clean_table):
    result = found(clean_table("survey_responses"), region(clean_table, 1, own={0: [2] * 5 + [None] * 7}))
    assert result["weak"].isna().all() and result["q"].isna().all()
    assert weak_item(result)["value"].isna().all()


def test_items_tested_by_months_and_by_responses_are_one_family(clean_table):
    rng = np.random.default_rng(8)
    scores = rng.normal(7.7, 1, (60, 1))
    own = [7.7, 7.9, 7.8, 8.1, 7.8, 7.9]
    benchmarks = region(clean_table, 2, own={1: [*own, *[None] * 6]})
    result = found(survey(clean_table, scores), benchmarks)
    chances = [
        stats.ttest_1samp(scores[:, 0], 8, alternative="less").pvalue,
        stats.ttest_1samp(np.array(own) - 8, 0, alternative="less").pvalue,
    ]
    np.testing.assert_allclose(result["q"], stats.false_discovery_control(chances))


def test_a_run_ends_with_the_year(clean_table):
    rows = [
        {"month": f"{month}-01", "programme": "mot", "item_code": "i00", "regional_mean": 8, "own_score": 7}
        for month in ("2024-11", "2024-12", "2025-01", "2025-02")
    ]
    months = item_months(clean_table("survey_responses"), clean_table("survey_benchmarks", rows))
    assert months_below(months).tolist() == [2, 2]


def test_binary_rounding_is_not_below(clean_table):
    level = item_months(
        clean_table("survey_responses"), region(clean_table, 1, mean=0.1 + 0.2, own={0: [0.3] * 12})
    )
    assert months_below(level).tolist() == [0]


def test_responses_are_tested_and_corrected_over_the_items(clean_table):
    rng = np.random.default_rng(3)
    scores = rng.normal(8, 1, (60, 4))
    scores[:, 1] -= 0.5
    scores[:, 2] -= 0.22
    result = found(survey(clean_table, scores), region(clean_table, 4))
    chances = [stats.ttest_1samp(scores[:, place], 8, alternative="less").pvalue for place in range(4)]
    np.testing.assert_allclose(result["q"], stats.false_discovery_control(chances))
    assert result["weak"].tolist() == [float(q <= 0.05) for q in result["q"]]
    assert result["weak"].iloc[1] == 1


def test_few_responses_go_by_the_months(clean_table):
    scores = np.full((24, 1), 7.0)
    result = found(survey(clean_table, scores), region(clean_table, 1))
    assert (result["q"].iloc[0], result["months_below"].iloc[0], result["weak"].iloc[0]) == (0, 12, 1)


@pytest.mark.parametrize(("score", "weak"), [(7.9, 1), (8.0, 0), (8.1, 0)])
def test_where_all_answers_agree_the_gap_decides(clean_table, score, weak):
    assert found(survey(clean_table, np.full((40, 1), score)), region(clean_table, 1))["weak"].tolist() == [
        weak
    ]


def test_each_programme_is_a_family_of_its_own(clean_table):
    rng = np.random.default_rng(5)
    one, other = rng.normal(7.75, 1, (60, 1)), rng.normal(8.2, 1, (60, 9))
    alone = found(survey(clean_table, one), region(clean_table, 1))
    both = found(
        pd.concat([survey(clean_table, one), survey(clean_table, other, "css")]),
        pd.concat([region(clean_table, 1), region(clean_table, 9, programme="css")]),
    )
    assert both.xs("mot")["q"].tolist() == alone.xs("mot")["q"].tolist()


def test_where_there_is_no_region_no_item_is_judged(clean_table):
    result = found(survey(clean_table, np.full((40, 1), 2.0)), clean_table("survey_benchmarks"))
    assert result["weak"].isna().all()
    assert weak_item(result)["value"].isna().all()


def test_an_item_that_the_region_does_not_know_is_not_weak_among_others():
    index = pd.MultiIndex.from_tuples(
        [("mot", "1", 2025), ("mot", "2", 2025), ("mot", "2", 2024)], names=["programme", "item_code", "year"]
    )
    result = weak_item(pd.DataFrame({"weak": [1.0, np.nan, np.nan]}, index=index))
    values = {(row.period, row.item_code): row.value for row in result.itertuples()}
    assert (values["2025", "1"], values["2025", "2"]) == (1, 0)
    assert np.isnan(values["2024", "2"]), "a year of which nothing is known"


@pytest.mark.parametrize("empty", [True, False])
def test_little_data(clean_table, empty):
    responses = clean_table("survey_responses") if empty else survey(clean_table, np.array([[7.0]]))
    result = found(responses, region(clean_table, 1).head(0 if empty else 1))
    assert len(result) == (0 if empty else 1)
    assert result["weak"].isna().all()


def stores(clean_table, *, count, items=12, size=200, ahead=(0.0, 0.0), behind=(), gap=0.0, seed):
    """Which items are weak in each of many stores: an array (stores, items).

    Answers vary by one; a quarter of that is the person's mood. Each item truly lies between the two values of
    ``ahead`` above the region, but for those ``behind``, which lie by ``gap`` below.
    """
    rng = np.random.default_rng(seed)
    level = 8 + rng.uniform(*ahead, (count, 1, items))
    level[:, :, list(behind)] = 8 - gap
    mood = rng.normal(0, np.sqrt(0.25), (count, size, 1))
    scores = level + mood + rng.normal(0, np.sqrt(0.75), (count, size, items))
    responses = pd.concat([survey(clean_table, scores[store], f"s{store:03d}") for store in range(count)])
    benchmarks = pd.concat([region(clean_table, items, programme=f"s{store:03d}") for store in range(count)])
    return found(responses, benchmarks)["weak"].to_numpy().reshape(count, items)


@pytest.mark.slow
def test_where_nothing_is_weak_hardly_a_store_gets_a_weak_item(clean_table):
    weak = stores(clean_table, count=200, ahead=(0.0, 0.2), seed=20)
    assert weak.any(axis=1).mean() <= 0.05


@pytest.mark.slow
def test_level_with_the_region_in_every_item_false_alarms_keep_to_their_rate(clean_table):
    # The hardest case: by the theory 5 % of such stores get one; two standard errors of 400 stores are 2.2 %.
    weak = stores(clean_table, count=400, seed=22)
    assert weak.any(axis=1).mean() <= 0.072


@pytest.mark.slow
def test_half_a_standard_deviation_is_found(clean_table):
    weak = stores(clean_table, count=200, behind=(2, 7), gap=0.5, seed=21)
    assert weak[:, [2, 7]].all(axis=1).mean() >= 0.9
    assert np.delete(weak, [2, 7], axis=1).mean() <= 0.05


def gaps_of(values):
    """Gaps of items (down) in the months of 2025 (across)."""
    items, months = values.shape
    return pd.DataFrame(
        {
            "programme": "mot", "item_code": np.repeat([f"i{place:02d}" for place in range(items)], months),
            "month": np.tile(np.arange(660, 660 + months), items), "year": 2025, "gap": values.ravel(),
        }
    )  # fmt: skip


def hanging_together(likeness, items=12, seed=5):
    random = np.random.default_rng(seed)
    values = random.normal(size=(items, 12))
    for month in range(1, 12):
        values[:, month] = likeness * values[:, month - 1] + np.sqrt(1 - likeness**2) * values[:, month]
    return values


def test_months_hang_together_where_all_items_prove_it():
    assert months_alike(gaps_of(hanging_together(0.6)))["mot"] == pytest.approx(0.6, abs=0.15)
    assert months_alike(gaps_of(hanging_together(0.0)))["mot"] == 0
    # One item proves nothing, however it drifts; nor do twelve that are the same.
    drifting = np.linspace(-1, 1, 12)[None]
    assert months_alike(gaps_of(drifting))["mot"] == 0
    assert months_alike(gaps_of(np.repeat(drifting, 12, axis=0)))["mot"] == 0
    assert months_alike(gaps_of(np.full((12, 12), -0.5)))["mot"] == 0


def test_months_that_hang_together_count_as_fewer(clean_table):
    """By hand: the error of the mean by the sum of correlations, the scatter freed of what the mean takes."""
    values = hanging_together(0.6) - 1.5
    own = {place: list(8 + values[place]) for place in range(12)}
    result = found(clean_table("survey_responses"), region(clean_table, 12, own=own))
    likeness = months_alike(gaps_of(values.round(9)))["mot"]
    hidden = sum(likeness ** abs(one - other) for one in range(12) for other in range(12)) / 144
    t = values.mean(axis=1) / np.sqrt(values.var(axis=1, ddof=1) * 11 / 12 * hidden / (1 - hidden))
    chances = stats.t.cdf(t, 11 * (1 - likeness**2) / (1 + likeness**2))
    np.testing.assert_allclose(result["q"], stats.false_discovery_control(chances), rtol=1e-6)
    plain = stats.ttest_1samp(values, 0, axis=1, alternative="less").pvalue
    assert (chances > plain).all()
