"""An executed notebook as the document that a reader sees: chapters of numbered, anchored blocks.

Both exporters set this one document, so the web page and the PDF cannot differ in what they say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nbformat import NotebookNode

from csanalysis.display.drawing import Drawing
from csanalysis.display.tables.layout import Table, Volume
from csanalysis.report.document import markdown
from csanalysis.report.document.blocks import (
    Block,
    Bullets,
    Document,
    Fact,
    Figure,
    Heading,
    Paragraph,
    Quote,
)
from csanalysis.report.document.definitions import with_links_to_definitions
from csanalysis.report.document.labels import LABELS, LANGUAGES, language_or_default
from csanalysis.report.document.noted import noted
from csanalysis.report.document.numbering import numbered, with_references
from csanalysis.report.document.outputs import output_blocks
from csanalysis.report.document.pictures import Attached
from csanalysis.report.document.volumes import with_repeats_marked

_PARAMETERS = {"parameters", "injected-parameters"}
_LANGUAGE = re.compile(r"""^language\s*=\s*["'](\w+)["']""", re.MULTILINE)
_FACTS = ("dealership", "brand", "group", "plan_year", "as_of", "standing", "made_on")


def document(notebook: NotebookNode, *, language: str, name: str = "") -> Document:
    """The document of an assembled report, or of one notebook by itself.

    Parameters
    ----------
    notebook : NotebookNode
        Executed, in one language only.
    language : str
        ``zh`` or ``en``.
    name : str
        Title of a notebook that has no heading, such as its file name.
    """
    cover = dict(notebook.metadata.get("csanalysis", {}))
    assembled = bool(cover.get("assembled"))
    labels = LABELS[language]
    chapters = numbered(_chapters(notebook, assembled, labels), assembled=assembled, labels=labels)
    chapters = with_repeats_marked(with_links_to_definitions(with_references(chapters, labels)))
    title = cover.get("title") or (chapters[0].title if chapters and not assembled else "")
    return Document(
        language=language,
        tag=LANGUAGES[language],
        labels=dict(labels),
        title=title or name or labels["untitled"],
        subtitle=cover.get("subtitle") or "",
        dealership=cover.get("dealership") or "",
        running=_running(cover, labels),
        assembled=assembled,
        compact=assembled and cover.get("layout") == "compact",
        facts=tuple(Fact(labels[fact], str(cover[fact])) for fact in _FACTS if cover.get(fact)),
        caveats=tuple(map(str, cover.get("accepted") or ())),
        made=str(cover.get("made") or ""),
        chapters=chapters,
        accent=str(cover.get("accent") or ""),
        logo=str(cover.get("logo") or ""),
    )


def notebook_language(notebook: NotebookNode) -> str:
    """Language of a notebook: as its metadata, its parameters or an output say, else ``zh``."""
    metadata = notebook.metadata
    said = [
        metadata.get("csanalysis", {}).get("language"),
        metadata.get("papermill", {}).get("parameters", {}).get("language"),
        *(
            _parameter(cell.source)
            for cell in notebook.cells
            if _PARAMETERS & {*cell.metadata.get("tags", [])}
        ),
        *(
            output.get("metadata", {}).get("csanalysis", {}).get("language")
            for cell in notebook.cells
            for output in cell.get("outputs", [])
        ),
    ]
    return language_or_default(next((language for language in said if language), None))


def anchors(document: Document) -> Iterator[str]:
    """What a link within the document can lead to, in order."""
    for block in document.blocks():
        if anchor := getattr(block, "anchor", ""):
            yield anchor


def drawings(document: Document) -> Iterator[Drawing]:
    """Every figure and every small picture in a table, in order."""
    for block in document.blocks():
        if isinstance(block, Figure):
            yield block.drawing
        elif isinstance(block, Table):
            yield from (cell.picture.drawing for row in block.rows for cell in row.cells if cell.picture)


def _parameter(source: str) -> str | None:
    """What a parameters cell sets ``language`` to."""
    found = _LANGUAGE.findall(source)
    return found[-1] if found else None


def _chapters(notebook: NotebookNode, assembled: bool, labels: Mapping[str, str]) -> dict[str, list[Block]]:
    chapters: dict[str, list[Block]] = {}
    for cell in notebook.cells:
        slug = cell.metadata.get("csanalysis", {}).get("chapter", "") if assembled else ""
        blocks, volume = chapters.setdefault(slug, []), _volume(cell) if assembled else ""
        if cell.cell_type == "markdown":
            said = markdown.blocks(cell.source, Attached(cell.get("attachments", {}), labels))
            blocks += _standing(noted(said, cell, labels), volume)
        elif cell.cell_type == "code":
            for output in cell.outputs:
                shown = output_blocks(output, plain_text=not assembled, labels=labels)
                # What is missing is said once a chapter, not in place of every table that would need it.
                shown = _standing(shown, volume)
                blocks += [block for block in shown if not isinstance(block, Quote) or block not in blocks]
    return chapters


def _volume(cell: NotebookNode) -> Volume:
    """Where what a cell shows stands, as its tags say."""
    tags = cell.metadata.get("tags", [])
    return "web" if "web" in tags else "annex" if "annex" in tags else ""


def _standing(blocks: list[Block], volume: Volume) -> list[Block]:
    """The blocks as standing there. What says why something cannot be is said everywhere.

    Of a section, its heading alone takes the mark: it speaks for what follows.
    """
    if not volume:
        return blocks
    if blocks and isinstance(blocks[0], Heading):
        return [replace(blocks[0], volume=volume), *blocks[1:]]
    return [
        replace(block, volume=volume) if isinstance(block, Paragraph | Bullets | Figure | Table) else block
        for block in blocks
    ]


def _running(cover: Mapping[str, str], labels: Mapping[str, str]) -> str:
    if cover.get("dealership") and cover.get("plan_year"):
        return labels["running"].format(dealership=cover["dealership"], plan_year=cover["plan_year"])
    return str(cover.get("dealership") or "")
