"""The sources of a params file as text, each guess with what it rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from csanalysis.ingest.recognise.choosing import Proposal
from csanalysis.ingest.recognise.columns import ColumnGuess
from csanalysis.ingest.recognise.drafts import Draft
from csanalysis.ingest.recognise.questions import whose_survey_open
from csanalysis.ingest.recognise.samples import samples
from csanalysis.messages import Message, joined, said
from csanalysis.schema import TABLES, VOCABULARIES, Table

_SURE = {
    "sure": Message("sure", "确定"),
    "likely": Message("likely", "很可能"),
    "guess": Message("a guess: please check", "猜测，请核对"),
}
_PLAIN = (
    "fill_down",
    "lines",
    "repeats",
    "key_by_year",
    "date_order",
    "decimal",
    "currency",
    "unit",
    "sums",
    "constants",
)


def sources_text(proposal: Proposal) -> str:
    """What stands under ``sources:``; every table with its columns and words, and comments behind them."""
    lines: list[str] = []
    for draft in proposal.drafts:
        lines += _Writer(draft, proposal.language).lines()
    if proposal.notes:
        lines += ["", *(f"  # {said(note, proposal.language)}" for note in proposal.notes)]
    if proposal.hidden:
        hidden = Message(
            "hidden sheets, not read: {names}",
            "隐藏的工作表，没有读取：{names}",
            names=joined(proposal.hidden),
        )
        lines += [f"  # {said(hidden, proposal.language)}"]
    return "\n".join(lines)


def scalar(value: object) -> str:
    """A value as YAML writes it in a line."""
    if isinstance(value, bool | int | float):
        return yaml.safe_dump(value).splitlines()[0]
    text = yaml.safe_dump(str(value), allow_unicode=True, width=10_000, default_style=None).splitlines()[0]
    flow = any(sign in text for sign in ",[]{}#") and not text.startswith(("'", '"'))
    return "'" + str(value).replace("'", "''") + "'" if flow else text


def flow(value: object) -> str:
    """Lists and mappings in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


