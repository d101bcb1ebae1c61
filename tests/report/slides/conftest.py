"""Numbers of a small store from which every slide of a plan can be made."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params
from csanalysis.report.cover import cover
from csanalysis.report.slides.plan import write_plan_slides

MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
BEFORE = [f"2025-{month:02d}" for month in range(1, 13)]
YEARS = [str(year) for year in range(2020, 2026)]
ITEM = {"programme": "css", "item_code": "A5"}
NAMES = {"css": {"A5": "试乘试驾"}}
INPUTS = [{"table": "vehicle_sales"}, {"table": "service_visits"}]


def _series(first: float, step: float, periods: list[str], **group: str) -> Any:
    return tidy(periods, value=[first + step * place for place in range(len(periods))], **group)


@pytest.fixture(scope="session")
def plan_results() -> Results:
    programmes, grades = ("css", "mot"), ("A", "B", "C")
    return Results(
        {
            "new_vehicle_sales": _series(500, 7, YEARS),
            "first_service_visits": [_series(300, 16, YEARS), _series(20, 1, BEFORE)],
            "first_service_return_rate": _series(0.61, 0.02, YEARS),
            "first_service_target": [
                _series(31, 1, MONTHS),
                tidy(["2026"], value=[438]),
                *(_series(15, 1, MONTHS, agent=agent) for agent in ("田甜", "石蕾")),
                *(tidy(["2026"], value=[219], agent=agent) for agent in ("田甜", "石蕾")),
            ],
            "annual_churn_rate": _series(0.3512, -0.011, YEARS),
            "churn_rate_target": tidy(["2026"], value=[0.2891]),
            "lapsed_vehicles": [_series(700, 20, YEARS), _series(60, 1, BEFORE)],
            "monthly_lapse_ceiling": [_series(55, 1, MONTHS), tidy(["2026"], value=[726])],
            "programme_score": [_series(880.25, 3.111, YEARS, programme=p) for p in programmes],
            "programme_rank": [_series(30.4, -1.3, YEARS, programme=p) for p in programmes],
            "programme_regional_mean": [_series(890.5, 2.2, YEARS, programme=p) for p in programmes],
            "programme_score_target": [tidy(["2026"], value=[912], programme=p) for p in programmes],
            "programme_rank_target": [tidy(["2026"], value=[9], programme=p) for p in programmes],
            "weak_item": tidy(["2025"], value=[1], **ITEM),
            "item_score": tidy(["2025"], value=[87.1234], **ITEM),
            "item_regional_mean": tidy(["2025"], value=[91.6], **ITEM),
            "item_gap": tidy(["2025"], value=[-4.5123], **ITEM),
            "item_months_below": tidy(["2025"], value=[12], **ITEM),
            "item_rebate_gain": tidy(["2026"], value=[30370.75], **ITEM),
            "upsell_success_rate": [
                _series(0.461, 0.02, YEARS),
                *(_series(0.4, 0.021, YEARS, grade=grade) for grade in grades),
            ],
            "upsell_success_change": [tidy(["2025-12-31"], value=[0.0982])],
            "upsell_success_target": tidy(["2026"], value=[0.575]),
            "move_rank": tidy(["2026"], value=[1], move=["marginal"]),
            "move_cases": tidy(["2026"], value=[573.84], move="marginal", part="planned"),
            "move_effect": tidy(["2026"], value=[0.258], move="marginal", basis="matched"),
            "move_amount": tidy(["2026"], value=[914.4], move="marginal"),
            "move_calls": [
                tidy(["2026"], value=[878.63], move="marginal", part="planned"),
                tidy(["2026"], value=[878.63], part="planned"),
            ],
            "move_value": [
                tidy(
                    ["2026"],
                    value=[135457.87],
                    low=[86021.2],
                    high=[184895.1],
                    move="marginal",
                    part="planned",
                ),
                tidy(["2026"], value=[135457.87], part="planned"),
            ],
            "calls_possible": [_series(1000, 9, MONTHS), tidy(["2026"], value=[12594])],
            "calls_planned": [
                _series(900, 9, MONTHS),
                tidy(["2026"], value=[11394.6]),
                tidy(["2026"], value=[9191.8], use="duties"),
                tidy(["2026"], value=[2202.8], use="choice"),
            ],
            "calls_needed": [_series(1500, 9, MONTHS), tidy(["2026"], value=[18594])],
            "cases_not_planned": tidy(["2025-12-31"], value=[2303], why="capacity"),
            "agents_needed": tidy(["2026"], value=[4.654], pace="own"),
            "caller_worth": tidy(["2026"], value=[425096.4]),
            "value_created": [
                _series(133526.4, 1000, YEARS),
                _series(133526.4, 1000, YEARS, value_source="reminder_effect"),
            ],
            "calendar_events": [_series(1, 0, MONTHS), tidy(["2026"], value=[12])],
            "calendar_budget": [_series(900, 10, MONTHS), tidy(["2026"], value=[11460])],
            "event_budget": tidy([f"{month}-05" for month in MONTHS], value=900, event="女神节"),
            "rebate_expected": tidy(["2026"], value=[908384.25]),
            "target_chance": [tidy(["2026"], value=[0.244], target="first_service_target")],
            "plan_targets_met": tidy(["2026"], value=[4], low=[2], high=[6], denominator=10),
            "simulated_visits": tidy(["2026"], value=[5576], low=[5272], high=[5945]),
            "simulated_revenue": tidy(["2026"], value=[5378596.2], low=[5022067], high=[5779914]),
            "rows_read": tidy(
                ["2025-12-31"] * 2, value=[4259, 27357], table=["vehicle_sales", "service_visits"]
            ),
            "rows_kept": tidy(
                ["2025-12-31"] * 2, value=[4240, 27252], table=["vehicle_sales", "service_visits"]
            ),
        }
    )


def params_in(language: Any, **more: Any) -> Params:
    return Params(
        dealership={"id": "east", "name": "东方店"},
        plan_year=2026,
        language=language,
        sources={"vehicle_sales": "s.csv", "service_visits": "v.csv"},
        **more,
    )


@pytest.fixture(scope="session")
def write_plan(plan_results: Results) -> Callable[..., Path]:
    """Writes the plan's slides into a folder: ``write_plan(folder, params)``."""

    def write(folder: Path, params: Params) -> Path:
        write_plan_slides(
            folder / "plan.pptx",
            plan_results,
            params,
            cover=cover(params, made=datetime(2026, 1, 5, 8)),
            names=NAMES,
            inputs=INPUTS,
            folder=folder,
        )
        return folder / "plan.pptx"

    return write
