"""What the simulated year says of the plan."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.plan.reading import goal_label
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results

EASY, HARD, OUT_OF_REACH = 0.9, 0.3, 0.05
"""Chances from and below which a target asks for little, for much, for what past years never gave."""

CHANCE, VISITS, REVENUE = "target_chance", "simulated_visits", "simulated_revenue"
MET = "plan_targets_met"


def about_plan_chance(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """The year to come, the chance of the plan, targets that ask too little or much, what was not run."""
    tell = SentenceWriter(results, language)
    if tell.value("simulation_fitted_years", plan_year) == 0:
        return tell.prose(tell.say("simulation.too_short"), needs=[CHANCE])
    moved = (results.select(CHANCE, "year", "target", "measures")["measures"] == "none").any()
    year = {
        "basis": tell.say("simulation.basis_moves" if moved else "simulation.basis_past"),
        "year": plan_year,
        "visits": tell.number(VISITS, plan_year),
        "band": tell.interval(VISITS, plan_year),
    }
    revenue = {
        "revenue": tell.number(REVENUE, plan_year),
        "revenue_band": tell.interval(REVENUE, plan_year),
    }
    head = tell.say("simulation.year", **year, **revenue) or tell.say(
        "simulation.year_without_revenue", **year
    )
    chances = {}
    for goal in goals_of(results, plan_year=plan_year):
        chance = tell.value(CHANCE, plan_year, target=goal.target, **goal.group)
        if chance is not None:
            chances[goal_label(goal, language)] = chance
    together = {"met": tell.number(MET, plan_year), "band": tell.interval(MET, plan_year)}
    judged = [
        tell.say(f"simulation.{name}", targets=_named(tell, chances, low, high))
        for name, low, high in (
            ("easy", EASY, 1.1),
            ("hard", OUT_OF_REACH, HARD),
            ("out_of_reach", -1.0, OUT_OF_REACH),
        )
    ]
    return tell.prose(
        tell.paragraph(head, tell.say("simulation.targets_met", count=len(chances), **together)),
        judged,
        _refused(tell),
        needs=[CHANCE],
    )


def about_contradictions(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """Which targets hinder each other, and how well the simulation did on past years."""
    tell = SentenceWriter(results, language)
    pairs = results.select("target_contradiction", None, "target", "against", period=str(plan_year))
    said = []
    for pair in pairs[pairs["value"] < 1].to_dict("records"):
        names = {
            side: group_label("target", pair[key], language)
            for side, key in (("one", "target"), ("other", "against"))
        }
        if pair["numerator"] == 0:
            said.append(tell.say("simulation.never_both", **names))
        else:
            shares = {
                "both": tell.formatted(CHANCE, pair["numerator"]),
                "apart": tell.formatted(CHANCE, pair["denominator"]),
            }
            said.append(tell.say("simulation.hinder", **names, **shares))
    if not said and tell.value("simulated_visits", plan_year) is not None:
        said = [tell.say("simulation.no_conflict")]
    tried = results.select("simulation_coverage", None, "quantity")
    inside, years = tried["numerator"].sum(), tried["denominator"].sum()
    coverage = tell.say("simulation.coverage", inside=int(inside), years=int(years)) if years else ""
    return tell.prose(said, coverage, needs=["target_contradiction"])


def _named(tell: SentenceWriter, chances: dict[str, float], low: float, high: float) -> str | None:
    """``label (12%)`` of the targets with a chance from ``low`` to below ``high``, None for none."""
    names = [
        f"{name} ({tell.formatted(CHANCE, chance)})"
        for name, chance in chances.items()
        if low <= chance < high
    ]
    return tell.enumerated(names) or None


def _refused(tell: SentenceWriter) -> list[str]:
    rows = tell.results.select("scenario_out_of_reach", None, "scenario", "step").to_dict("records")
    lines = []
    for row in rows:
        step = group_label("step", row["step"], tell.language)
        if pd.isna(row["value"]):
            lines.append(tell.say("simulation.refused_nothing", scenario=row["scenario"], step=step))
        else:
            share = tell.formatted("scenario_out_of_reach", row["value"])
            lines.append(tell.say("simulation.refused", scenario=row["scenario"], step=step, share=share))
    return lines
