"""What is read of many stores' numbers, and the group's targets that they come to: small enough to redo on paper."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csanalysis.chapters.network.measure import measure
from csanalysis.chapters.network.wanted import Wanted
from csanalysis.errors import ParamsError
from csanalysis.messages import said
from csanalysis.metrics.results import NUMBERS, Results, tidy
from csanalysis.network.given import given_targets
from csanalysis.network.members import Member
from csanalysis.network.numbers import stores_numbers
from csanalysis.report.files.metrics_table import write_metrics_table

NAN = np.nan


@pytest.fixture
def member(tmp_path, params_of):
    def make(name, metrics=None, **params):
        report = Path(tmp_path) / name
        report.mkdir()
        write_metrics_table(report / "metrics.parquet", Results(metrics))
        return Member(name, params_of(dealership={"id": name}, **params), Path(f"{name}.yml"), report, report)

    return make


def scores(value, item="1", month="2025-03"):
    return {"item_score": tidy([month], value=value, programme=["css"], item_code=[item])}


def test_only_what_is_wanted_is_read_and_said_by_store(member):
    def numbers(value):
        rates = tidy(["2024", "2025", "2025-03"], value=[0.1, value, 0.3], grade=["A"] * 3)
        return {"recovery_rate": rates, "referrals": tidy(["2025"], value=3)}

    found = stores_numbers(
        [member("b", numbers(0.5)), member("a", numbers(0.2))],
        [Wanted("recovery_rate", {"grade": "A"}, "2025"), Wanted("recovery_rate")],
    ).numbers
    assert found[["dealership", "period", "group", "value"]].to_numpy().tolist() == [
        ["a", "2025", '{"grade": "A"}', 0.2],
        ["b", "2025", '{"grade": "A"}', 0.5],
    ]
    assert found["low"].isna().all()


def means(stores):
    return stores_numbers(stores, [Wanted("referrals")]).survey_means


def test_survey_means_take_each_store_once_and_hide_two(member):
    stores = [
        *(member(f"s{place}", scores(value)) for place, value in enumerate([80.0, 90.0, 94.0, NAN])),
        *(member(f"t{place}", scores(value, item="2")) for place, value in enumerate([70.0, 60.0])),
        *(
            member(f"u{place}", {"programme_score": tidy(["2025-03"], value=value, programme=["css"])})
            for place, value in enumerate([8.0, 9.0, 10.0])
        ),
    ]
    assert means(stores).to_dict("records") == [
        {"month": "2025-03", "programme": "css", "item_code": "1", "regional_mean": 88.0, "store_count": 3},
        {
            "month": "2025-03",
            "programme": "css",
            "item_code": "total",
            "regional_mean": 9.0,
            "store_count": 3,
        },
    ]
    assert means(stores[:1]).empty


def group(own, cases, *, regions=None, given=None):
    """Stores whose churn targets and last year's cases are these, measured."""
    names = [f"s{place:02d}" for place in range(len(own))]
    rows = [
        (name, *row)
        for name, target, size in zip(names, own, cases, strict=True)
        for row in (
            ("churn_rate_target", "2026", "{}", NAN, NAN, target, NAN, NAN),
            ("annual_churn_rate", "2025", "{}", target * size, size, target, NAN, NAN),
            ("first_service_planned", "2025", "{}", NAN, NAN, 99.0, NAN, NAN),  # of another year
            ("first_service_planned", "2026", "{}", NAN, NAN, 10.0, NAN, NAN),
        )
    ]
    frame = pd.DataFrame(rows, columns=["dealership", "metric", "period", "group", *NUMBERS])
    stores = pd.DataFrame({"region": regions or [""] * len(own), "size": "", "brand": ""}, index=names)
    return measure(stores, frame, Results(), plan_year=2026, given=given)


@pytest.mark.parametrize(
    ("given", "rate", "count"),
    [({}, 0.3, 80), ({"churn_rate_target": 0.25, "first_service_target": 100.0}, 0.25, 100)],
    ids=["what stores' own come to", "asked for by the group"],
)
def test_the_stores_targets_add_up_to_the_groups(given, rate, count):
    """Eight stores of 100 and 300 cases, 0.45 and 0.25 each: (4 x 45 + 4 x 75) / 1600 = 0.3."""
    results = group([0.45, 0.25] * 4, [100, 300] * 4, given=given)
    whole = results.select("network_target_rate", None, period="2026", target="churn_rate_target")
    stores = results.select(
        "network_target_rate", None, "dealership", period="2026", target="churn_rate_target"
    )
    assert whole["value"].item() == pytest.approx(rate)
    assert stores["numerator"].sum() == pytest.approx(whole["numerator"].item()) == pytest.approx(rate * 1600)
    counts = results.select(
        "network_target_count", None, "dealership", period="2026", target="first_service_target"
    )
    assert counts["value"].tolist() == pytest.approx([count / 8] * 8)
    assert results.value("network_target_count", 2026, target="first_service_target") == count
    small, large = (
        results.select(
            "network_target_weight", None, period="2026", dealership=name, target="churn_rate_target"
        )["value"].item()
        for name in ("s00", "s01")
    )
    assert small < large, "a small store keeps less of its own"


def test_a_region_is_the_sum_of_its_stores():
    results = group([0.4, 0.2, 0.1], [100, 300, 100], regions=["N", "N", ""])
    row = results.select("annual_churn_rate", None, "region", period="2025")
    assert row[["region", "numerator", "denominator"]].to_numpy().tolist() == [["N", 100, 400]]
    peers = results.select("network_peers", None, "dealership", "region", "peers", period="2025")
    assert peers["region"].tolist() == ["N", "N", ""]


@pytest.mark.parametrize(
    ("first", "second", "told", "zh"),
    [
        (
            {"churn_target": 0.2},
            {},
            "group_targets.churn_target is no target; did you mean churn_rate_target?",
            "不是目标",
        ),
        ({"churn_rate_target": 20}, {}, "must be a share of at most 1, not 20", "应为不大于 1 的比例"),
        (
            {"churn_rate_target": 0.2},
            {"churn_rate_target": 0.3},
            "is 0.3 here and 0.2 in a.yml",
            "请只在集团文件里写一次",
        ),
    ],
    ids=["no target", "no share", "two figures"],
)
def test_a_figure_of_the_group_that_cannot_be_meant_is_refused(member, first, second, told, zh):
    stores = [member("a", group_targets=first), member("b", group_targets=second)]
    with pytest.raises(ParamsError) as refused:
        given_targets(stores)
    (line,) = refused.value.problems
    assert told in line and zh in said(line, "zh")


def test_one_figure_of_the_group_counts_once(member):
    stores = [member(name, group_targets={"churn_rate_target": 0.2}) for name in ("a", "b")]
    assert given_targets([*stores, member("c")]) == {"churn_rate_target": 0.2}
