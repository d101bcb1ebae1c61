"""Every goal knows itself: nothing outside its subject's folder asks which one it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csanalysis.catalogue import METRICS, group_label
from csanalysis.catalogue.texts import has_text
from csanalysis.chapters.goal import Goal, as_last_year, last_year_held, one_rule, one_step
from csanalysis.chapters.plan.goals import GOALS, SUBJECTS, goal_named, goals_of
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.simulation.chances import LEVERS

PACKAGE = Path(__file__).parents[2] / "csanalysis"
HOME = {goal.target: Path(subject.__file__).parent for subject in SUBJECTS for goal in subject.GOALS}


def _told_apart(tree: ast.AST) -> Iterator[ast.Constant]:
    """Strings that something can be told apart by: compared, matched, keys, members; not what a call is given."""
    given = {
        id(child)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for child in [*call.args, *(keyword.value for keyword in call.keywords)]
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in given:
            yield node


def _named_abroad() -> dict[str, list[str]]:
    """By file, the targets of other subjects that it names where it could tell them apart."""
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        names = [node.value for node in _told_apart(ast.parse(path.read_text(encoding="utf-8")))]
        abroad = [name for name in names if name in HOME and HOME[name] not in path.parents]
        if abroad:
            found[path.relative_to(PACKAGE).as_posix()] = abroad
    return found


def test_nothing_tells_targets_apart_by_name_but_their_own_subject():
    # The page that lists reports shows two of them: it picks numbers and knows no goals. So does the signed plan,
    # which has a table in the trade's own form for each subject; what holds for all goals it asks the goals.
    abroad = {
        path: names for path, names in _named_abroad().items() if not path.startswith("chapters/signed/")
    }
    assert abroad == {"report/files/summary.py": ["first_service_target", "churn_rate_target"]}


@pytest.mark.parametrize(
    "code",
    [
        'goal.target == "churn_rate_target"',
        'FLOWING = ("churn_rate_target",)',
        'WORTH = {"churn_rate_target": 1}',
        'match target:\n    case "churn_rate_target":\n        pass',
        'worth["churn_rate_target"]',
    ],
)
def test_every_way_to_tell_them_apart_is_seen(code):
    assert [node.value for node in _told_apart(ast.parse(code))] == ["churn_rate_target"]


def test_what_a_call_reads_is_no_comparison():
    assert not list(_told_apart(ast.parse('results.value("churn_rate_target", 2026)')))


ORDER = [
    "first_service_target",
    "churn_rate_target",
    "monthly_lapse_ceiling",
    "programme_score_target",
    "programme_rank_target",
    "upsell_success_target",
    "record_accuracy_target",
    "late_entry_target",
]


def test_the_plan_s_order_is_that_of_its_subjects_and_each_goal_stands_once():
    targets = [goal.target for goal in GOALS]
    assert [target for target in targets if target in ORDER] == ORDER
    assert len(set(targets)) == len(targets)


def test_every_goal_names_metrics_of_the_catalogue():
    assert {name for goal in GOALS for name in (goal.target, goal.planned, goal.actual)} <= set(METRICS)
    followed = {goal.followed.measure for goal in GOALS if goal.followed}
    assert followed and followed <= set(METRICS)


def test_every_goal_has_its_words():
    for goal in GOALS:
        assert has_text(f"owner.{goal.owner}") and has_text(f"value.target.{goal.target}"), goal.target
        assert goal.rule is not one_rule or has_text(f"plan.rule.{goal.target}"), goal.target
        assert goal.first_step is not one_step or has_text(f"plan.action.{goal.target}"), goal.target


def test_units_and_simulated_numbers_are_known_ones():
    for goal in GOALS:
        assert {goal.range_metric, goal.backtest_metric} <= set(METRICS), goal.target
        assert goal.simulated is None or goal.simulated in LEVERS, goal.target


def test_a_split_goal_is_one_goal_a_value_and_an_unset_one_is_none():
    results = Results(
        {
            "churn_rate_target": [tidy(["2026"], value=0.3), tidy(["2026"], value=0.2, rule="fixed")],
            "programme_score_target": tidy(["2026", "2026"], value=[900, 110], programme=["css", "mot"]),
        }
    )
    found = goals_of(results, plan_year=2026)
    assert [goal.key for goal in found] == [
        {"target": "churn_rate_target"},
        {"target": "programme_score_target", "programme": "css"},
        {"target": "programme_score_target", "programme": "mot"},
    ]
    assert [goal.value(results, 2026) for goal in found] == [0.3, 900, 110]
    assert np.isnan(found[0].value(results, 2027))


def test_a_goal_is_found_by_its_name():
    assert all(goal_named(goal.target) is goal for goal in GOALS)
    assert goal_named("no_target") is None


def test_a_goal_that_says_nothing_else_starts_from_last_year(params_of):
    goal = Goal("late_entry_target", "late_entry_rate", "customer_service", better="lower")
    rates = tidy(["2022", "2023", "2024", "2025", "2026"], value=[0.02, 0.05, 0.02, 0.01, 0.5])
    results = Results({"late_entry_rate": rates})
    params = params_of(as_of="2025-12-31")
    assert goal.past(params, results).to_dict() == {2022: 0.02, 2023: 0.05, 2024: 0.02, 2025: 0.01}
    low, high = as_last_year(params, results, goal)
    assert low == 0.0 and 0.01 < high < 0.1
    assert np.isnan(goal.worth(params, results, goal))
    assert goal.rule(params, results, goal, "en") == "Not above last year"


def test_the_target_of_each_past_year_is_held_against_what_came(params_of):
    goal = goal_named("late_entry_target")
    results = Results(
        {
            "late_entry_rate": tidy(["2024", "2025"], value=[0.05, 0.04]),
            "late_entry_target": tidy(["2025", "2026"], value=[0.05, 0.04]),
        }
    )
    rows = last_year_held(params_of(), {}, results, goal)
    assert rows[["period", "value", "numerator", "rule"]].values.tolist() == [
        ["2025", 0.05, 0.04, "last_year_held"]
    ]
    assert isinstance(rows, pd.DataFrame) and group_label("rule", "last_year_held", "en") == "As last year"
