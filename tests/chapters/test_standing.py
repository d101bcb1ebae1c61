"""Targets stand once a plan is frozen: every subject gives the frozen one, and what its rule gives now."""

from datetime import date

import pandas as pd
import pytest

from csanalysis.chapters import churn, first_service
from csanalysis.chapters.churn.sentences import about_churn_target
from csanalysis.chapters.plan.goals import GOALS, goals_of
from csanalysis.chapters.plan.tables_targets import targets
from csanalysis.chapters.review.plan_model import FrozenGoal, FrozenPlan
from csanalysis.chapters.simulation.aims import outlook, planned_targets
from csanalysis.chapters.standing import reckoned_anew, standing
from csanalysis.ingest import Store
from csanalysis.ingest.rejects import no_rejects
from csanalysis.metrics.results import tidy
from csanalysis.params.standing import StandingTarget, plan_given
from csanalysis.report.files.chapter_cache import ChapterCache
from csanalysis.report.notebook.session import open_chapter

RECKONED = tidy(["2026", "2026-01"], value=[40.0, 4.0], numerator=[80.0, 8.0])


def frozen(params_of, *targets):
    return params_of().with_standing(targets)


def test_without_a_frozen_plan_the_rule_decides(params_of):
    assert standing(params_of(), "late_entry_target", RECKONED) is RECKONED
    assert reckoned_anew(params_of(), "rate", {"late_entry_target": RECKONED}) == {}


def test_the_frozen_target_takes_the_place_of_the_reckoned_one(params_of):
    months = tuple(float(number) for number in range(1, 13))
    params = frozen(params_of, StandingTarget("late_entry_target", {}, 78.0, months))
    found = standing(params, "late_entry_target", RECKONED).set_index("period")
    assert found["value"].to_dict() == {
        "2026": 78.0, **{f"2026-{number:02d}": float(number) for number in range(1, 13)}
    }  # fmt: skip
    assert found["numerator"].isna().all(), "of the reckoned number nothing is left beside another value"
    (anew,) = reckoned_anew(params, "rate", {"late_entry_target": RECKONED}).values()
    assert anew[["period", "target", "value"]].to_numpy().tolist() == [["2026", "late_entry_target", 40.0]]
    assert RECKONED["value"].tolist() == [40.0, 4.0], "what was given is not changed"


def test_a_target_that_did_not_move_keeps_all_its_numbers(params_of):
    params = frozen(params_of, StandingTarget("late_entry_target", {}, 40.0))
    pd.testing.assert_frame_equal(standing(params, "late_entry_target", RECKONED), RECKONED)


def test_each_split_has_its_own(params_of):
    scores = tidy(["2026"] * 2, value=[930.0, 110.0], programme=["css", "mot"])
    params = frozen(
        params_of,
        StandingTarget("programme_score_target", {"programme": "css"}, 935.0),
        StandingTarget("programme_score_target", {"programme": "old"}, 80.0),
        StandingTarget("churn_rate_target", {}, 0.3),
    )
    found = standing(params, "programme_score_target", scores).set_index("programme")["value"]
    assert found.to_dict() == {"css": 935.0, "mot": 110.0, "old": 80.0}
    anew = reckoned_anew(params, "score", {"programme_score_target": scores})["target_reckoned_score"]
    assert anew.set_index("programme")["value"].fillna(-1).to_dict() == {"css": 930.0, "old": -1.0}


@pytest.fixture(scope="module")
def tables(visits_of, clean_table):
    vins = {f"V{n:02d}": ["2023-03-01", "2024-04-01", *(["2025-04-02"] if n % 3 else [])] for n in range(60)}
    sales = [{"vin": f"S{n:03d}", "sale_date": f"202{n % 3 + 3}-{n % 12 + 1:02d}-05"} for n in range(180)]
    first = {f"S{n:03d}": [f"202{n % 3 + 3}-{n % 12 + 1:02d}-28"] for n in range(0, 180, 2)}
    return {
        "service_visits": pd.concat(
            [visits_of(vins), visits_of(first, service_type="first_service")], ignore_index=True
        ).assign(ro_number=lambda rows: [f"R{n}" for n in range(len(rows))]),
        "vehicle_sales": clean_table("vehicle_sales", sales),
    }


