"""Satisfaction: the manufacturer's and the store's own surveys, and the region's monthly bulletin."""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd

from csanalysis.demo.plan import FIRST_DAY, LAST_DAY, LATEST_AS_OF, Plan, Programme

_SPREAD = 0.95  # of one answer, on the scale of ten
_WEAK = -0.55  # how far a truly weak item lies below the region
_ORDINARY = 0.12
_FLATTERY = 0.3
_MOOD = 0.35  # what one person's answers have in common


def survey_responses(plan: Plan, visits: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """One row an answered item, of both programmes and both sources."""
    served = visits.loc[~visits["is_rework"], ["visit_date", "advisor", "ro_number"]]
    served = served.set_axis(["date", "staff", "ro_number"], axis=1)
    delivered = sales.loc[sales["self_sold"], ["sale_date", "sales_consultant"]]
    delivered = delivered.set_axis(["date", "staff"], axis=1).drop_duplicates().assign(ro_number=None)
    parts = [
        _answers(plan, plan.service, served, "oem", plan.service.monthly),
        _answers(plan, plan.service, served, "internal", plan.service.monthly // 2),
        _answers(plan, plan.sales, delivered, "oem", plan.sales.monthly),
        _answers(plan, plan.sales, delivered, "internal", plan.sales.monthly // 2),
    ]
    responses = pd.concat(parts, ignore_index=True)
    asked = responses.drop_duplicates("sheet").sort_values(["survey_date", "sheet"], kind="stable")
    numbers = {sheet: f"Q{place:06d}" for place, sheet in enumerate(asked["sheet"], start=1)}
    responses["response_id"] = responses["sheet"].map(numbers)
    return responses.sort_values("response_id", kind="stable", ignore_index=True).drop(columns="sheet")


def _answers(
    plan: Plan, programme: Programme, cases: pd.DataFrame, source: str, monthly: int
) -> pd.DataFrame:
    """``monthly`` cases of each month, each answering every item a few days later."""
    rng = plan.rng(f"{programme.name} {source}")
    cases = cases.reset_index(drop=True)
    month = cases["date"].to_numpy().astype("datetime64[M]")
    order = rng.permutation(len(cases))
    place = pd.Series(1, index=order).groupby(month[order]).cumcount()
    chosen = cases.loc[np.sort(place.index[place < monthly])]
    day = chosen["date"].to_numpy().astype("datetime64[D]").astype("int64") + rng.integers(2, 7, len(chosen))
    chosen, day = chosen[day <= LAST_DAY], day[day <= LAST_DAY]

    level = np.array([item_level(programme, code) for code, _ in programme.items])
    level = level + (_FLATTERY if source == "internal" else 0.0)
    team = chosen["staff"].map(plan.team_of).replace("", None)
    skill = (chosen["staff"].map(plan.skill) - _mean_skill(plan, programme)).to_numpy(dtype=float)
    mood = rng.normal(0, _MOOD, len(chosen))
    latent = level + (0.32 * skill + mood)[:, None] + rng.normal(0, _SPREAD, (len(chosen), len(level)))
    score = np.clip(np.round(latent), 1, 10) * (programme.max_score / 10)
    items = len(programme.items)
    return pd.DataFrame(
        {
            "sheet": np.repeat([f"{programme.name}{source}{place}" for place in range(len(chosen))], items),
            "survey_date": np.repeat(day.astype("datetime64[D]"), items),
            "programme": programme.name,
            "item_code": [code for code, _ in programme.items] * len(chosen),
            "item_name": [name for _, name in programme.items] * len(chosen),
            "score": score.ravel(),
            "max_score": float(programme.max_score),
            "source": source,
            "staff": np.repeat(chosen["staff"].to_numpy(), items),
            "team": np.repeat(team.to_numpy(), items),
            "ro_number": np.repeat(chosen["ro_number"].to_numpy(), items),
        }
    )


def _mean_skill(plan: Plan, programme: Programme) -> float:
    role = "service_advisor" if programme is plan.service else "sales_consultant"
    return float(np.mean([person.skill for person in plan.role(role)]))


def regional_level(programme: Programme, code: str) -> float:
    """The region's true level of an item, on the scale of ten before rounding."""
    place = [item for item, _ in programme.items].index(code)
    return programme.level + 0.22 * ((place * 5) % 7 - 3) / 3


def item_level(programme: Programme, code: str) -> float:
    """The store's own true level of an item."""
    return regional_level(programme, code) + (_WEAK if code in programme.weak else _ORDINARY)


def _expected_score(level: float) -> float:
    """Mean of the rounded and cut answers of people whose opinion lies around ``level``."""
    opinion = NormalDist(level, math.hypot(_SPREAD, _MOOD))
    return 1.0 + sum(1 - opinion.cdf(answer + 0.5) for answer in range(1, 10))


def survey_benchmarks(plan: Plan, responses: pd.DataFrame) -> pd.DataFrame:
    """The bulletin of each month: region and store by item, and for the whole programme with the rank."""
    rng = plan.rng("benchmarks")
    oem = responses[responses["source"] == "oem"]
    dates = oem["survey_date"].to_numpy()
    oem = oem.assign(month=dates.astype("datetime64[M]"))[dates <= np.datetime64(LATEST_AS_OF, "D")]
    own = oem.groupby(["programme", "month", "item_code"])["score"].mean()
    months = np.arange(
        np.datetime64(FIRST_DAY, "D").astype("datetime64[M]"),
        np.datetime64(LATEST_AS_OF + 1, "D").astype("datetime64[M]"),
    )
    rows: list[tuple[object, ...]] = []
    for programme in (plan.sales, plan.service):
        scale = programme.max_score / 10
        expected = {code: _expected_score(regional_level(programme, code)) for code, _ in programme.items}
        for month in months:
            region_total = own_total = 0.0
            for code, _ in programme.items:
                region = scale * (expected[code] + float(rng.normal(0, 0.04)))
                score = own.get((programme.name, pd.Timestamp(month), code))
                region_total += region
                own_total += score if score is not None else np.nan
                rows.append((month, programme.name, code, region, score, None, None))
            spread = 0.02 * region_total
            others = rng.normal(region_total, spread, programme.stores - 1)
            rank = None if np.isnan(own_total) else 1 + int((others > own_total).sum())
            total = None if np.isnan(own_total) else own_total
            rows.append((month, programme.name, "total", region_total, total, rank, programme.stores))
    columns = ["month", "programme", "item_code", "regional_mean", "own_score", "rank", "store_count"]
    table = pd.DataFrame(rows, columns=columns).sort_values("month", kind="stable", ignore_index=True)
    table["month"] = table["month"].to_numpy().astype("datetime64[D]")
    return table.round({"regional_mean": 2, "own_score": 2})
