"""The part of the params file on exports: where each table comes from, and how its words are read."""

from typing import Any, Self

from pydantic import BaseModel, field_validator, model_validator

from csanalysis.messages import BadValueError, Message
from csanalysis.params.strict import STRICT
from csanalysis.schema import TABLES, nearest


class Source(BaseModel):
    """Where one table comes from: files (``path``) or a database (``url`` with ``table`` or ``query``)."""

    model_config = STRICT

    path: list[str] = []
    sheet: list[str] = []
    url: str | None = None
    table: str | None = None
    query: str | None = None
    columns: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}

    @field_validator("path", "sheet", mode="before")
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
        return self


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def source_problems(sources: dict[str, Any]) -> list[tuple[tuple[str, ...], Message]]:
    """Names in ``sources`` that no table or column has, each with its place in the file."""
    problems: list[tuple[tuple[str, ...], Message]] = []
    for name, source in sources.items():
        if name not in TABLES:
            line = Message("is no table{hint}", "没有这样的表{hint}", hint=nearest(name, TABLES))
            problems.append((("sources", name), line))
        elif isinstance(source, dict):
            known = TABLES[name].by_name
            for header, column in _mapping(source, "columns").items():
                if isinstance(column, str) and column not in known:
                    line = Message(
                        "names {column!r}, no column of {table}{hint}",
                        "写的是“{column}”，{table} 没有这一列{hint}",
                        column=column,
                        table=name,
                        hint=nearest(column, known),
                    )
                    problems.append((("sources", name, "columns", header), line))
            for column in _mapping(source, "words"):
                if column not in known:
                    line = Message(
                        "is no column of {table}{hint}",
                        "不是 {table} 的列{hint}",
                        table=name,
                        hint=nearest(column, known),
                    )
                    problems.append((("sources", name, "words", column), line))
    return problems


def _mapping(source: dict[str, Any], key: str) -> dict[str, Any]:
    """What stands under a key of a source, if it is a mapping; the model refuses what is not."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}
