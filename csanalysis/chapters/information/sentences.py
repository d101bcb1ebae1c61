"""What the numbers on customer records and contacts say."""

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import extremes_differ

ACCURACY, ACCURACY_TARGET = "record_accuracy_rate", "record_accuracy_target"
LATE, LATE_TARGET = "late_entry_rate", "late_entry_target"
FILES, COVERAGE, REACHED, INVALID = (
    "files_due_for_archiving",
    "contact_coverage_rate",
    "reached_rate",
    "invalid_phone_rate",
)
CALLS, AGENTS = "calls_needed", "agents_needed"


def about_records(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """How right records were against the year's target, which kind is weakest, how many came in late."""
    tell = SentenceWriter(results, language)
    sentences, late = [], []
    rates = tell.defined_values(ACCURACY, "year")
    if len(rates):
        year = str(rates.index[-1])
        target = tell.value(ACCURACY_TARGET, year)
        way = "" if target is None else "met" if rates[year] >= target else "missed"
        sentences.append(
            tell.say(
                "information.accuracy",
                year=tell.year_of(ACCURACY, year),
                rate=tell.number(ACCURACY, year),
                interval=tell.interval(ACCURACY, year),
            )
        )
        if way:
            sentences.append(tell.say(f"information.target_{way}", target=tell.number(ACCURACY_TARGET, year)))
        by_type = results.select(ACCURACY, "year", "record_type", period=year).dropna(subset="value")
        if len(by_type) > 1:
            weakest = by_type.iloc[int(by_type["value"].to_numpy().argmin())]
            sentences.append(
                tell.say(
                    f"information.weakest{'' if extremes_differ(by_type) else '_alike'}",
                    record=group_label("record_type", weakest["record_type"], language),
                    rate=tell.formatted(ACCURACY, weakest["value"]),
                )
            )
        late = [
            tell.say(
                "information.late", rate=tell.number(LATE, year), target=tell.number(LATE_TARGET, plan_year)
            )
        ]
    goal = tell.say(
        "information.goal", year=tell.period(plan_year), target=tell.number(ACCURACY_TARGET, plan_year)
    )
    return tell.prose(tell.paragraph(*sentences, *late, goal), needs=[ACCURACY])


def about_files(results: Results, *, as_of: str, plan_year: int, language: Language) -> Prose | Missing:
    """How many files of each kind are due by now, and in the plan year."""
    tell = SentenceWriter(results, language)
    lines = [
        tell.say(
            "information.files",
            file=group_label("file", file, language),
            now=tell.number(FILES, as_of, file=file),
            year=tell.period(plan_year),
            more=tell.number(FILES, plan_year, file=file),
        )
        for file in dict.fromkeys(results.select(FILES, "date", "file")["file"])
    ]
    return tell.prose(lines, needs=[FILES])


def about_contacts(results: Results, *, year: int, language: Language) -> Prose | Missing:
    """How many sales and visits were followed by a contact in time, how many calls got through."""
    tell = SentenceWriter(results, language)
    sentences = [
        tell.say(
            "information.coverage",
            year=tell.year_of(REACHED, year),
            sale=tell.number(COVERAGE, year, purpose="post_sale"),
            service=tell.number(COVERAGE, year, purpose="post_service"),
        ),
        tell.say(
            "information.reached",
            reached=tell.number(REACHED, year),
            invalid=tell.number(INVALID, year),
        ),
    ]
    wrong = tell.defined_values("invalid_phone_vehicles", "date")
    if len(wrong):
        count = tell.formatted("invalid_phone_vehicles", wrong.iloc[-1])
        sentences.append(tell.say("information.correct", vehicles=count))
    return tell.prose(tell.paragraph(*sentences), needs=[COVERAGE, REACHED])


def about_calls(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """How many calls next year needs, in which month most, and how many agents at which pace."""
    tell = SentenceWriter(results, language)
    months = tell.defined_values(CALLS, "month")
    if months.empty:
        return tell.prose(needs=[CALLS])
    most = str(months.idxmax())
    sentences = [
        tell.say(
            "information.calls",
            year=tell.period(plan_year),
            possible=tell.number("calls_possible", plan_year),
            calls=tell.number("calls_planned", plan_year),
            needed=tell.number(CALLS, plan_year),
            month=tell.period(most, short=True),
            most=tell.formatted(CALLS, months[most]),
        ),
        tell.say("information.before", made=tell.number("contacts_made", plan_year - 1)),
        tell.say("information.agents", agents=tell.number(AGENTS, plan_year, pace="standard")),
        tell.say("information.agents_own", agents=tell.number(AGENTS, plan_year, pace="own")),
    ]
    return tell.prose(tell.paragraph(*sentences), needs=[CALLS])
