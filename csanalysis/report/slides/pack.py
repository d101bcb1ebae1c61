"""``review.pptx`` and ``meeting.pptx``: what the notebook of a pack shows, as slides for its meeting.

Tables and key figures are those of the notebook, number by number; lines are its sentences. Each section is
one slide or more; the words that explain a section stay in the report.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
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
from csanalysis.report.slides.blocks import Beside, Block, Card, Cards, Chart, Line, Lines, Slide, slide_of
from csanalysis.report.slides.deck import write_deck
from csanalysis.report.slides.drawing import headed
from csanalysis.report.slides.fitting import LINE, grid, lines_of

_ROOM = (680.0, 320.0)
"""Points that a table has on the narrowest slide; rows that have no room in it go to the next."""
_SAYS = "text/markdown"
_LEAD, _SAID = 100.0, 16.0
"""Points of height that sentences above a table may take, and of their type."""
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
    found = [slide for title, shown in _sections(notebook, language) for slide in _section(title, shown)]
    found += [
        slide_of("course", Line(section_of(charts)), two, way="beside", shares=[1.0] * len(two))
        for two in _by(2, charts)
    ]
    return [replace(slide, name=f"slide{place}") for place, slide in enumerate(_joined(found), start=1)]


def _sections(notebook: NotebookNode, language: Language) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """The title of each section, and what its cells show."""
    title, shown = "", list[Mapping[str, Any]]()
    for cell in notebook.cells:
        if {*cell.metadata.get("tags", ())} & {f"lang-{other}" for other in LANGUAGES if other != language}:
            continue
        if cell.cell_type == "markdown":
            for heading in markdown.blocks(cell.source):
                if isinstance(heading, Heading):
                    yield title, shown
                    title, shown = plain(heading.spans), []
        elif cell.cell_type == "code":
            shown += [output.get("data", {}) for output in cell.outputs]
    yield title, shown


def _section(title: str, shown: Iterable[Mapping[str, Any]]) -> Iterator[Slide]:
    """A section's slides: what is said goes above the table or the key figures that it is about."""
    said: list[str] = []
    for data in _words_first(list(shown)):
        if _SAYS in data:
            said += _sentences(markdown.blocks("".join(data[_SAYS])))
            continue
        if (lead := _height(said)) > _LEAD:
            yield from _told(title, said)
            said, lead = [], 0.0
        for block in _shown(data, _ROOM[1] - lead):
            above = Lines(tuple(map(Line, said))) if said else None
            yield slide_of("", Line(title), [above, block], shares=[lead, _ROOM[1] - lead])
            said, lead = [], 0.0
    yield from _told(title, said)


def _words_first(shown: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What is said at a section's end, below its last table, is said above it."""
    if len(shown) > 1 and _SAYS in shown[-1] and _SAYS not in shown[-2]:
        return [*shown[:-2], shown[-1], shown[-2]]
    return shown


def _told(title: str, said: Iterable[str]) -> Iterator[Slide]:
    """Slides of sentences alone."""
    for lines in _slidefuls(said):
        yield slide_of("", Line(title), [Lines(tuple(map(Line, lines)))], shares=[1.0])


def _height(said: Sequence[str]) -> float:
    """Points that sentences above a table take."""
    return sum(lines_of(words, _SAID, _ROOM[0]) for words in said) * _SAID * LINE + (10.0 if said else 0.0)


def _joined(slides: Iterable[Slide]) -> Iterator[Slide]:
    """The same with one slide where sections that follow each other hold but a few sentences each."""
    held: Slide | None = None
    for slide in slides:
        if held is not None and (both := _both(held, slide)) is not None:
            held = both
            continue
        if held is not None:
            yield held
        held = slide
    if held is not None:
        yield held


def _both(first: Slide, second: Slide) -> Slide | None:
    match first.blocks, second.blocks:
        case (Lines(said),), (Lines(more),):
            lines = [line.text for line in (*said, *more)]
            if len(list(_slidefuls(lines))) == 1:
                titles = dict.fromkeys((first.title.text, second.title.text))
                return slide_of("", Line(" · ".join(titles)), [Lines((*said, *more))], shares=[1.0])
    return None


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


def _shown(data: Mapping[str, Any], height: float) -> Iterator[Block]:
    """What one output puts on each slide, the first of which has so many points of height."""
    if TABLE in data:
        table = _table(as_data(data[TABLE]))
        drawn = _bars(table)
        for part in _parts(table, height):
            if drawn is not None and len(part.rows) == len(table.rows):
                yield Beside((part, drawn), (1.4, 1.0))
            else:
                yield part
    elif CARDS in data:
        cards = [_card(card) for card in as_data(data[CARDS])["cards"]]
        for some in _by(_CARDS, cards):
            yield Cards(tuple(some))


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


def _parts(table: ReportTable, height: float) -> Iterator[ReportTable]:
    """The table cut into as many as its rows need room for, the first of the height given."""
    rows = list(table.rows)
    head = [headed(column) for column in table.columns]
    left = [column.align == "left" for column in table.columns]
    while rows:
        texts = [[cell.text for cell in row.cells] for row in rows]
        fits = max(1, len(grid([head, *texts], _ROOM[0], height, words=left).heights) - 1)
        yield ReportTable(table.id, table.caption, table.columns, tuple(rows[:fits]))
        rows, height = rows[fits:], _ROOM[1]


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
