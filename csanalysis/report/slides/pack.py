"""``review.pptx`` and ``meeting.pptx``: what the notebook of a pack shows, as slides for its meeting.

Tables and key figures are those of the notebook, number by number; lines are its sentences. Each section is
one slide or more; the words that explain a section stay in the report.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from nbformat import NotebookNode

from csanalysis.catalogue import Format, Language
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.params import Params
from csanalysis.report.document import markdown
from csanalysis.report.document.blocks import Block as Part
from csanalysis.report.document.blocks import Bullets, Heading, Paragraph
from csanalysis.report.document.labels import LANGUAGES
from csanalysis.report.document.markdown import plain
from csanalysis.report.document.outputs import CARDS, TABLE, as_data
from csanalysis.report.slides.asked import chart
from csanalysis.report.slides.blocks import Block, Card, Cards, Chart, Line, Lines, Slide, slide_of
from csanalysis.report.slides.deck import write_deck
from csanalysis.report.slides.drawing import headed
from csanalysis.report.slides.fitting import grid

_ROOM = (680.0, 320.0)
"""Points that a table has on the narrowest slide; rows that have no room in it go to the next."""
_CARDS = 5
_LINES, _LETTERS = 7, 900
_MOST_BARS = 12

T = TypeVar("T")

CHARTED: Mapping[str, tuple[str, Format]] = {
    "review_lapses": ("share", "percent"),
    "review_contacts": ("", "count"),
    "meeting_items": ("gap", "score"),
    "process_compliance_rate_by_staff": ("process_compliance_rate.value", "percent"),
    "process_compliance_rate_by_process": ("process_compliance_rate.value", "percent"),
}
"""Tables beside which a chart of one column stands: its key, or the last column of values where none."""


def pack_slides(notebook: NotebookNode, language: Language, *, charts: Sequence[Chart] = ()) -> list[Slide]:
    """The slides behind the first one of an executed pack.

    Parameters
    ----------
    notebook : NotebookNode
        Its cells show tables, key figures and sentences.
    language : Language
        Cells tagged with another are left out.
    charts : sequence of Chart
        Further charts, two a slide, behind the others.
    """
    slides: list[Slide] = []
    section = ""
    for cell in notebook.cells:
        if {*cell.metadata.get("tags", ())} & {f"lang-{other}" for other in LANGUAGES if other != language}:
            continue
        if cell.cell_type == "markdown":
            headings = [block for block in markdown.blocks(cell.source) if isinstance(block, Heading)]
            section = plain(headings[-1].spans) if headings else section
        elif cell.cell_type == "code":
            for output in cell.outputs:
                for blocks, shares in _shown(output.get("data", {})):
                    name = f"slide{len(slides) + 1}"
                    slides.append(slide_of(name, Line(section), blocks, way="beside", shares=shares))
    for two in _by(2, charts):
        slides.append(
            slide_of("course", Line(section_of(charts)), two, way="beside", shares=[1.0] * len(two))
        )
    return slides


def _by(count: int, things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[place : place + count] for place in range(0, len(things), count))


def section_of(charts: Sequence[Chart]) -> str:
    """The title above charts: what their series are."""
    return " / ".join(dict.fromkeys(series.label for drawn in charts for series in drawn.series))


def write_pack_slides(
    path: Path,
    notebook: NotebookNode,
    params: Params,
    *,
    cover: Mapping[str, Any],
    folder: Path,
    charts: Sequence[Chart] = (),
) -> None:
    """Write the deck of a pack; ``folder`` is the params file's, from which template and logo are named.

    Raises
    ------
    ReportError
        The store's template or logo cannot be used.
    """
    slides = pack_slides(notebook, params.language, charts=charts)
    write_deck(path, slides, params, cover=cover, folder=folder)


def _shown(data: Mapping[str, Any]) -> Iterator[tuple[list[Block], list[float]]]:
    """The blocks of each slide that one output makes, and their shares of it."""
    if TABLE in data:
        table = _table(as_data(data[TABLE]))
        drawn = _bars(table)
        for part in _parts(table):
            if drawn is not None and len(part.rows) == len(table.rows):
                yield [part, drawn], [1.4, 1.0]
            else:
                yield [part], [1.0]
    elif CARDS in data:
        cards = [_card(card) for card in as_data(data[CARDS])["cards"]]
        for some in _by(_CARDS, cards):
            yield [Cards(tuple(some))], [1.0]
    elif "text/markdown" in data:
        said = data["text/markdown"]
        for lines in _slidefuls(_sentences(markdown.blocks("".join(said)))):
            yield [Lines(tuple(map(Line, lines)))], [1.0]


def _cell(data: Mapping[str, Any]) -> Cell:
    return Cell(
        data["text"],
        data.get("metric"),
        data.get("period"),
        data.get("group") or {},
        data.get("field"),
        data.get("value"),
        tuple(map(_cell, data.get("parts", ()))),
    )


def _table(data: Mapping[str, Any]) -> ReportTable:
    """A table as a notebook holds it; a head above columns goes into each of their heads."""
    above = [group["label"] for group in data["header_groups"] or () for _ in range(group["span"])]
    columns = tuple(
        Column(each["key"], f"{group} {each['label']}".strip(), each["align"], each["unit"])
        for each, group in zip(data["columns"], above or [""] * len(data["columns"]), strict=True)
    )
    rows = tuple(Row(tuple(map(_cell, row["cells"])), row["kind"]) for row in data["rows"])
    return ReportTable(data["id"], data["caption"], columns, rows)


def _parts(table: ReportTable) -> Iterator[ReportTable]:
    """The table cut into as many as its rows need room for."""
    rows = list(table.rows)
    head = [headed(column) for column in table.columns]
    left = [column.align == "left" for column in table.columns]
    while rows:
        texts = [[cell.text for cell in row.cells] for row in rows]
        fits = max(1, len(grid([head, *texts], *_ROOM, words=left).heights) - 1)
        yield ReportTable(table.id, table.caption, table.columns, tuple(rows[:fits]))
        rows = rows[fits:]


def _bars(table: ReportTable) -> Chart | None:
    """One column of the table as bars; None where nothing of it is to be seen so."""
    if table.id not in CHARTED:
        return None
    key, form = CHARTED[table.id]
    rows = [row for row in table.rows if row.kind != "total"]
    if not 2 <= len(rows) <= _MOST_BARS:
        return None
    places = [place for place, column in enumerate(table.columns) if column.key == key]
    if not key:
        metric = next((cell.metric for cell in rows[0].cells if cell.metric), None)
        places = [place for place, cell in enumerate(rows[0].cells) if cell.metric == metric]
    if not places:
        return None
    label = headed(table.columns[places[-1]])
    cells = [row.cells[places[-1]] for row in rows]
    return chart(label, "bars", [row.cells[0].text for row in rows], [(label, cells)], form)


def _card(data: Mapping[str, Any]) -> Card:
    return Card(data["label"], _cell(data), Line(data.get("note") or ""))


def _sentences(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Paragraph):
            yield plain(part.spans)
        elif isinstance(part, Bullets):
            for item in part.items:
                yield " ".join(_sentences(item))


def _slidefuls(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines of a slide each, few enough to be read."""
    page: list[str] = []
    for line in lines:
        if page and (len(page) == _LINES or sum(map(len, page)) + len(line) > _LETTERS):
            yield page
            page = []
        page.append(line)
    if page:
        yield page
