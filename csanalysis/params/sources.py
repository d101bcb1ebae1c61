"""The part of the params file on exports: where each table comes from, and how its words are read."""

import codecs
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, field_validator, model_validator

from csanalysis.messages import BadValueError, Message
from csanalysis.params.calendar import as_date
from csanalysis.params.strict import STRICT
from csanalysis.schema import TABLES, column_named, nearest, table_named


class Source(BaseModel):
    """Where one table comes from: files (``path``) or a database (``url`` with ``table`` or ``query``)."""

    model_config = STRICT

    path: list[str] = []
    sheet: list[str] = []
    url: str | None = None
    table: str | None = None
    query: str | None = None
    since: Annotated[date, BeforeValidator(as_date)] | None = None
    columns: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    where: dict[str, list[str]] = {}
    drop: dict[str, list[str]] = {}
    fill_down: list[str] = []
    hidden: Literal["skip", "read"] = "skip"
    lines: Literal["sum"] | None = None
    repeats: Literal["error", "last_file"] = "error"
    latest_by: str | None = None
    key_by_year: bool = False
    lone_rows: Literal["set_aside", "keep"] = "set_aside"
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    timezone: str | None = None
    decimal: Literal[".", ","] | None = None
    currency: str | None = None
    unit: Literal["元", "千元", "万元"] | None = None
    encoding: str | None = None
    wide: dict[str, str] = {}
    sums: dict[str, list[str]] = {}
    constants: dict[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _latest_of_repeats(cls, data: object) -> object:
        """``repeats: {latest_by: column}``, which is a kind of ``repeats``, has a field of its own."""
        said = data.get("repeats") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(said, dict) or list(said) != ["latest_by"]:
            return data
        return {key: value for key, value in data.items() if key != "repeats"} | said

    @field_validator("path", "sheet", "fill_down", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        # YAML reads a bare 2025 as a number, and sheets are often named by year.
        return [_as_text(item) for item in (value if isinstance(value, list) else [value])]

    @field_validator("words", mode="before")
    @classmethod
    def _words_are_text(cls, value: object) -> object:
        """YAML reads a bare yes, no or 1 as no text; a word may be mapped to any of them."""
        if not isinstance(value, dict):
            return value
        return {
            column: {word: _as_text(ours) for word, ours in words.items()}
            if isinstance(words, dict)
            else words
            for column, words in value.items()
        }

    @field_validator("constants", mode="before")
    @classmethod
    def _constants_are_text(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {column: _as_text(constant) for column, constant in value.items()}

    @field_validator("wide", mode="before")
    @classmethod
    def _codes_of_items(cls, value: object) -> object:
        """A bare list names columns that are called as their items are."""
        if isinstance(value, list):
            return {str(header): str(header) for header in value}
        if isinstance(value, dict):
            return {header: _as_text(code) for header, code in value.items()}
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            return value and codecs.lookup(value).name
        except LookupError:
            raise BadValueError(
                "is no encoding; write utf-8, gb18030, big5, cp1252 or another that Python knows",
                "不是编码名称；请写 utf-8、gb18030、big5、cp1252 等",
            ) from None

    @field_validator("where", "drop", mode="before")
    @classmethod
    def _words_of_rows(cls, value: object) -> object:
        """One word of a column, or several."""
        if not isinstance(value, dict):
            return value
        return {
            column: [_as_text(word) for word in (words if isinstance(words, list) else [words])]
            for column, words in value.items()
        }

    @field_validator("where", "drop")
    @classmethod
    def _says_words(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        if bare := [column for column, words in value.items() if not words]:
            raise BadValueError(
                "{column}: names no word; write {column}: [word]",
                "{column}：没有写用词；请写成 {column}: [用词]",
                column=bare[0],
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise BadValueError(
                "is no time zone{hint}",
                "没有这个时区{hint}",
                hint=_nearest_zone(value),
            )
        return value

    @field_validator("currency")
    @classmethod
    def _is_a_sign(cls, value: str | None) -> str | None:
        if value is not None and (not value.strip() or any(sign in "0123456789.,+-()" for sign in value)):
            raise BadValueError(
                "must be what stands beside the amounts, such as '$', not {value!r}",
                "应为金额旁的货币符号，如“$”，现在是“{value}”",
                value=value,
            )
        return value

    @model_validator(mode="after")
    def _files_or_database(self) -> Self:
        if bool(self.path) == bool(self.url):
            raise BadValueError(
                "needs either 'path' (files) or 'url' (a database)",
                "需要“path”（文件）或“url”（数据库）之一",
            )
        if self.url and bool(self.table) == bool(self.query):
            raise BadValueError(
                "a database source needs either 'table' or 'query'", "数据库来源需要“table”或“query”之一"
            )
        if self.since and not self.table:
            raise BadValueError(
                "since goes with the table of a database; a query says itself from when",
                "since 只用于数据库的 table；query 请自己写明起始日期",
            )
        return self


def _nearest_zone(value: str) -> Message:
    close = nearest(value, sorted(available_timezones()))
    if close.startswith("; did"):
        return close
    return Message("; write it as {zone}", "；请写成 {zone}", zone="Asia/Shanghai")


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def with_ids(sources: object) -> object:
    """``sources`` with every Chinese name of a table or column, and every other known header, as our id.

    Names that mean nothing stay as they are, for :func:`source_problems` to find.
    """
    if not isinstance(sources, dict):
        return sources
    found: dict[str, Any] = {}
    for written, source in sources.items():
        name = table_named(written) or written
        if name in found:
            name = written  # named in both languages: the second is refused
        known = isinstance(source, dict) and name in TABLES
        found[name] = {key: _ids_in(name, key, value) for key, value in source.items()} if known else source
    return found


def _ids_in(table: str, key: str, value: object) -> object:
    if not isinstance(value, dict):
        return value
    if key == "columns":
        return {header: _id(table, column) for header, column in value.items()}
    if key in ("words", "sums", "constants"):
        found: dict[str, Any] = {}
        for column, part in value.items():
            name = _id(table, column)
            both = isinstance(part, dict) and isinstance(found.get(name), dict)
            found[name] = {**found[name], **part} if both else part
        return found
    return value


def _id(table: str, written: object) -> Any:
    return (column_named(table, written) or written) if isinstance(written, str) else written


def source_problems(sources: dict[str, Any]) -> list[tuple[tuple[str, ...], Message]]:
    """Names in ``sources`` that no table or column has, each with its place in the file."""
    problems: list[tuple[tuple[str, ...], Message]] = []
    seen: set[str] = set()
    for written, source in sources.items():
        name = table_named(written) or written
        if name in seen:
            line = Message("is written twice, in both languages; keep one", "中英文各写了一次；请只留一个")
            problems.append((("sources", written), line))
        seen.add(name)
        if name not in TABLES:
            line = Message("is no table{hint}", "没有这样的表{hint}", hint=nearest(name, TABLES))
            problems.append((("sources", name), line))
        elif isinstance(source, dict):
            known = TABLES[name].by_name
            for header, column in _mapping(source, "columns").items():
                if isinstance(column, str) and column_named(name, column) is None:
                    line = Message(
                        "names {column!r}, no column of {table}{hint}",
                        "写的是“{column}”，{table} 没有这一列{hint}",
                        column=column,
                        table=name,
                        hint=nearest(column, known),
                    )
                    problems.append((("sources", written, "columns", header), line))
            for key in ("words", "sums", "constants"):
                for column in _mapping(source, key):
                    if column_named(name, column) is None:
                        line = Message(
                            "is no column of {table}{hint}",
                            "不是 {table} 的列{hint}",
                            table=name,
                            hint=nearest(column, known),
                        )
                        problems.append((("sources", written, key, column), line))
            if source.get("wide") and not {"item_code", "score"} <= set(known):
                line = Message(
                    "is for answers side by side, which {table} has none of",
                    "用于一题一列的问卷，{table} 不是问卷",
                    table=name,
                )
                problems.append((("sources", written, "wide"), line))
    return problems


def _mapping(source: dict[str, Any], key: str) -> dict[str, Any]:
    """What stands under a key of a source, if it is a mapping; the model refuses what is not."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}
