"""A manager's comments: text by section or chapter, in the params file or in a file beside it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

from csanalysis.messages import BadValueError

MOST = 3_000
"""Signs of one comment: some half a page."""

_HEADING = re.compile(r"#{1,6}\s+(\S.*?)\s*#*\s*")


class Note(NamedTuple):
    """A comment, the section or chapter it names, and the line of the file that names it."""

    name: str
    text: str
    line: int


def _notes(value: object) -> object:
    if value is None:
        return {}
    if isinstance(value, str):
        if not value.lower().endswith((".md", ".txt")):
            raise BadValueError(
                "{value!r} is no file of notes; name one that ends in .md, or write section: text",
                "“{value}”不是批注文件；请写以 .md 结尾的文件名，或写“章节: 批注”",
                value=value,
            )
        return value
    if not isinstance(value, dict):
        raise BadValueError(
            "holds {value!r}; write section: text, or the name of a file such as notes.md",
            "现在是 {value}；请写“章节: 批注”，或文件名如 notes.md",
            value=value,
        )
    for name, said in value.items():
        if not isinstance(said, str):
            raise BadValueError(
                "{name}: {said!r} is no text; put it between quotes",
                "{name}：“{said}”不是文字；请加引号",
                name=name,
                said=said,
            )
        if len(said) > MOST:
            raise BadValueError(*TOO_LONG, name=name, size=len(said), most=MOST)
    return value


TOO_LONG = (
    "{name}: has {size:,} characters, a note at most {most:,}",
    "{name}：有 {size:,} 个字，一条批注最多 {most:,} 个字",
)

NotesOrFile = Annotated[dict[str, str] | str, BeforeValidator(_notes)]
"""Comments by the name of their section or chapter, or a file that holds them."""


def noted_in(text: str) -> Iterator[Note]:
    """The comments of a file whose headings name sections; words before the first heading name none."""
    name, start, lines = "", 1, list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _HEADING.fullmatch(line):
            if name or "".join(lines).strip():
                yield Note(name, "\n".join(lines).strip(), start)
            name, start, lines = heading[1], number, []
        else:
            lines.append(line)
    if name or "".join(lines).strip():
        yield Note(name, "\n".join(lines).strip(), start)


def note_files(notes: Mapping[str, str] | str | None, params_file: Path) -> list[Path]:
    """The file of comments, if the params name one under ``notes``."""
    return [params_file.parent / notes] if isinstance(notes, str) else []
