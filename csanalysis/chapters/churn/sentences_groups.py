"""Which groups of vehicles stay away more than others, where that is beyond chance."""

from collections.abc import Sequence

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.chapters.churn.figures_groups import DIFFERS, RATE, splits_told_apart
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.display.verbatim import without_markup
from csanalysis.metrics.customers.split_tests import compared
from csanalysis.metrics.results import Results


def about_groups(results: Results, *, language: Language) -> Prose | Missing:
    """Of each split that differs beyond chance the highest and lowest group; the others are named alone."""
    tell = SentenceWriter(results, language)
    year = results.latest(DIFFERS, "year", split="vehicle_age") or results.latest(RATE, "year")
    tested = list(results.select(DIFFERS, "year", "split", period=year)["split"]) if year else []
    if year is None or not tested:
        return tell.prose("", needs=[DIFFERS])
    told = splits_told_apart(results, year)
    rest = [group_label("split", split, language) for split in tested if split not in told]
    if not told:
        return tell.prose(
            tell.say("churn_groups.alike", year=tell.period(year), splits=tell.listed(rest)), needs=[DIFFERS]
        )
    return tell.prose(
        tell.paragraph(
            _apart(tell, told, year),
            tell.say("churn_groups.rest", splits=tell.listed(rest)) if rest else "",
        ),
        needs=[DIFFERS],
    )


def splits_apart(results: Results, *, language: Language, year: str) -> str | None:
    """The same of one year in plain words, as a note; None where no split differs beyond chance."""
    told = splits_told_apart(results, year)
    return without_markup(_apart(SentenceWriter(results, language), told, year)) if told else None


def _apart(tell: SentenceWriter, told: Sequence[str], year: str) -> str:
    said = [_ends(tell, split, year) for split in told]
    return tell.say("churn_groups.apart", year=tell.period(year), splits=tell.enumerated(said))


def _ends(tell: SentenceWriter, split: str, year: str) -> str:
    """The groups with the highest and the lowest churn of a split."""
    rows = compared(tell.results.select(RATE, "year", split, period=year), split)
    rows = rows.sort_values("value", kind="stable")
    low, high = rows.iloc[0], rows.iloc[-1]
    return tell.say(
        "churn_groups.apart_each",
        split=group_label("split", split, tell.language),
        highest=group_label(split, str(high[split]), tell.language),
        high=tell.formatted(RATE, high["value"]),
        lowest=group_label(split, str(low[split]), tell.language),
        low=tell.formatted(RATE, low["value"]),
    )
