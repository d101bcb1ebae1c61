"""What the reasons for leaving say: how many were told, and whether they differ by age and by model."""

from csanalysis.catalogue import Language
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.contacts.churn_reasons import SPLITS
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import Q_VALUE

SHARES, CHANCE = "churn_reason_share", "churn_reason_q_value"

LEAST = 0.01
"""A smaller chance is written as less than this."""


def about_reasons(results: Results, *, language: Language) -> Prose | None:
    """How many said why, and which of age and model tells reasons apart; nothing where no answer says why."""
    shares = results.select(SHARES, "span", "reason")
    if shares.empty:
        return None
    tell = SentenceWriter(results, language)
    period = str(shares["period"].iloc[0])
    vehicles = tell.formatted(SHARES, shares["denominator"].iloc[0], format="count")
    sentences = [tell.say("churn_reasons.said", period=tell.period(period), vehicles=vehicles)]
    for split in SPLITS:
        chance = tell.value(CHANCE, period, split=split)
        if chance is not None:
            apart = chance <= Q_VALUE
            q = f"<{LEAST:g}" if chance < LEAST else tell.formatted(CHANCE, chance)
            sentences.append(tell.say(f"churn_reasons.{'' if apart else 'no_'}{split}", q=q))
    return Prose(tell.paragraph(*sentences))
