"""What next year's scores should be, and what the tiers are worth."""

from csanalysis.catalogue import Language, Missing, format_value, group_label
from csanalysis.chapters.satisfaction.sentences import Names, item_called, points_written, programmes_of
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.rebates import tier_label

TARGET, EXPECTED = "programme_score_target", "rebate_expected"


def about_score_targets(
    results: Results, *, plan_year: int, language: Language, names: Names
) -> Prose | Missing:
    """Each programme's target, the rank it should bring, and the fewest items that get there."""
    tell = SentenceWriter(results, language)
    lines = [_target(tell, programme, plan_year, names) for programme in programmes_of(results, TARGET)]
    return tell.prose([line for line in lines if line], needs=[TARGET])


def about_rebates(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """What to expect, what closing the gaps would add, and how likely each programme's target tier is."""
    tell, plan = SentenceWriter(results, language), str(plan_year)
    head = tell.say(
        "satisfaction.expected",
        year=tell.period(plan),
        amount=tell.number(EXPECTED, plan),
        closed=tell.number(EXPECTED, plan, scenario="close_gaps"),
    )
    lines = []
    for programme in programmes_of(results, "rebate_none_chance"):
        target = tell.value(TARGET, plan, programme=programme)
        chances = results.select("rebate_tier_chance", None, "tier", period=plan, programme=programme).dropna(
            subset="value"
        )
        tiers = chances[chances["tier"].astype(float) <= (target or 0.0)]
        if tiers.empty:
            continue
        floor = tiers["tier"].astype(float).max()
        tier = tier_label(floor)
        reached = chances.loc[chances["tier"].astype(float) >= floor, "value"].sum()
        lines.append(
            tell.say(
                "satisfaction.tier_next",
                programme=group_label("programme", programme, language),
                tier=tier,
                amount=tell.number("rebate_amount", plan, programme=programme, tier=tier),
                chance=format_value(reached, "percent", language),
                step=tell.number("rebate_step_cost", plan, programme=programme, tier=tier),
            )
        )
    return tell.prose(head, lines, needs=["rebate_amount", EXPECTED])


def _target(tell: SentenceWriter, programme: str, plan_year: int, names: Names) -> str:
    needed = tell.results.select(
        "item_improvement", None, "item_code", period=str(plan_year), programme=programme
    )
    items = [
        tell.say(
            "satisfaction.target_item",
            item=item_called(names, programme, code),
            points=points_written(points, tell.language),
        )
        for code, points in zip(needed["item_code"], needed["value"], strict=True)
        if points > 0
    ]
    beyond = tell.value("points_beyond_region", plan_year, programme=programme)
    return tell.paragraph(
        tell.say(
            "satisfaction.target",
            programme=group_label("programme", programme, tell.language),
            year=tell.period(plan_year),
            target=tell.number(TARGET, plan_year, programme=programme),
            before=tell.period(plan_year - 1),
            score=tell.number("programme_score", plan_year - 1, programme=programme) or "—",
        ),
        tell.say(
            "satisfaction.target_rank",
            rank=tell.number("programme_rank_target", plan_year, programme=programme),
        ),
        tell.say("satisfaction.target_items", items=tell.listed(items)) if items else "",
        tell.say("satisfaction.target_beyond", points=points_written(beyond, tell.language))
        if beyond
        else "",
    )
