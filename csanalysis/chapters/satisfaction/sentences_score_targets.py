"""What next year's scores should be, what the tiers are worth, and what pay costs."""

from csanalysis.catalogue import Language, Missing, format_value, group_label
from csanalysis.chapters.satisfaction.sentences import Names, item_called, points_written, programmes_of
from csanalysis.display.prose import Prose, Teller
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.rebates import tier_label

TARGET, EXPECTED, BUDGET = "programme_score_target", "rebate_expected", "incentive_budget"


def about_score_targets(
    results: Results, *, plan_year: int, language: Language, names: Names
) -> Prose | Missing:
    """Each programme's target, the rank it should bring, and the fewest items that get there."""
    tell = Teller(results, language)
    lines = [_target(tell, programme, plan_year, names) for programme in programmes_of(results, TARGET)]
    return tell.prose([line for line in lines if line], needs=[TARGET])


def about_rebates(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """What to expect, what closing the gaps would add, and how likely each programme's target tier is."""
    tell, plan = Teller(results, language), str(plan_year)
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


def about_process(results: Results, *, year: int, language: Language) -> Prose | Missing:
    """Last year's compliance, its weakest step, and how far people lie apart."""
    tell, rate = Teller(results, language), "process_compliance_rate"
    sentences = [
        tell.say(
            "satisfaction.process",
            year=tell.period(year),
            rate=tell.number(rate, year),
            interval=tell.interval(rate, year),
        )
    ]
    steps = (
        results.select(rate, None, "process", period=str(year)).dropna(subset="value").sort_values("value")
    )
    if len(steps) > 1:
        worst, best = steps.iloc[0], steps.iloc[-1]
        sentences += [
            tell.say(
                "satisfaction.process_weakest",
                process=worst["process"],
                rate=tell.written(rate, worst["value"]),
                best=best["process"],
                best_rate=tell.written(rate, best["value"]),
            ),
            tell.say(f"satisfaction.process_{'apart' if worst['high'] < best['low'] else 'close'}"),
        ]
    people = results.select(rate, None, "staff", period=str(year)).dropna(subset="value").sort_values("value")
    if len(people) > 1:
        low, high = people.iloc[0], people.iloc[-1]
        sentences.append(
            tell.say(
                "satisfaction.process_people",
                low=tell.written(rate, low["value"]),
                lowest=low["staff"],
                high=tell.written(rate, high["value"]),
                highest=high["staff"],
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[rate])


def about_incentives(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """What the rules cost at last year's scores and at target, and whom they flagged."""
    tell, plan = Teller(results, language), str(plan_year)

    def amount(scenario: str, **group: str) -> str | None:
        return tell.number(BUDGET, plan, scenario=scenario, **group)

    deducted = tell.value(BUDGET, plan, scenario="last_year", part="deducted")
    kept_back = tell.written(BUDGET, None if deducted is None else -deducted)
    flags = results.select("staff_flag", None, "staff", "flag")
    flags = flags[flags["period"].str[:4] == str(plan_year - 1)]
    said = [
        tell.say("satisfaction.flag", staff=row["staff"], period=tell.period(row["period"]), flag=row["flag"])
        for row in flags.to_dict("records")
    ]
    return tell.prose(
        tell.paragraph(
            tell.say(
                "satisfaction.budget",
                net=amount("last_year"),
                paid=amount("last_year", part="paid"),
                deducted=kept_back,
            ),
            tell.say("satisfaction.budget_target", net=amount("target")),
            tell.say("satisfaction.flags", flags=tell.enumerated(said)) if said else "",
        ),
        needs=["staff_incentive", BUDGET],
    )


def _target(tell: Teller, programme: str, plan_year: int, names: Names) -> str:
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
