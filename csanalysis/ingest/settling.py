"""Copies of one workbook that several people have filled in: one answer a call."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from csanalysis.ingest.answer_rows import AnsweredCall, Answers, RefusedRow
from csanalysis.ingest.dates import parse_datetimes
from csanalysis.messages import Message

_SAID = ("contact_date", "result", "next_date")


def settled(workbooks: Sequence[tuple[str, Answers]]) -> list[tuple[str, Answers]]:
    """The workbooks with one answer a call: where two disagree, the later dated one.

    Of two of one date the one that stands last counts. An answer that does not count is refused, with the
    place of the one that does; a copy that says the same stays, as a repeat.
    """
    calls = [(number, call) for number, (_, answers) in enumerate(workbooks) for call in answers.calls]
    counts = _counting([call for _, call in calls])
    kept: list[list[AnsweredCall]] = [[] for _ in workbooks]
    refused: list[list[RefusedRow]] = [list(answers.refused) for _, answers in workbooks]
    for place, (number, call) in enumerate(calls):
        label, best = workbooks[calls[counts[place]][0]][0], calls[counts[place]][1]
        if all(call.cells[name] == best.cells[name] for name in _SAID):
            kept[number].append(replace(call, cells=best.cells))
        else:
            refused[number].append(_refused(call, label, best))
    return [
        (label, Answers(kept[number], refused[number], answers.warnings))
        for number, (label, answers) in enumerate(workbooks)
    ]


def _counting(calls: Sequence[AnsweredCall]) -> list[int]:
    """For each call the place of the one that counts; one without a result gives way to one with."""
    if not calls:
        return []
    dates = parse_datetimes(pd.Series([call.cells["contact_date"] for call in calls], dtype="str"))
    days = np.where(np.isnat(dates), np.datetime64(0, "s"), dates).astype("int64")
    weight = [(bool(call.cells["result"]), day) for call, day in zip(calls, days.tolist(), strict=True)]
    ids = [call.contact_id for call in calls]
    best: dict[str, int] = {}
    for place, name in enumerate(ids):
        if name not in best or weight[place] >= weight[best[name]]:
            best[name] = place
    return [best[name] for name in ids]


def _refused(call: AnsweredCall, label: str, best: AnsweredCall) -> RefusedRow:
    reason = Message(
        "another answer to the same call, the later one, counts: {file} {sheet} row {row}; make them agree",
        "同一次通话另有一个结果，以较晚的为准：{file} {sheet} 第 {row} 行；请改成一致",
        file=label,
        sheet=best.sheet,
        row=best.row + 1,
    )
    return RefusedRow(call.sheet, call.row, "result", "disagrees", reason)
