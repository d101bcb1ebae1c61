"""The source of one table as it is to be written, tried on the exports themselves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from csanalysis.ingest.date_columns import ordered
from csanalysis.ingest.recognise.tables import Candidate
from csanalysis.ingest.recognise.words import WordGuess, guess_words, not_counted
from csanalysis.ingest.sheets import Sheet
from csanalysis.ingest.table import Reading, TableProblems, read_table
from csanalysis.messages import Message
from csanalysis.params import Source
from csanalysis.schema import TABLES, folded, folded_header

_UPDATED = {"更新时间", "修改时间", "最后修改时间", "更新日期", "lastupdated", "updatedat", "modified"}
_UPDATED |= {"modifiedon", "lastmodified", "updated"}
_RETURNED = ("退车", "已退车", "退货", "退单", "returned", "unwound")
_TRIES = 5
_HALF = 0.5
_SOME = 0.02


@dataclass
class Draft:
    """One table's source: its groups of sheets, the keys to write, words left open, and how it reads."""

    table: str
    parts: list[Candidate]
    source: dict[str, Any] = field(default_factory=dict)
    open_words: dict[str, list[WordGuess]] = field(default_factory=dict)
    guessed_words: dict[str, list[WordGuess]] = field(default_factory=dict)
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    why: dict[str, Message] = field(default_factory=dict)
    reading: Reading | None = None
    problems: list[Message] = field(default_factory=list)
    date_order_open: bool = False

    @property
    def data(self) -> pd.DataFrame:
        """All rows of data under the exports' own headers."""
        return pd.concat([part.group.data for part in self.parts], ignore_index=True)

    @property
    def files(self) -> list[Path]:
        """Its files."""
        return list(dict.fromkeys(file for part in self.parts for file in part.group.files))

    def read_again(self) -> None:
        """Read the table as its source says now."""
        if self.parts:
            _try(self)

    def as_source(self) -> Source:
        """The source as it would be read."""
        return Source.model_validate({**self.source, "path": ["."]})


def drafted(parts: Sequence[Candidate]) -> Draft:
    """A table's source with everything that its sheets tell, tried until it reads or nothing more helps."""
    draft = Draft(parts[0].table, list(parts))
    columns: dict[str, str] = {}
    for part in parts:
        columns |= part.named
        for key, value in part.extras.items():
            draft.source[key] = {**draft.source.get(key, {}), **value}
    draft.source["columns"] = columns
    _leave_out(draft)
    _map_words(draft)
    _notation(draft)
    _try(draft)
    return draft


def combined(first: Draft, second: Candidate) -> Draft | None:
    """Both groups as one source; None where they are two states or views of the same rows."""
    table = TABLES[first.table]
    named = first.source["columns"]
    if any(named.get(header, column) != column for header, column in second.named.items()):
        return None
    together = drafted([*first.parts, second])
    if together.problems or together.reading is None or first.reading is None:
        return None
    added = len(together.reading.frame) - len(first.reading.frame)
    rows = len(second.group.data)
    if not table.key or added < _HALF * rows or together.reading.report.repeated > _HALF * rows:
        return None
    return together


def _leave_out(draft: Draft) -> None:
    """Rows that say themselves that they are no visit or sale."""
    if draft.table not in ("service_visits", "vehicle_sales"):
        return
    data = draft.data
    for part in draft.parts:
        for header, shape in part.shapes.items():
            column = part.named.get(header, "")
            if not shape.few or column not in ("", "service_type"):
                continue
            words = {
                word: rows
                for word, rows in data[header].value_counts().items()
                if not_counted(str(word))
                or (draft.table == "vehicle_sales" and folded(str(word)) in _RETURNED)
            }
            if words and sum(words.values()) < _HALF * len(data):
                draft.dropped.setdefault(header, {}).update({str(w): int(n) for w, n in words.items()})
    if draft.dropped:
        draft.source["drop"] = {header: list(words) for header, words in draft.dropped.items()}


def _map_words(draft: Draft) -> None:
    """Words of closed vocabularies that the program does not know."""
    table, data = TABLES[draft.table], draft.data
    for header, name in draft.source["columns"].items():
        column = table.by_name[name]
        if not column.vocabulary and name != "item_code":
            continue
        rows = data[data[list(draft.dropped)].isin(_all_words(draft)).sum(axis=1) == 0]
        counts = {str(word): int(count) for word, count in rows[header].value_counts().items()}
        guesses = guess_words(column, counts)
        if known := [guess for guess in guesses if guess.meant]:
            draft.guessed_words[name] = known
            words = draft.source.setdefault("words", {}).setdefault(name, {})
            words.update({guess.word: guess.meant for guess in known})
        if unknown := [guess for guess in guesses if not guess.meant]:
            draft.open_words[name] = unknown


