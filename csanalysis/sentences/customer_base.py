"""What the customer base looks like."""

from csanalysis.catalogue import Language, Missing
from csanalysis.metrics.results import Results
from csanalysis.sentences.prose import Prose, Teller

STATES, BASE = "lifecycle_vehicles", "effective_base"


def about_lifecycle(results: Results, *, language: Language) -> Prose | Missing:
    """How many vehicles are still worth looking after, and how many of them are about to leave."""
    tell = Teller(results, language)
    dates = results.select(STATES, "date", "state").dropna(subset="value")["period"]
    if dates.empty:
        return tell.prose(needs=[STATES])
    day = str(dates.max())
    sentences = [
        tell.say("customer_base.base", date=tell.period(day), base=tell.number(BASE, day)),
        tell.say(
            "customer_base.states",
            active=tell.number(STATES, day, state="active"),
            marginal=tell.number(STATES, day, state="marginal"),
            churned=tell.number(STATES, day, state="churned"),
        ),
        tell.say("customer_base.permanent", permanent=tell.number(STATES, day, state="permanent")),
    ]
    return tell.prose(tell.paragraph(*sentences), needs=[STATES])
