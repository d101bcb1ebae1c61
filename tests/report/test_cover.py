"""What the title page says of the days that it rests on."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from csanalysis.params import Params
from csanalysis.report.cover import cover


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["名单截至 2026年6月30日", "目标为 2026年1月5日 冻结的计划", "2025年12月31日"]),
        (
            "en",
            ["lists as of 30 Jun 2026", "Targets are those of the plan frozen on 5 Jan 2026", "31 Dec 2025"],
        ),
    ],
)
def test_lists_move_on_while_the_targets_stand(language, said):
    params = Params.model_validate(
        {
            "dealership": {"id": "a"},
            "plan_year": 2026,
            "as_of": date(2026, 6, 30),
            "language": language,
            "sources": {"vehicle_sales": {"path": ["s"]}, "service_visits": {"path": ["v"]}},
        }
    )
    plan = SimpleNamespace(frozen="2026-01-05T09:00:00+08:00", as_of=date(2025, 12, 31))
    line = cover(params, made=datetime(2026, 7, 1), plan=plan)["standing"]
    assert all(part in line for part in said), line
    reckoned = {
        "zh": "目标按截至 2026年6月30日 的数据测算，尚未冻结",
        "en": "up to 30 Jun 2026 and not frozen yet",
    }
    assert reckoned[language] in cover(params, made=datetime(2026, 7, 1))["standing"]
