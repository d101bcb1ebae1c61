"""What the scenarios with electric vehicles rest on: the store's own ones, or an assumption and why."""

from csanalysis.catalogue import Language
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results

VEHICLES, VISITS, REVENUE = "electric_vehicles", "electric_visits_ratio", "electric_revenue_ratio"
YEARLY = "vehicle_year_visits"


def about_electric(results: Results, *, plan_year: int, language: Language) -> Prose | None:
    """What was learned of electric vehicles, and what each scenario uses; nothing where neither is."""
    tell = SentenceWriter(results, language)
    seen = results.select(VEHICLES, "date")
    scenarios = list(results.select(VISITS, "year", "scenario")["scenario"])
    if seen.empty or (not scenarios and not seen["value"].iloc[0]):
        return None
    day, vehicles = str(seen["period"].iloc[0]), seen["value"].iloc[0]
    learned = tell.value(VISITS, day) is not None
    name = "learned" if learned else "too_few" if vehicles else "none"
    numbers = {"vehicles": tell.number(VEHICLES, day)}
    if learned:
        numbers |= {
            "own": tell.number(YEARLY, day, drive="electric"),
            "others": tell.number(YEARLY, day, drive="other"),
            "visits": tell.number(VISITS, day),
            "visits_interval": tell.interval(VISITS, day),
        }
    said = [tell.say(f"simulation_electric.{name}", **numbers)]
    if learned and tell.value(REVENUE, day) is not None:
        said.append(
            tell.say(
                "simulation_electric.revenue",
                revenue=tell.number(REVENUE, day),
                interval=tell.interval(REVENUE, day),
            )
        )
    said += [
        tell.say(
            "simulation_electric.used",
            scenario=scenario,
            visits=tell.number(VISITS, plan_year, scenario=scenario),
            revenue=tell.number(REVENUE, plan_year, scenario=scenario),
        )
        for scenario in scenarios
    ]
    if learned and scenarios:
        said.append(tell.say("simulation_electric.how"))
    return Prose(tell.paragraph(*said))
