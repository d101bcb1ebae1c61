"""Blocks put on slides: text boxes, native tables and native charts, each sized to its room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from csanalysis.display.tables.model import Column, ReportTable
from csanalysis.palette import LIGHT
from csanalysis.report.slides.blocks import Beside, Block, Cards, Chart, Lines
from csanalysis.report.slides.fitting import LINE, MARGIN, PADDING, ems, grid, one_line, size_for

_NUMBER_FORMATS = {
    "percent": "0.0%",
    "amount": "¥#,##0",
    "score": "0.0",
    "ratio": "0.00",
    "points": "+0.0%;-0.0%",
}
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_LABELS = 24
_GAP = 14.0
_CAPTION = 12.0


@dataclass(frozen=True)
class Room:
    """A box on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    def cut(self, shares: Sequence[float], *, beside: bool) -> list["Room"]:
        """Boxes beside or below each other with a gap between them, as large as ``shares`` say."""
        whole = (self.width if beside else self.height) - _GAP * (len(shares) - 1)
        rooms, start = [], self.left if beside else self.top
        for share in shares:
            size = whole * share / sum(shares)
            rooms.append(
                Room(start, self.top, size, self.height)
                if beside
                else Room(self.left, start, self.width, size)
            )
            start += size + _GAP
        return rooms


def draw(slide: Any, block: Block, room: Room) -> None:
    """Put a block into its room."""
    match block:
        case Lines():
            _lines(slide, block, room)
        case Cards():
            _cards(slide, block, room)
        case Chart():
            _chart(slide, block, room)
        case ReportTable():
            _table(slide, block, room)
        case Beside(blocks, shares):
            for inner, place in zip(blocks, room.cut(shares, beside=True), strict=True):
                draw(slide, inner, place)


def text_box(slide: Any, room: Room, name: str) -> Any:
    """An empty text frame of exactly this size, without margins; its shape is called ``name``."""
    from pptx.enum.text import MSO_AUTO_SIZE
    from pptx.util import Pt

    shape = slide.shapes.add_textbox(Pt(room.left), Pt(room.top), Pt(room.width), Pt(room.height))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def say(paragraph: Any, words: str, size: float, *, bold: bool = False, colour: str = "ink") -> None:
    """Write a paragraph; ``colour`` is one of the theme: ink, muted, accent."""
    from pptx.dml.color import RGBColor
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.util import Pt

    paragraph.line_spacing = Pt(size * LINE)
    run = paragraph.add_run()
    run.text, run.font.size, run.font.bold = words, Pt(size), bold
    if colour == "accent":
        run.font.color.theme_color = MSO_THEME_COLOR.ACCENT_1
    elif colour == "muted":
        run.font.color.rgb = RGBColor.from_string(LIGHT.muted.lstrip("#").upper())


def _lines(slide: Any, block: Lines, room: Room) -> None:
    from pptx.util import Pt

    said = [line.text for line in block.lines]
    size = size_for(said, room.width - 18, room.height, most=20, least=11, gap=0.5)
    frame = text_box(slide, room, "lines")
    for place, words in enumerate(said):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size * 0.5)
        say(paragraph, words, size)


def _cards(slide: Any, block: Cards, room: Room) -> None:
    rooms = room.cut([1.0] * len(block.cards), beside=True)
    widest = max(ems(card.number.text) for card in block.cards)
    large = min(40.0, (rooms[0].width - 4) / max(widest * 1.1, 1))
    small = min(
        one_line(words, rooms[0].width, most=15, least=9)
        for card in block.cards
        for words in (card.label, card.below.text)
    )
    for card, place in zip(block.cards, rooms, strict=True):
        frame = text_box(slide, place, f"card {card.number.metric}")
        say(frame.paragraphs[0], card.label, small, bold=True)
        say(frame.add_paragraph(), card.number.text, large, bold=True, colour="accent")
        say(frame.add_paragraph(), card.below.text, small, colour="muted")


def _caption(slide: Any, words: str, room: Room) -> Room:
    """The caption above a table; what is left below it."""
    size = size_for([words], room.width, _CAPTION * LINE, most=_CAPTION, least=9)
    head = Room(room.left, room.top, room.width, size * LINE)
    say(text_box(slide, head, "caption").paragraphs[0], words, size, bold=True)
    return Room(room.left, room.top + size * LINE + 4, room.width, room.height - size * LINE - 4)


def headed(column: Column) -> str:
    """A column's head with its unit."""
    if not column.unit:
        return column.label
    return f"{column.label} ({column.unit})" if column.label.isascii() else f"{column.label}（{column.unit}）"


