"""A manager's comments at the head of sections and chapters: plain text, masked as all that is published.

A comment names a chapter by its notebook (``churn``), or a chapter or section by its heading as the report
prints it, with or without its number; ``churn/Retention`` is that section of that chapter alone. A heading
that several have takes the comment in each of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from csanalysis.json_files import read_json
from csanalysis.legible import legible
from csanalysis.messages import Message, placed, unreadable
from csanalysis.params import Params
from csanalysis.params.notes import MOST, TOO_LONG, Note, note_files, noted_in
from csanalysis.report import CHAPTERS
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.copies import changed_copies
from csanalysis.schema import nearest

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from csanalysis.ingest import Store
    from csanalysis.privacy.publishing import Gate

_NUMBER = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|\d{1,2}(?:\.\d{1,2})?\.?\s+)")

_HEADING = re.compile(r"^#{1,2}[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


class _Head(NamedTuple):
    """A heading that may take a comment: its chapter, its words, and whether it is the chapter's own."""

    chapter: str
    words: str
    first: bool

    @property
    def names(self) -> set[str]:
        """All that it may be called, as :func:`_plain` gives it."""
        words = {_plain(self.words), _plain(re.split(r"[:：]", self.words, maxsplit=1)[0])}
        return (
            words | {f"{self.chapter}/{each}" for each in words} | ({self.chapter} if self.first else set())
        )


def note_problems(params: Params, params_file: Path) -> list[Message]:
    """One line for each comment that names nothing of the report, and for a file that cannot be used."""
    if not params.notes:
        return []
    try:
        notes = _notes(params, params_file)
    except (OSError, UnicodeDecodeError) as error:
        (path,) = note_files(params.notes, params_file)
        return [placed("notes", unreadable(path, error))]
    return [placed("notes", line) for line in _problems(notes, params, params_file)]


def with_notes(notebooks: Sequence["NotebookNode"], store: "Store") -> None:
    """Give the headings of executed chapters their comments, which the document then shows."""
    params = store.params
    if not params.notes:
        return
    from csanalysis.privacy.owners import owners_in
    from csanalysis.privacy.publishing import Gate

    gate = Gate(owners_in(store.tables), store.tables, params.model_dump_json(exclude={"notes"}))
    notes = {_plain(note.name): _masked(note.text, gate) for note in _notes(params, store.params_file)}
    for notebook in notebooks:
        chapter, first = notebook.metadata["csanalysis"]["chapter"], True
        for cell in notebook.cells:
            if cell.cell_type != "markdown" or not _spoken(cell.metadata, params.language):
                continue
            said = []
            for words in _headings(cell.source):
                names = _Head(chapter, words, first).names
                said += [[words, text] for name, text in notes.items() if name in names and text]
                first = False
            if said:
                cell.metadata["csanalysis"] = {**cell.metadata.get("csanalysis", {}), "notes": said}


def _notes(params: Params, params_file: Path) -> list[Note]:
    if isinstance(params.notes, str):
        (path,) = note_files(params.notes, params_file)
        return [*noted_in(path.read_text(encoding="utf-8-sig"))]
    return [Note(name, text, 0) for name, text in params.notes.items()]


def _problems(notes: Sequence[Note], params: Params, params_file: Path) -> Iterator[Message]:
    heads = list(_heads(params, params_file))
    known = {name for head in heads for name in head.names}
    seen = set[str]()
    for note in notes:
        name = _plain(note.name)
        if not name:
            line = (
                "words above the first heading; a heading names the section",
                "第一个标题之前有文字；批注要写在章节标题之下",
            )
            yield _about(note, params, Message(*line))
        elif name not in known:
            line = "the report has no section {name!r}{hint}", "报告没有“{name}”这一章节{hint}"
            yield _about(note, params, Message(*line, name=note.name, hint=nearest(name, _offered(heads))))
        elif name in seen:
            line = "{name!r} stands twice; keep one", "“{name}”写了两次；请只留一个"
            yield _about(note, params, Message(*line, name=note.name))
        elif len(note.text) > MOST:
            yield _about(note, params, Message(*TOO_LONG, name=note.name, size=len(note.text), most=MOST))
        seen.add(name)


def _about(note: Note, params: Params, line: Message) -> Message:
    """A line about a comment, behind its place in the file of comments."""
    return placed(f"{params.notes}:{note.line}", line) if note.line else line


def _offered(heads: Iterable[_Head]) -> list[str]:
    """Names as they may be written, chapters by their notebooks and sections by their subjects."""
    subjects = (_NUMBER.sub("", re.split(r"[:：]", head.words, maxsplit=1)[0], count=1) for head in heads)
    return [*CHAPTERS, *dict.fromkeys(map(_plain, subjects))]


def _heads(params: Params, params_file: Path) -> Iterator[_Head]:
    """Every heading that a report of these params will have."""
    files = {name: notebook_folder() / f"{name}.ipynb" for name in CHAPTERS}
    files |= changed_copies(params, params_file)
    files |= {own.name: params_file.parent / own.notebook for own in params.chapters}
    for chapter, path in files.items():
        try:
            cells = read_json(path)["cells"]
            sources = [
                "".join(cell["source"])
                for cell in cells
                if cell["cell_type"] == "markdown" and _spoken(cell["metadata"], params.language)
            ]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # what is wrong with a notebook is told elsewhere
        words = [words for source in sources for words in _headings(source)]
        for place, said in enumerate(words):
            yield _Head(chapter, said, place == 0)


def _spoken(metadata: Mapping[str, Any], language: str) -> bool:
    tags = [tag for tag in metadata.get("tags", ()) if tag.startswith("lang-")]
    return not tags or f"lang-{language}" in tags


def _headings(source: str) -> list[str]:
    """The words of the chapter and section headings of a Markdown cell."""
    return [words.replace("**", "").strip() for words in _HEADING.findall(_FENCED.sub("", source))]


def _plain(name: str) -> str:
    """A name without its number, however it is spaced; of a path, each part."""
    return "/".join(
        " ".join(_NUMBER.sub("", part.strip(), count=1).split()).casefold() for part in name.split("/")
    )


def _masked(text: str, gate: "Gate") -> str:
    """A comment as it may be shown, line by line: the store's own people are named in it, customers not."""
    lines = [legible(line) for line in text.strip().splitlines()]
    return "\n".join(gate.masked(gate.sure(line), staff=True) for line in lines)
