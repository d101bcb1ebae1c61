"""What a folder of exports leaves open, as questions with a few answers each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from csanalysis.ingest.recognise.columns import ColumnGuess
from csanalysis.ingest.recognise.drafts import Draft
from csanalysis.messages import Message, joined
from csanalysis.schema import TABLES, VOCABULARIES

_WORTH_ASKING = 0.005  # of a table's rows
_MOST_WORDS = 5


@dataclass(frozen=True)
class Answer:
    """One answer: its label, and what it changes."""

    label: Message
    apply: Callable[[], None]


@dataclass(frozen=True)
class Question:
    """A question and its answers; nobody answering leaves things as they are."""

    text: Message
    answers: tuple[Answer, ...]


def questions(draft: Draft) -> list[Question]:
    """What a table's exports do not tell, the weightiest first."""
    found = [_date_order(draft)] if draft.date_order_open and "date_order" not in draft.source else []
    if whose_survey_open(draft):
        found.append(_whose_survey(draft))
    found += [_column(draft, guess) for part in draft.parts for guess in part.columns if _open(draft, guess)]
    rows = max(len(draft.data), 1)
    for name, guesses in draft.open_words.items():
        for guess in guesses[:_MOST_WORDS]:
            if guess.rows >= _WORTH_ASKING * rows:
                found.append(_word(draft, name, guess.word, guess.rows))
    return found


def _date_order(draft: Draft) -> Question:
    shown = next(
        cell
        for header, name in draft.source["columns"].items()
        if TABLES[draft.table].by_name[name].kind in ("date", "datetime")
        for cell in draft.data[header].dropna()
    )

    def say(order: str) -> Callable[[], None]:
        def apply() -> None:
            draft.source["date_order"] = order
            draft.read_again()

        return apply

    return Question(
        Message(
            "{table}: what is {shown} in its dates?",
            "{table}：日期 {shown} 是什么意思？",
            table=_called(draft.table),
            shown=shown,
        ),
        (
            Answer(Message("day first (dmy)", "日在前（dmy）"), say("dmy")),
            Answer(Message("month first (mdy)", "月在前（mdy）"), say("mdy")),
            Answer(Message("year first (ymd)", "年在前（ymd）"), say("ymd")),
        ),
    )


def whose_survey_open(draft: Draft) -> bool:
    """Whether a survey does not say if it is the manufacturer's or the store's own."""
    given = {*draft.source.get("columns", {}).values(), *draft.source.get("constants", {})}
    return draft.table == "survey_responses" and bool(draft.parts) and "source" not in given


def _whose_survey(draft: Draft) -> Question:
    def say(source: str) -> Callable[[], None]:
        return lambda: draft.source.setdefault("constants", {}).update(source=source)

    return Question(
        Message(
            "{names}: is this the manufacturer's survey, or the store's own?",
            "{names}：这是厂家的调查，还是本店自己的回访？",
            names=joined(file.name for file in draft.files[:3]),
        ),
        tuple(
            Answer(Message(meant, words[0]), say(meant)) for meant, words in VOCABULARIES["source"].items()
        ),
    )


def _open(draft: Draft, guess: ColumnGuess) -> bool:
    return guess.sure == "guess" and bool(guess.others) and guess.header in draft.source["columns"]


def _column(draft: Draft, guess: ColumnGuess) -> Question:
    def say(header: str) -> Callable[[], None]:
        def apply() -> None:
            columns = draft.source["columns"]
            del columns[guess.header]
            columns[header] = guess.column
            for part in draft.parts:
                part.columns = [
                    replace(known, header=header, score=1.0, others=()) if known is guess else known
                    for known in part.columns
                ]

        return apply

    return Question(
        Message(
            "{table}: which column is {column}?",
            "{table}：哪一列是{column}？",
            table=_called(draft.table),
            column=Message(guess.column, TABLES[draft.table].by_name[guess.column].zh),
        ),
        tuple(Answer(Message(header, header), say(header)) for header in (guess.header, *guess.others)),
    )


def _word(draft: Draft, name: str, word: str, rows: int) -> Question:
    column = TABLES[draft.table].by_name[name]
    header = next(header for header, ours in draft.source["columns"].items() if ours == name)

    def mean(meant: str) -> Callable[[], None]:
        def apply() -> None:
            draft.source.setdefault("words", {}).setdefault(name, {})[word] = meant
            _settle(draft, name, word)

        return apply

    def leave_out() -> None:
        draft.source.setdefault("drop", {}).setdefault(header, []).append(word)
        draft.dropped.setdefault(header, {})[word] = rows
        _settle(draft, name, word)

    known = VOCABULARIES[column.vocabulary or name]
    answers = [Answer(Message(meant, words[0]), mean(meant)) for meant, words in known.items()]
    return Question(
        Message(
            "{table}: what does '{word}' in {header} mean ({rows} rows)?",
            "{table}：{header} 里的“{word}”（{rows} 行）是什么？",
            table=_called(draft.table),
            word=word,
            header=header,
            rows=rows,
        ),
        (*answers, Answer(Message("leave these rows out", "不读这些行"), leave_out)),
    )


def _settle(draft: Draft, name: str, word: str) -> None:
    draft.open_words[name] = [guess for guess in draft.open_words[name] if guess.word != word]


def _called(table: str) -> Message:
    return Message(table, TABLES[table].zh)