def _table(slide: Any, table: ReportTable, room: Room) -> None:
    from pptx.util import Pt

    room = _caption(slide, table.caption, room)
    rows = [[headed(column) for column in table.columns]]
    rows += [[cell.text for cell in row.cells] for row in table.rows]
    laid = grid(rows, room.width, room.height, words=[column.align == "left" for column in table.columns])
    shape = slide.shapes.add_table(
        len(laid.heights),
        len(laid.widths),
        Pt(room.left),
        Pt(room.top),
        Pt(sum(laid.widths)),
        Pt(sum(laid.heights)),
    )
    shape.name = f"table {table.id}"
    _described(shape, table.caption)
    for place, width in enumerate(laid.widths):
        shape.table.columns[place].width = Pt(width)
    for number, (row, height) in enumerate(zip(shape.table._tbl.tr_lst, laid.heights, strict=True)):
        row.h = Pt(height)
        kind = "head" if number == 0 else table.rows[number - 1].kind
        for cell, words, column in zip(row.tc_lst, rows[number], table.columns, strict=True):
            _cell(cell, words, laid.size, column.align, kind)
    shape.height = sum(row.h for row in shape.table._tbl.tr_lst)


def _cell(cell: Any, words: str, size: float, align: str, kind: str) -> None:
    """Fill a new cell's element: through python-pptx's objects it takes five times as long."""
    from lxml.etree import SubElement
    from pptx.util import Pt

    body, about = cell
    paragraph = body[-1]
    side = {"left": "l", "center": "ctr"}.get(align, "r")
    spacing = SubElement(SubElement(paragraph, f"{_DRAWN}pPr", algn=side), f"{_DRAWN}lnSpc")
    SubElement(spacing, f"{_DRAWN}spcPts", val=str(Pt(size * LINE).centipoints))
    run = SubElement(paragraph, f"{_DRAWN}r")
    bold = {"b": "1"} if kind in ("head", "total") else {}
    SubElement(run, f"{_DRAWN}rPr", sz=str(Pt(size).centipoints), **bold)
    SubElement(run, f"{_DRAWN}t")
    run.text = words
    across, down = str(Pt(MARGIN)), str(Pt(PADDING))
    about.attrib.update({"marL": across, "marR": across, "marT": down, "marB": down, "anchor": "ctr"})


def _chart(slide: Any, block: Chart, room: Room) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    kinds = {
        "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "stacked": XL_CHART_TYPE.COLUMN_STACKED,
        "bars": XL_CHART_TYPE.BAR_CLUSTERED,
        "lines": XL_CHART_TYPE.LINE_MARKERS,
    }
    form = _NUMBER_FORMATS.get(block.format, "#,##0")
    data = CategoryChartData(number_format=form)
    data.categories = block.categories
    for series in block.series:
        data.add_series(series.label, [cell.value for cell in series.cells])
    room = _caption(slide, block.title, room)
    box = (Pt(room.left), Pt(room.top), Pt(room.width), Pt(room.height))
    shape = slide.shapes.add_chart(kinds[block.kind], *box, data)
    shape.name = "chart"
    _described(shape, block.title)
    chart = shape.chart
    chart.has_title, chart.font.size = False, Pt(11)
    chart.has_legend = len(block.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    axis = chart.value_axis
    axis.major_gridlines.format.line.color.rgb = _grey()
    axis.format.line.fill.background()
    axis.tick_labels.number_format = "0%" if block.format in ("percent", "points") else form
    axis.tick_labels.number_format_is_linked = False
    values = [cell.value for series in block.series for cell in series.cells if cell.value is not None]
    if min(values) >= 0:  # or a column would be as long as the axis likes
        axis.minimum_scale = 0
    elif max(values) <= 0:
        axis.maximum_scale = 0
    plot = chart.plots[0]
    if block.kind in ("columns", "stacked", "bars"):
        plot.gap_width = 60
    if block.kind == "bars":
        chart.category_axis.reverse_order = True
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        axis.visible = axis.has_major_gridlines = False
    for drawn in plot.series:
        drawn.smooth = False if block.kind == "lines" else None
        if block.kind in ("columns", "bars"):
            drawn.invert_if_negative = False
    if block.kind == "lines" and len(block.series) > 1:
        _last_labelled(plot)
    elif block.kind != "stacked" and block.format != "amount" and len(values) <= _MOST_LABELS:
        _labelled(plot, form, block.kind)


def _labelled(plot: Any, form: str, kind: str) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
    labels.font.size = Pt(10)
    labels.position = XL_LABEL_POSITION.ABOVE if kind == "lines" else XL_LABEL_POSITION.OUTSIDE_END


def _last_labelled(plot: Any) -> None:
    """Many lines have their last number alone written, or the numbers would cover each other."""
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    for drawn in plot.series:
        label = drawn.points[len(drawn.values) - 1].data_label
        label.position, label.font.size = XL_LABEL_POSITION.RIGHT, Pt(10)
        # A label with a font of its own is a new one, which shows nothing unless it is told to.
        for name in ("showVal",):
            for shown in label._dLbl.xpath(f"./c:{name}"):
                shown.set("val", "1")


def _grey() -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(LIGHT.grid.lstrip("#").upper())


def _described(shape: Any, words: str) -> None:
    """What a reader who cannot see it is told."""
    shape._element.xpath("./p:nvGraphicFramePr/p:cNvPr")[0].set("descr", words)
