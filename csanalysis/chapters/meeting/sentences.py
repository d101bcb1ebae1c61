"""What the meeting is about: its period, what came in, and what has to be decided."""

from datetime import date

import pandas as pd

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.chapters.satisfaction.sentences import Names, item_called
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.periods import period_days, period_kind
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.rectification import action_states

SOON_DAYS = 14


def about_meeting(results: Results, *, period: str, as_of: date, language: Language) -> Prose | Missing:
    """Which meeting this is, the responses and scores that came in, and the period's compliance."""
    tell, rate = SentenceWriter(results, language), "process_compliance_rate"
    first, _ = period_days(period)
    head = tell.say(
        f"meeting.{period_kind(period)}",
        period=tell.period(period),
        first=tell.period(f"{first:%Y-%m-%d}"),
        last=tell.period(as_of.isoformat()),
    )
    found = results.select("score_of_period", None, "programme", "source", period=period)
    lines = [
        tell.say(
            "meeting.came_in",
            programme=group_label("programme", row["programme"], language),
            source=group_label("source", row["source"], language),
            count=tell.formatted("score_of_period", row["denominator"], format="count"),
            score=tell.formatted("score_of_period", row["value"]),
        )
        for row in found.to_dict("records")
    ]
    checked = results.select(rate, None, period=period)["denominator"]
    lines.append(
        tell.say(
            "meeting.compliance",
            rate=tell.number(rate, period),
            interval=tell.interval(rate, period),
            count=tell.formatted(rate, checked.iloc[0] if len(checked) else None, format="count"),
        )
    )
    return tell.prose(head, lines, needs=["score_of_period", rate])


def to_decide(
    results: Results,
    actions: pd.DataFrame | None,
    *,
    year: int,
    as_of: date,
    language: Language,
    names: Names,
) -> Prose | Missing:
    """Overdue actions, those due within two weeks, and weak items that nobody mends."""
    tell = SentenceWriter(results, language)
    weak = results.select("weak_item", None, "programme", "item_code", period=str(year))
    weak = weak[weak["value"] == 1]
    lines, working = [], set()
    if actions is not None:
        open_ones = actions[actions["done_date"].isna()]
        working = set(open_ones["item_code"])
        states = action_states(open_ones, as_of=pd.Timestamp(as_of))
        soon = pd.Timestamp(as_of) + pd.Timedelta(days=SOON_DAYS)
        called = dict(zip(weak["item_code"], weak["programme"], strict=True))
        for row, state in zip(open_ones.to_dict("records"), states, strict=True):
            if state != "overdue" and not row["due_date"] <= soon:
                continue
            lines.append(
                tell.say(
                    f"meeting.{state}",
                    item=item_called(
                        names, called.get(row["item_code"], _any(names, row["item_code"])), row["item_code"]
                    ),
                    owner=row["owner"] if pd.notna(row["owner"]) else "—",
                    due=tell.period(f"{row['due_date']:%Y-%m-%d}"),
                )
            )
    lines += [
        tell.say("meeting.unattended", item=item_called(names, programme, code))
        for programme, code in zip(weak["programme"], weak["item_code"], strict=True)
        if code not in working
    ]
    if not lines and "weak_item" in results.names:
        lines.append(tell.say("meeting.nothing"))
    return tell.prose(lines, needs=["weak_item", "rectification_actions"])


def _any(names: Names, code: str) -> str:
    """A programme that has the item."""
    return next((programme for programme, items in names.items() if code in items), "")
