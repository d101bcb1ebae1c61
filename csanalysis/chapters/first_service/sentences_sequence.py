"""What the maintenances after the first one say, and the end of the warranty."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.first_service.sequence import hardest_step
from csanalysis.metrics.results import Results

RATE, LOSS, WAITING = "service_sequence_rate", "service_step_loss_rate", "service_step_waiting"
SHARE, CLIFF = "warranty_visit_share", "warranty_cliff"


def about_sequence(results: Results, *, language: Language) -> Prose | Missing:
    """How many reach each maintenance in time, beside the trade's figures, and where most are lost."""
    tell = SentenceWriter(results, language)
    rates = results.select(RATE, "date", "step").dropna(subset="value")
    if rates.empty:
        return tell.prose(needs=[RATE])
    steps = tell.listed(
        f"{group_label('step', step, language)} {tell.formatted(RATE, value)}"
        for step, value in zip(rates["step"], rates["value"], strict=True)
    )
    said = [tell.say("first_service.sequence", steps=steps), tell.say("first_service.trade")]
    return tell.prose(tell.paragraph(*said, _hardest(tell)), needs=[RATE])


def _hardest(tell: SentenceWriter) -> str:
    losses = tell.results.select(LOSS, "date", "step")
    known = losses.dropna(subset="value")
    if known.empty:
        return ""
    day, step = str(known["period"].iloc[0]), hardest_step(known)
    whole = tell.number(LOSS, day)
    if step is None:
        return tell.say("first_service.no_hardest", whole=whole)
    row = known[known["step"] == step].iloc[0]
    return tell.say(
        "first_service.hardest_first" if step == "1" else "first_service.hardest",
        step=step,
        due=tell.formatted(WAITING, row["denominator"]),
        lost=tell.formatted(WAITING, row["numerator"]),
        rate=tell.formatted(LOSS, row["value"]),
        interval=tell.interval(LOSS, day, step=step),
        whole=whole,
        waiting=tell.number(WAITING, day, step=step),
    )


def about_warranty_end(results: Results, *, language: Language) -> Prose | Missing:
    """Who still comes in the year after the warranty, and whether that is more than a year's usual fall."""
    tell = SentenceWriter(results, language)
    changes = results.select(CLIFF, "date").dropna(subset="value")
    if changes.empty:
        return tell.prose(needs=[CLIFF])
    day, vehicles = str(changes["period"].iloc[0]), changes["denominator"].iloc[0]
    sentences = [
        tell.say(
            "first_service.warranty_end",
            vehicles=tell.formatted(WAITING, vehicles),
            last=tell.number(SHARE, day, warranty_year="last"),
            after=tell.number(SHARE, day, warranty_year="after"),
            change=tell.number(CLIFF, day),
            interval=_between(tell, changes.iloc[0]),
        )
    ]
    beyond = results.select(CLIFF, "date", change="beyond").dropna(subset=["value", "high"])
    for _, row in beyond.iterrows():
        sentences.append(
            tell.say(
                "first_service.warranty_cliff" if row["high"] < 0 else "first_service.no_warranty_cliff",
                before=tell.number(CLIFF, day, change="year_before"),
                beyond=tell.number(CLIFF, day, change="beyond"),
                beyond_interval=_between(tell, row),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[CLIFF])


def _between(tell: SentenceWriter, row: "pd.Series[float]") -> str:
    """The ends of a change's interval, both with their signs."""
    ends = {end: tell.formatted(CLIFF, row[end]) for end in ("low", "high")}
    return tell.say("first_service.between", **ends)
