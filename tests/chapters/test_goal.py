from csanalysis.catalogue import METRICS
from csanalysis.chapters.goal import GOALS, goals_of
from csanalysis.metrics.results import Results, tidy


def test_every_goal_names_metrics_of_the_catalogue():
    assert {name for goal in GOALS for name in (goal.target, goal.actual)} <= set(METRICS)


def test_a_split_goal_is_one_goal_a_value_and_an_unset_one_is_none():
    results = Results(
        {
            "churn_rate_target": [tidy(["2026"], value=0.3), tidy(["2026"], value=0.2, rule="fixed")],
            "programme_score_target": tidy(["2026", "2026"], value=[900, 110], programme=["css", "mot"]),
        }
    )
    found = [(goal.target, dict(goal.group)) for goal in goals_of(results, plan_year=2026)]
    assert found == [
        ("churn_rate_target", {}),
        ("programme_score_target", {"programme": "css"}),
        ("programme_score_target", {"programme": "mot"}),
    ]
