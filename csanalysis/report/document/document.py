"""An executed notebook as the document that a reader sees: chapters of numbered, anchored blocks.

Both exporters set this one document, so the web page and the PDF cannot differ in what they say. Beside the
blocks of :mod:`csanalysis.report.document.markdown` there are

======= ====================================================================================================
heading also ``anchor``, ``number`` ("2.1", empty in a notebook of its own)
table   ``columns`` (``label``, ``align``), ``header_groups`` (``label``, ``span``), ``rows`` (``kind``,
        ``cells``), ``number``, ``caption``, ``note``, ``anchor``; a cell has ``spans`` and, if it is a
        reported number, ``metric``, ``period``, ``group``, ``field``, ``value``; a range of two numbers
        has ``parts``; a small picture ``svg``, ``width``, ``height``, ``alt``; ``about`` is the anchor of a
        definition
figure  ``svg``, ``width``, ``height`` [points], ``title``, ``alt``, ``note``, ``number``, ``anchor``
cards   ``cards`` (``label``, ``text``, ``note``, ``tone`` and the reported number's parts)
failure ``text``
======= ====================================================================================================
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode

from csanalysis.report.document import markdown
from csanalysis.report.document.labels import LABELS, LANGUAGES, language_or_default
from csanalysis.report.document.outputs import output_blocks
from csanalysis.report.document.svg import own_svg
from csanalysis.report.document.tables import align_decimals, link_definitions

Block = dict[str, Any]
Document = dict[str, Any]

_PARAMETERS = {"parameters", "injected-parameters"}
_LANGUAGE = re.compile(r"""^language\s*=\s*["'](\w+)["']""", re.MULTILINE)
_FACTS = ("dealership", "brand", "group", "plan_year", "as_of", "made_on")


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

    Returns
    -------
    dict
        ``language``, ``tag`` (BCP 47), ``labels``, ``title``, ``subtitle``, ``dealership``, ``running``,
        ``assembled``, ``compact`` (no title page), ``facts``, ``made`` (ISO date or empty), and
        ``chapters``: ``title``, ``short`` (its words before a colon), ``number``, ``anchor``, ``sections``,
        ``blocks``.
    """
    cover = dict(notebook.metadata.get("csanalysis", {}))
    assembled = bool(cover.get("assembled"))
    labels = LABELS[language]
    numbering = _Numbering(assembled, labels)
    chapters = [numbering.chapter(slug, blocks) for slug, blocks in _chapters(notebook, assembled)]
    for chapter in chapters:
        _refer(chapter["blocks"], chapters, labels)
    link_definitions([block for chapter in chapters for block in _nested(chapter["blocks"])])
    title = cover.get("title") or (chapters[0]["title"] if chapters and not assembled else "")
    return {
        "language": language,
        "tag": LANGUAGES[language],
        "labels": dict(labels),
        "title": title or name or labels["untitled"],
        "subtitle": cover.get("subtitle") or "",
        "dealership": cover.get("dealership") or "",
        "running": _running(cover, labels),
        "assembled": assembled,
        "compact": assembled and cover.get("layout") == "compact",
        "facts": [{"label": labels[fact], "text": str(cover[fact])} for fact in _FACTS if cover.get(fact)],
        "made": str(cover.get("made") or ""),
        "chapters": chapters,
    }


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


def anchors(document: Mapping[str, Any]) -> Iterable[str]:
    """What a link within the document can lead to, in order."""
    for chapter in document["chapters"]:
        for block in _nested(chapter["blocks"]):
            if block.get("anchor"):
                yield block["anchor"]


def figures(document: Mapping[str, Any]) -> list[str]:
    """The SVG of every figure and of every small one in a table, in order."""
    return [
        part["svg"]
        for chapter in document["chapters"]
        for block in _nested(chapter["blocks"])
        for part in (block, *(cell for row in block.get("rows", []) for cell in row["cells"]))
        if "svg" in part
    ]


def _parameter(source: str) -> str | None:
    """What a parameters cell sets ``language`` to."""
    found = _LANGUAGE.findall(source)
    return found[-1] if found else None


def _chapters(notebook: NotebookNode, assembled: bool) -> list[tuple[str, list[Block]]]:
    chapters: dict[str, list[Block]] = {}
    for cell in notebook.cells:
        slug = cell.metadata.get("csanalysis", {}).get("chapter", "") if assembled else ""
        blocks = chapters.setdefault(slug, [])
        if cell.cell_type == "markdown":
            blocks += markdown.blocks(cell.source)
        elif cell.cell_type == "code":
            for output in cell.outputs:
                shown = output_blocks(output, plain_text=not assembled)
                # What is missing is said once a chapter, not in place of every table that would need it.
                blocks += [block for block in shown if block["type"] != "quote" or block not in blocks]
    return list(chapters.items())


def _running(cover: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    if cover.get("dealership") and cover.get("plan_year"):
        return labels["running"].format(dealership=cover["dealership"], plan_year=cover["plan_year"])
    return str(cover.get("dealership") or "")


class _Numbering:
    """Gives chapters, sections, figures and tables their numbers, and every anchor one owner."""

    def __init__(self, assembled: bool, labels: Mapping[str, str]) -> None:
        self._assembled, self._labels = assembled, labels
        self._counts: Counter[str] = Counter()
        self._anchors: Counter[str] = Counter()

    def chapter(self, slug: str, blocks: list[Block]) -> dict[str, Any]:
        self._counts["chapter"] += 1
        self._counts["section"] = 0
        headings = [block for block in blocks if block["type"] == "heading"]
        if not headings and self._assembled:
            headings = [{"type": "heading", "level": 1, "spans": [{"text": slug}]}]
            blocks = headings + blocks
        self._headings(headings, slug)
        for block in _nested(blocks):
            if block["type"] == "figure" or (block["type"] == "table" and block.get("caption")):
                self._counts[block["type"]] += 1
                block["number"] = str(self._counts[block["type"]])
                block["anchor"] = self._anchor(slug, block.get("id") or f"{block['type']}-{block['number']}")
            for place, cell in enumerate(cell for row in block.get("rows", []) for cell in row["cells"]):
                if "svg" in cell:
                    cell |= own_svg(cell.pop("svg"), f"{slug}-{block.get('anchor', 'table')}-{place}-")
            if block["type"] == "table":
                self._table(block)
            if block["type"] == "figure":
                block |= own_svg(block.pop("svg"), f"{block['anchor']}-")
                block["alt"] = block["alt"] or f"{self._labels['figure']} {block['number']}"
        sections = [heading for heading in headings if heading["level"] == 2]
        first = headings[0] if headings else {"text": "", "number": "", "anchor": ""}
        return {
            "title": first["text"],
            "short": re.split(r"[:：]", first["text"], maxsplit=1)[0],
            "number": first["number"],
            "anchor": first["anchor"],
            "sections": [{key: each[key] for key in ("text", "number", "anchor")} for each in sections],
            "blocks": blocks,
        }

    def _table(self, table: Block) -> None:
        align_decimals(table)
        for row in table["rows"]:
            if row.get("defines"):
                row["anchor"] = self._own(f"definitions-{row['defines']}")

    def _headings(self, headings: list[Block], slug: str) -> None:
        """The first is the chapter's; the others lie below it, and none skips a level."""
        above = 0
        for heading in headings:
            above = heading["level"] = min(max(heading["level"], 2 if above else 1), above + 1)
            heading["text"] = markdown.plain(heading["spans"])
            titled = above == 1 and slug
            heading["anchor"] = self._own(slug) if titled else self._anchor(slug, heading["text"])
            heading["number"] = self._number(above) if self._assembled else ""

    def _number(self, level: int) -> str:
        if level == 1:
            return str(self._counts["chapter"])
        if level == 2:
            self._counts["section"] += 1
            return f"{self._counts['chapter']}.{self._counts['section']}"
        return ""

    def _anchor(self, slug: str, text: str) -> str:
        words = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "part"
        return self._own(f"{slug}-{words}" if slug else words)

    def _own(self, anchor: str) -> str:
        self._anchors[anchor] += 1
        return anchor if self._anchors[anchor] == 1 else self._own(f"{anchor}-{self._anchors[anchor]}")


def _refer(blocks: list[Block], chapters: list[dict[str, Any]], labels: Mapping[str, str]) -> None:
    """Spans that refer to ``#fig-<id>`` or ``#tbl-<id>`` say its number and lead there.

    Of several with one id, the one in the reference's own chapter is meant, else the first.
    """
    everywhere = [block for chapter in chapters for block in chapter["blocks"]]
    for block in _nested(blocks):
        for span in block.get("spans", []):
            kind, _, id = span.pop("refers", "").partition("-")
            if not kind:
                continue
            type = {"fig": "figure", "tbl": "table"}[kind]
            found = next(
                (it for it in _nested([*blocks, *everywhere]) if it["type"] == type and it.get("id") == id),
                None,
            )
            if found is None or "number" not in found:
                span["text"] = span["text"] or labels["absent"]
            else:
                span["text"] = span["text"] or f"{labels[type]} {found['number']}"
                span["link"] = f"#{found['anchor']}"


def _nested(blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        yield block
        for inner in (block.get("blocks", []), *block.get("items", [])):
            yield from _nested(inner)