def test_what_follows_from_a_target_follows_from_the_one_that_stands(params_of, tables):
    free = churn.measure(params_of(), tables)
    was = free.value("churn_rate_target", 2026)
    params = frozen(params_of, StandingTarget("churn_rate_target", {}, was / 2))
    held = churn.measure(params, tables)
    assert held.value("churn_rate_target", 2026) == was / 2
    assert held.value("target_reckoned_rate", 2026, target="churn_rate_target") == was
    assert free.select("target_reckoned_rate").empty
    before, now = (each.select("monthly_churn_ceiling", "month")["value"] for each in (free, held))
    assert now.sum() < before.sum(), "the months' ceiling is that of the target that stands"
    for language in ("zh", "en"):
        told = str(about_churn_target(held, plan_year=2026, rule=params.churn.rule, language=language))
        assert {"zh": "冻结的计划要求", "en": "The frozen plan asks for"}[language] in told
        told = str(about_churn_target(free, plan_year=2026, rule=params.churn.rule, language=language))
        assert {"zh": "冻结", "en": "frozen"}[language] not in told


def test_first_services_follow_the_frozen_months_and_so_do_the_agents(params_of, tables):
    months = (9.0, *([5.0] * 11))
    stands = StandingTarget("first_service_target", {}, 64.0, months)
    params = params_of(first_service={"agents": {"何丽": 1.0, "赵芳": 1.0}}).with_standing([stands])
    held = first_service.measure_plan(params, tables)
    held += planned_targets(params, held, outlook(params, tables, held, draws=20))
    goal = next(each for each in GOALS if each.target == "first_service_target")
    assert goal.value(held, 2026) == 64
    assert held.value("first_service_planned", "2026-01") == 9
    agents = held.select("first_service_planned", "month", "agent", period="2026-01")
    assert agents["value"].sum() == 9 and set(agents["agent"]) == {"何丽", "赵芳"}
    assert goal.reckoned(held, 2026) == "target_reckoned_count"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_plan_says_which_target_is_frozen_and_what_its_rule_gives_now(params_of, tables, language):
    params = params_of().with_standing([StandingTarget("churn_rate_target", {}, 0.1234)])
    results = churn.measure(params, tables)
    shown = targets(results, params=params, language=language)
    (row,) = (row for row in shown.rows if row.cells[0].about == "churn_rate_target")
    told = " ".join(cell.text for cell in row.cells)
    assert "12.3" in told
    assert {"zh": "冻结计划（按规则重新测算为", "en": "Frozen plan (its rule now gives"}[language] in told
    others = [row for row in shown.rows if row.cells[0].about != "churn_rate_target"]
    assert others and not any(
        "冻结" in cell.text or "rozen" in cell.text for row in others for cell in row.cells
    )
    assert len(goals_of(results, plan_year=2026)) == len(shown.rows)


def test_targets_that_stand_are_part_of_what_params_are(params_of):
    stands = StandingTarget("churn_rate_target", {}, 0.3)
    assert params_of() == params_of().with_standing([])
    assert params_of() != params_of().with_standing([stands])
    assert params_of().with_standing([stands]).model_copy(update={"language": "en"}).standing == (stands,)


def test_a_notebook_in_a_process_of_its_own_holds_to_the_plan_it_is_told_of(tmp_path, least_exports):
    """What a kernel reads anew it sees with the targets of the report's frozen plan; without one, with none."""
    least_exports(tmp_path)
    path = tmp_path / "small.yml"
    path.write_text(
        "dealership: {id: small}\nplan_year: 2026\n"
        "sources: {vehicle_sales: sales.csv, service_visits: visits.csv}\n"
    )
    months = tuple(float(number) for number in range(12))
    goal = FrozenGoal(
        target="first_service_target", actual="first_service_visits", measured="first_service_visits",
        owner="customer_service", better="higher", group={}, kind="count", year=66.0, total=66.0,
        months=months, seasonality=(1 / 12,) * 12, sigma=None, volume=None, history=(2025,), last_year=None,
    )  # fmt: skip
    plan = FrozenPlan(
        schema_version=1, dealership="small", name="small", language="zh", plan_year=2026,
        as_of=date(2025, 12, 31), frozen="2026-01-05T09:00:00+08:00", version="1", rules={}, goals=(goal,),
        inputs=(), params_sha256="",
    )  # fmt: skip
    (tmp_path / "plan.json").write_text(plan.model_dump_json())
    with plan_given(tmp_path / "plan.json"):
        held = open_chapter(str(path)).params.standing
    assert held == (StandingTarget("first_service_target", {}, 66.0, months),)
    with plan_given(None):
        assert open_chapter(str(path)).params.standing == ()


def test_another_frozen_plan_makes_every_chapter_again(tmp_path, params_of):
    def made_from(params):
        store = Store(params, tmp_path / "a.yml", {}, (), no_rejects(), [])
        return ChapterCache(tmp_path, store)._made_from("churn")

    stands = [
        params_of().with_standing([StandingTarget("churn_rate_target", {}, rate)]) for rate in (0.3, 0.2)
    ]
    assert len({made_from(params) for params in (params_of(), *stands)}) == 3