def _all_words(draft: Draft) -> list[str]:
    return [word for words in draft.dropped.values() for word in words]


def _notation(draft: Draft) -> None:
    """How amounts are written."""
    table = TABLES[draft.table]
    shapes = [
        (table.by_name[name], part.shapes[header])
        for part in draft.parts
        for header, name in part.named.items()
        if table.by_name[name].kind in ("number", "integer")
    ]
    signs = Counter(shape.currency for _, shape in shapes if shape.currency)
    if signs:
        draft.source["currency"] = signs.most_common(1)[0][0]
    if any(shape.decimal == "," for _, shape in shapes):
        draft.source["decimal"] = ","
    for column, shape in shapes:
        # No car costs less than 300 yuan: the amounts are in ten thousands.
        if column.name == "price" and 0 < shape.median < 300 and shape.number > 0.9:
            cells = [cell for cell in shape.words if "万" in cell]
            headed = any("万" in guess for part in draft.parts for guess in part.named)
            if not cells and not headed and not signs:
                draft.source["unit"] = "万元"


def sheets_of(parts: Sequence[Candidate]) -> list[tuple[str, list[Sheet]]]:
    """The sheets by file, as reading takes them."""
    pages = [page for part in parts for page in part.group.pages]
    names = {page.file: page.file.name for page in pages}
    files: dict[str, list[Sheet]] = {}
    for page in pages:
        alone = list(names.values()).count(page.file.name) == 1
        label = page.file.name if alone else f"{page.file.parent.name}/{page.file.name}"
        files.setdefault(label, []).append(page.sheet)
    return list(files.items())


def _try(draft: Draft) -> None:
    """Read the table; where something stops it that a source can say, say it and read again."""
    for _ in range(_TRIES):
        draft.problems, draft.reading = [], None
        try:
            draft.reading = read_table(TABLES[draft.table], draft.as_source(), sheets_of(draft.parts))
        except TableProblems as error:
            if error.remedy is not None and _apply(draft, error.remedy):
                continue
            if _order_dates(draft) or _fill(draft):
                continue
            draft.problems = error.lines
            return
        if not (_order_dates(draft) or _fill(draft)):
            return


def _apply(draft: Draft, remedy: str) -> bool:
    """What the source must say of several rows under one number."""
    key = {"key_by_year": "key_by_year", "last_file": "repeats", "lines": "lines"}[remedy]
    if key in draft.source:
        return False
    if updated := next((h for h in draft.data if folded_header(str(h)) in _UPDATED), None):
        if "repeats" in draft.source:
            return False
        draft.source["repeats"] = {"latest_by": updated}
        return True
    draft.source[key] = {"key_by_year": True, "repeats": "last_file", "lines": "sum"}[key]
    return True


def _order_dates(draft: Draft) -> bool:
    """Whether the order of day and month is to be said, and is not yet: a column alone does not tell it."""
    if "date_order" in draft.source or draft.date_order_open:
        return False
    table, data = TABLES[draft.table], draft.data
    dates = [
        h for h, name in draft.source["columns"].items() if table.by_name[name].kind in ("date", "datetime")
    ]
    cells = (
        pd.concat([data[header].dropna().head(5000) for header in dates]) if dates else pd.Series(dtype="str")
    )
    cells = cells[[ordered(cell) for cell in cells]]
    if cells.empty or len(cells) < _HALF * max(1, sum(data[h].notna().head(5000).sum() for h in dates)):
        return False
    from csanalysis.ingest.date_columns import order_of

    by_column = {order_of(data[header].dropna().astype("str")) for header in dates}
    if "" not in by_column:
        return False
    order = order_of(cells.astype("str")) or next(iter(by_column - {""}), "")
    if order:
        draft.source["date_order"] = order
        return True
    draft.date_order_open = True
    return False


def _fill(draft: Draft) -> bool:
    """Whether cells were left empty under the first of several rows, as merged cells leave them in text."""
    if "fill_down" in draft.source:
        return False
    table, data = TABLES[draft.table], draft.data
    required = [h for h, name in draft.source["columns"].items() if name in table.required]
    empty = [h for h in required if _SOME < data[h].isna().mean() < 0.95 and pd.notna(data[h].iloc[0])]
    if not empty or len(data) < 4:
        return False
    hole = data[empty[0]].isna()
    alike = [h for h in draft.source["columns"] if (data[h].isna() & hole).sum() >= 0.98 * hole.sum()]
    if len(alike) < 1 or len(alike) == len(draft.source["columns"]):
        return False
    draft.source["fill_down"] = alike
    return True
