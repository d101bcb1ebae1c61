"""What is said of process compliance and of pay by score."""

from csanalysis.catalogue import Language, Missing
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import extremes_differ

BUDGET = "incentive_budget"


def about_process(results: Results, *, year: int, language: Language) -> Prose | Missing:
    """Last year's compliance, its weakest step, and how far people lie apart."""
    tell, rate = SentenceWriter(results, language), "process_compliance_rate"
    sentences = [
        tell.say(
            "process.rate",
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
                "process.weakest",
                process=worst["process"],
                rate=tell.formatted(rate, worst["value"]),
                best=best["process"],
                best_rate=tell.formatted(rate, best["value"]),
            ),
            tell.say(f"process.{'apart' if extremes_differ(steps) else 'close'}"),
        ]
    people = results.select(rate, None, "staff", period=str(year)).dropna(subset="value").sort_values("value")
    if len(people) > 1:
        low, high = people.iloc[0], people.iloc[-1]
        sentences.append(
            tell.say(
                "process.people",
                low=tell.formatted(rate, low["value"]),
                lowest=low["staff"],
                high=tell.formatted(rate, high["value"]),
                highest=high["staff"],
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[rate])


def about_incentives(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """What the rules cost at last year's scores and at target, and whom they flagged."""
    tell, plan = SentenceWriter(results, language), str(plan_year)

    def amount(scenario: str, **group: str) -> str | None:
        return tell.number(BUDGET, plan, scenario=scenario, **group)

    deducted = tell.value(BUDGET, plan, scenario="last_year", part="deducted")
    kept_back = tell.formatted(BUDGET, None if deducted is None else -deducted)
    flags = results.select("staff_flag", None, "staff", "flag")
    flags = flags[flags["period"].str[:4] == str(plan_year - 1)]
    said = [
        tell.say("process.flag", staff=row["staff"], period=tell.period(row["period"]), flag=row["flag"])
        for row in flags.to_dict("records")
    ]
    return tell.prose(
        tell.paragraph(
            tell.say(
                "process.budget",
                net=amount("last_year"),
                paid=amount("last_year", part="paid"),
                deducted=kept_back,
            ),
            tell.say("process.budget_target", net=amount("target")),
            tell.say("process.flags", flags=tell.enumerated(said)) if said else "",
        ),
        needs=["staff_incentive", BUDGET],
    )
