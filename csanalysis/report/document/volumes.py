"""A report's two volumes in print: the plan that gets signed, and the analysis, cut to what is read.

The page keeps everything. A cell tagged ``web`` is left to it, and so is a table whose numbers all stand in a
figure of its chapter; a line says where it is. A cell tagged ``annex`` goes to the last chapter in print. A
tagged cell that begins with a heading takes its whole section along.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from csanalysis.catalogue import Language, text
from csanalysis.display.tables.layout import Span, Table, Volume
from csanalysis.report import SIGNED
from csanalysis.report.document.blocks import Aside, Block, Chapter, Document, Figure, Heading

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_FEW = 3  # numbers: as few may stand in a figure by chance
_READING = 7


def plan_of(document: Document) -> Document | None:
    """The chapter that gets signed as a document of its own, densely set; None where there is none."""
    if not in_volumes(document.chapters):
        return None
    chapters = tuple(chapter for chapter in document.chapters if chapter.anchor == SIGNED)
    return replace(document, title=chapters[0].title, chapters=chapters, compact=True, dense=True)


def analysis_of(document: Document) -> Document:
    """All chapters but that one, cut for print; the document itself where there is none, or no other."""
    if not in_volumes(document.chapters):
        return document
    language: Language = "zh" if document.language == "zh" else "en"
    chapters = [chapter for chapter in document.chapters if chapter.anchor != SIGNED]
    parts = [_cut(chapter, language) for chapter in chapters]
    moved = [block for part in parts[:-1] for block in part.annex]
    kept = [replace(part.chapter, blocks=tuple(part.kept)) for part in parts]
    kept[-1] = replace(kept[-1], blocks=_with_annex([*parts[-1].kept, *parts[-1].annex], moved))
    reading = tuple(text(f"reading.line_{place}", language) for place in range(1, _READING + 1))
    return replace(document, chapters=tuple(map(_with_sections, kept)), reading=reading)


def in_volumes(chapters: Sequence[Chapter]) -> bool:
    """Whether a report has a chapter that gets signed, and others behind it."""
    return len(chapters) > 1 and any(chapter.anchor == SIGNED for chapter in chapters)


def with_repeats_marked(chapters: Sequence[Chapter]) -> tuple[Chapter, ...]:
    """The chapters of a report in volumes, tables that repeat a figure left to the page."""
    return tuple(map(_marked, chapters)) if in_volumes(chapters) else tuple(chapters)


def _marked(chapter: Chapter) -> Chapter:
    figures = [block for block in chapter.blocks if isinstance(block, Figure)]
    told = {number for figure in figures for number in _NUMBER.findall(f"{figure.title} {figure.alt}")}

    def marked(block: Block) -> Block:
        if not isinstance(block, Table) or block.volume or not _repeats(block, told):
            return block
        return replace(block, volume="web")

    return replace(chapter, blocks=tuple(map(marked, chapter.blocks)))


def _repeats(table: Table, told: set[str]) -> bool:
    """Whether all values of a table, intervals and cases aside, are ``told``."""
    values = [
        cell.text
        for row in table.rows
        for cell in row.cells
        if any(number.field == "value" for number in cell.numbers)
    ]
    return len(values) > _FEW and all(told.issuperset(_NUMBER.findall(value)) for value in values)


@dataclass
class _Part:
    """A chapter in print: what stays, what goes to the annex, and what is yet to be said of what is gone."""

    chapter: Chapter
    kept: list[Block] = field(default_factory=list)
    annex: list[Block] = field(default_factory=list)


@dataclass
class _Raised:
    """Headings of the annex: a section moved there is one of its own, and what is below it stays below it."""

    by: int = 0

    def block(self, block: Block) -> Block:
        if not isinstance(block, Heading):
            return block
        if block.volume == "annex":
            self.by = block.level - 2
        return replace(block, level=block.level - self.by)


def _cut(chapter: Chapter, language: Language) -> _Part:
    part = _Part(chapter)
    gone: list[Block] = []
    raised = _Raised()
    for block, volume in _placed(chapter.blocks):
        if isinstance(block, Heading) and not volume and block.level <= 2:
            part.kept += _said(gone, language)
            gone = []
        if volume == "web" or (volume == "annex" and isinstance(block, Heading)):
            gone.append(block)
        if volume == "annex":
            part.annex.append(raised.block(block))
        elif volume != "web":
            part.kept.append(block)
    part.kept += _said(gone, language)
    return part


def _placed(blocks: Iterable[Block]) -> Iterator[tuple[Block, Volume]]:
    """Each block with where it stands: as it or a heading above it says."""
    above: dict[int, Volume] = {}
    for block in blocks:
        own: Volume = getattr(block, "volume", "")
        if isinstance(block, Heading):
            above = {level: said for level, said in above.items() if level < block.level}
            above[block.level] = own
        inherited: Volume = next((said for said in above.values() if said), "")
        yield block, own if own == "web" else inherited or own


def _said(gone: Sequence[Block], language: Language) -> list[Block]:
    """A small line on the sections and tables that are not here; none where nothing is told elsewhere."""
    lines = []
    tables = [block.number for block in gone if isinstance(block, Table) and block.number]
    figures = [block.number for block in gone if isinstance(block, Figure) and block.number]
    sections = [block for block in gone if isinstance(block, Heading) and block.volume == "web"]
    moved = [block for block in gone if isinstance(block, Heading) and block.volume == "annex"]
    for kind, numbers in (("figure", figures), ("table", tables)):
        if numbers:
            key = f"volumes.{kind}{'s' if len(numbers) > 1 else ''}"
            lines.append(text(key, language, numbers=_ranges(numbers, language)))
    away = text("sign.comma", language).join(lines)
    named = text("sign.comma", language).join(_named(section) for section in sections)
    spans = []
    if away or named:
        what = text("volumes.of", language, sections=named, what=away) if away and named else away or named
        spans.append(Span(text("volumes.on_the_page", language, what=what)))
    if moved:
        spans.append(Span((" " if spans else "") + text("volumes.in_the_annex", language)))
        links = [Span(_named(section), link=f"#{section.anchor}") for section in moved]
        comma = Span(text("sign.comma", language))
        spans += [span for link in links for span in (comma, link)][1:]
    return [Aside(tuple(spans))] if spans else []


def _named(section: Heading) -> str:
    return f"{section.number} {section.text}".strip()


def _ranges(numbers: Sequence[str], language: Language) -> str:
    """``82–85, 87``."""
    runs: list[list[int]] = []
    for number in map(int, numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    written = [
        f"{run[0]}–{run[-1]}" if len(run) > 2 else text("sign.comma", language).join(map(str, run))
        for run in runs
    ]
    return text("sign.comma", language).join(written)


def _with_annex(own: Sequence[Block], moved: Sequence[Block]) -> tuple[Block, ...]:
    """The last chapter with what was moved to it, before its own sections."""
    first = next(
        (place for place, block in enumerate(own) if isinstance(block, Heading) and block.level > 1), len(own)
    )
    return (*own[:first], *moved, *own[first:])


def _with_sections(chapter: Chapter) -> Chapter:
    headings = [block for block in chapter.blocks if isinstance(block, Heading)]
    return replace(chapter, sections=tuple(block for block in headings if block.level == 2))