class _Writer:
    """The lines of one source."""

    def __init__(self, draft: Draft, language: str) -> None:
        self.draft, self.language = draft, language
        self.table: Table = TABLES[draft.table]

    def lines(self) -> list[str]:
        """The source, a key a line."""
        source = self.draft.source
        found = [f"  {self._table()}:{self._remark(self._why())}"]
        path = source["path"]
        found.append(f"    path: {scalar(path[0]) if len(path) == 1 else flow(path)}")
        if sheets := source.get("sheet"):
            found.append(f"    sheet: {flow(sheets)}")
        if self.draft.parts:
            found += self._columns()
            found += self._wide()
            found += self._words()
            found += self._drops()
        for key in _PLAIN:
            if key in source:
                found.append(f"    {key}: {flow(self._ours(key, source[key]))}{self._remark(_WHY.get(key))}")
        if whose_survey_open(self.draft):
            found.append(f"    # {said(_OWN_SURVEY, self.language)}")
        if self.draft.date_order_open and "date_order" not in source:
            found.append(f"    # date_order: dmy{self._remark(_OPEN_ORDER)}")
        for line in self.draft.problems[:3]:
            found.append(f"    # {said(line, self.language)}")
        return found

    def _table(self) -> str:
        return self.table.zh if self.language == "zh" else self.table.name

    def _remark(self, line: str | None) -> str:
        return f"   # {said(line, self.language)}" if line else ""

    def _why(self) -> Message:
        parts, reading = self.draft.parts, self.draft.reading
        if not parts:
            return Message("our own work lists, filled in", "填好的工作清单")
        headers = sum(len(part.columns) for part in parts)
        total = sum(len(part.shapes) for part in parts)
        kept = reading.report.kept if reading else 0
        read = reading.report.read if reading else len(self.draft.data)
        return Message(
            "{files} files, {kept} of {read} rows can be read; {headers} of {total} headers known",
            "{files} 个文件，{read} 行中 {kept} 行可读；{total} 个表头认出 {headers} 个",
            files=len(self.draft.files),
            kept=kept,
            read=read,
            headers=headers,
            total=total,
        )

    def _columns(self) -> list[str]:
        found = ["    columns:"]
        guesses = {guess.header: (guess, part) for part in self.draft.parts for guess in part.columns}
        data = self.draft.data
        for header, (guess, part) in guesses.items():
            shape = part.shapes[header]
            column = self.table.by_name[guess.column]
            shown = samples(data[header], column, shape)
            found.append(
                f"      {scalar(header)}: {self._column(guess.column)}{self._remark(_because(guess, shown))}"
            )
        used = {*guesses, *self.draft.source.get("wide", {})}
        used |= {name for parts in self.draft.source.get("sums", {}).values() for name in parts}
        unused = [
            h for h in dict.fromkeys(h for part in self.draft.parts for h in part.shapes) if h not in used
        ]
        if unused:
            rest = Message("not read: {names}", "没有读取：{names}", names=joined(unused))
            found.append(f"      # {said(rest, self.language)}")
        return found

    def _column(self, name: str) -> str:
        return scalar(self.table.by_name[name].zh if self.language == "zh" else name)

    def _word(self, column: str, meant: str) -> str:
        vocabulary = VOCABULARIES.get(self.table.by_name[column].vocabulary or "", {})
        return scalar(vocabulary[meant][0] if self.language == "zh" and meant in vocabulary else meant)

    def _ours(self, key: str, value: Any) -> Any:
        """Names of our columns in the reader's language."""
        if key in ("sums", "constants") and self.language == "zh":
            return {self.table.by_name[name].zh: part for name, part in value.items()}
        return value

    def _wide(self) -> list[str]:
        wide = self.draft.source.get("wide")
        if not wide:
            return []
        same = all(header == code for header, code in wide.items())
        why = Message("answers side by side: a row each", "一题一列的答案：每题一行")
        return [f"    wide: {flow(list(wide) if same else wide)}{self._remark(why)}"]

    def _words(self) -> list[str]:
        words, opened = self.draft.source.get("words", {}), self.draft.open_words
        rows = {g.word: g.rows for guesses in self.draft.guessed_words.values() for g in guesses}
        names = [name for name in dict.fromkeys([*words, *opened]) if words.get(name) or opened.get(name)]
        found = (
            ["    words:"] if any(words.get(name) for name in names) else ["    # words:"] if names else []
        )
        for name in names:
            mark = "" if words.get(name) else "# "
            found.append(f"    {mark}  {self._column(name)}:")
            for word, meant in words.get(name, {}).items():
                count = (
                    Message("{rows} rows; likely", "{rows} 行；很可能", rows=rows[word])
                    if word in rows
                    else None
                )
                found.append(f"        {scalar(word)}: {self._word(name, meant)}{self._remark(count)}")
            for guess in opened.get(name, []):
                asked = Message("{rows} rows; which of {known}?", "{rows} 行；是 {known} 中的哪一个？",
                                rows=guess.rows, known=self._choices(name))  # fmt: skip
                found.append(f"    #     {scalar(guess.word)}: …{self._remark(asked)}")
        return found

    def _choices(self, name: str) -> Message:
        known = VOCABULARIES[self.table.by_name[name].vocabulary or name]
        return joined(Message(meant, words[0]) for meant, words in known.items())

    def _drops(self) -> list[str]:
        if not self.draft.source.get("drop"):
            return []
        found = ["    drop:"]
        for header, words in self.draft.source["drop"].items():
            rows = sum(self.draft.dropped.get(header, {}).values())
            why = Message("{rows} rows that are no visit or sale", "{rows} 行不是进厂或销售", rows=rows)
            found.append(f"      {scalar(header)}: {flow(words)}{self._remark(why)}")
        return found


def _because(guess: ColumnGuess, shown: Sequence[str]) -> Message:
    others = (
        Message("; or {names}", "；或为 {names}", names=joined(guess.others))
        if guess.others
        else Message("", "")
    )
    return Message(
        "{shown}; {sure}{others}",
        "{shown}；{sure}{others}",
        shown=joined(shown) or Message("empty", "空"),
        sure=_SURE[guess.sure],
        others=others,
    )


_OWN_SURVEY = Message(
    "taken for the manufacturer's survey; if it is the store's own, add 'source: internal' to constants",
    "按厂家的调查处理；如果是本店自己的回访，请在 constants 里加上“来源: 本店”",
)
_OPEN_ORDER = Message(
    "day or month first? say dmy, mdy or ymd: until then its dates stay unread",
    "日在前还是月在前？请写 dmy、mdy 或 ymd：写明之前日期读不出",
)
_WHY = {
    "lines": Message("one order in several rows: amounts added up", "一单多行：金额合计"),
    "repeats": Message("a later row replaces an earlier one of the same number", "同一编号以后面的为准"),
    "key_by_year": Message("the numbers begin anew each year", "编号每年从头开始"),
    "fill_down": Message("cells left empty under the first row of each", "合并单元格留下的空格"),
    "sums": Message("no column holds the total: its parts added up", "没有合计这一列：由各项相加"),
    "constants": Message("no column says it", "没有这一列"),
    "decimal": Message("decimals behind a comma", "小数点写成逗号"),
    "unit": Message("no car costs that little: likely ten thousands", "数值很小，很可能是万元"),
}
