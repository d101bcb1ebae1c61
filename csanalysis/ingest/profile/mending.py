"""Each distinct problem of the rows, once, and the lines of the params that would mend it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from csanalysis.messages import Message, said
from csanalysis.params import Params
from csanalysis.schema import TABLES, VOCABULARIES

if TYPE_CHECKING:
    from csanalysis.ingest.store import Store


@dataclass(frozen=True)
class Problem:
    """Rows set aside, or kept without a cell, for one reason; ``example`` shows no personal data."""

    table: str
    column: str
    line: Message
    count: int
    example: str


def problems_of_rows(store: "Store") -> list[Problem]:
    """One entry for each distinct reason, the most frequent of a table first."""
    found = []
    for key, rows in pd.concat([store.rejects, store.remarks]).groupby(
        ["table", "column", "reason", "reason_zh"], sort=False
    ):
        table, column, reason, reason_zh = map(str, key)
        found.append(Problem(table, column, Message(reason, reason_zh), len(rows), _example(rows)))
    found.sort(key=lambda problem: -problem.count)
    emptied = [
        Problem(
            report.table,
            column,
            Message(
                "{column} cannot be read and is left empty", "{column} 无法识别，作空处理", column=column
            ),
            count,
            "",
        )
        for report in store.quality
        for column, count in report.unreadable.items()
        if count
    ]
    return found + emptied


def _example(rows: pd.DataFrame) -> str:
    """The first cell that may be shown, and where the first row stands."""
    shown = rows["value"].dropna()
    first = rows.iloc[0]
    place = " ".join(filter(None, (str(first["file"]), str(first["sheet"] or ""), f"#{first['row']}")))
    return f"{shown.iloc[0]} ({place})" if len(shown) else f"({place})"


def params_to_paste(store: "Store") -> str:
    """The sources whose problems a line can mend, whole, with that line: YAML that takes the place of theirs.

    A word that nobody mapped is given ``other`` where the column has that word, else its first one; a comment
    says which words there are.
    """
    unknown: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    words = store.rejects[(store.rejects["problem"] == "unknown_word") & store.rejects["value"].notna()]
    for key, rows in words.groupby(["table", "column", "value"], sort=False):
        table, column, word = map(str, key)
        unknown[table][column][word] = len(rows)
    lone = set(store.rejects.loc[store.rejects["problem"] == "lone", "table"])
    warned = {report.table: report.warnings for report in store.quality}
    lines = []
    for name in TABLES:
        more = _hints(store.params, warned.get(name, {}), is_lone=name in lone)
        if name in unknown or more:
            lines += _source(store.params, name, unknown.get(name, {}), more)
    return "\n".join(["sources:", *lines, ""]) if lines else ""


def _hints(params: Params, warnings: dict[str, int], *, is_lone: bool) -> list[str]:
    """Keys of a source that answer a warning, as comments: whether they are right only a person can tell."""
    lines = {
        "cancelled_rows": ("drop: {Status: [void]}", "drop: {单据状态: [作废]}"),
        "times_in_utc": ("timezone: Asia/Shanghai", "timezone: Asia/Shanghai"),
    }
    found = [said(Message(*lines[kind]), params.language) for kind in lines if warnings.get(kind)]
    return [*found, *(["lone_rows: keep"] if is_lone else [])]


def _source(params: Params, name: str, unknown: dict[str, dict[str, int]], more: list[str]) -> list[str]:
    """One source as YAML, with the words that nobody mapped."""
    source: dict[str, Any] = params.sources[name].model_dump(exclude_defaults=True)
    known = source.pop("words", {})
    lines = [f"  {name}:"]
    lines += [f"    {line}" for line in _dumped(source).splitlines()]
    if known or unknown:
        lines.append("    words:")
    for column in dict.fromkeys([*known, *unknown]):
        lines.append(f"      {column}:")
        lines += [f"        {line}" for line in _dumped(known.get(column, {})).splitlines()]
        meant = _choices(name, column)
        for word, count in unknown.get(column, {}).items():
            pair = _dumped({word: "other" if "other" in meant else meant[0]}).strip()
            lines.append(f"        {pair}  # {count} ×; {' | '.join(meant)}")
    return lines + [f"    # {line}" for line in more]


def _choices(table: str, column: str) -> list[str]:
    return list(VOCABULARIES[TABLES[table].by_name[column].vocabulary or column])


def _dumped(data: Any) -> str:
    return "" if not data else yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)
