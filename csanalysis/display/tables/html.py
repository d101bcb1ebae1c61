"""A table's HTML, the same in JupyterLab and on the report's page."""

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup, escape

from csanalysis.display.tables.layout import (
    CHANGES,
    Number,
    Picture,
    Span,
    Table,
    TableCell,
    TableColumn,
    TableHead,
    TableRow,
)

Draw = Callable[[Picture], str]

_STYLES = (("bold", "strong"), ("italic", "em"), ("strike", "s"), ("code", "code"))


def table_html(
    table: Table, *, draw: Draw = lambda picture: picture.drawing.svg, labels: Mapping[str, str] | None = None
) -> Markup:
    """``<thead>`` and ``<tbody>``; each number says in ``data-`` attributes where it comes from.

    Parameters
    ----------
    table : Table
        With decimals in line and, on the page, with anchors.
    draw : callable
        A picture as it stands in the page.
    labels : mapping, optional
        The page's own words, for the links to definitions.
    """
    groups = "".join(_group(group, labels) for group in table.header_groups)
    heads = "".join(_head(column, labels) for column in table.columns)
    rows = "".join(_row(table, row, draw) for row in table.rows)
    above = f'<tr class="groups">{groups}</tr>\n' if groups else ""
    return Markup(f"<thead>\n{above}<tr>{heads}</tr>\n</thead>\n<tbody>\n{rows}</tbody>")


def notebook_html(table: Table) -> str:
    """The table with its caption and note, as JupyterLab shows it."""
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<figure class="table" id="table-{escape(table.id)}">'
        f"<figcaption>{escape(table.caption)}</figcaption><table>{table_html(table)}</table>{note}</figure>"
    )


def spans_html(spans: Iterable[Span]) -> Markup:
    """Words in their styles."""
    return Markup("".join(map(_span, spans)))


def number_attributes(number: Number | None) -> Markup:
    """``data-metric="…" data-period="…"…`` of a number's record; nothing for words."""
    if number is None:
        return Markup()
    kind = "changed" if number.field in CHANGES else "metric"
    return Markup(
        f' data-{kind}="{escape(number.metric)}" data-period="{escape(number.period)}"'
        f' data-group="{escape(number.group)}" data-field="{escape(number.field)}"'
        f' data-value="{escape(number.value)}"'
    )


def about_html(anchor: str, words: str, labels: Mapping[str, str] | None) -> Markup:
    """A mark beside ``words`` that leads to their definition; nothing where there is none."""
    if not anchor or not labels:
        return Markup()
    return Markup('<a class="about" href="#{}" aria-label="{}{}{}" title="{}"></a>').format(
        anchor, labels["definition"], labels["separator"], words, labels["definition"]
    )


def _group(group: TableHead, labels: Mapping[str, str] | None) -> str:
    if not group.label:
        return f'<td colspan="{group.span}"></td>'
    about = about_html(group.about, group.label, labels)
    return f'<th scope="colgroup" colspan="{group.span}">{escape(group.label)}{about}</th>'


def _head(column: TableColumn, labels: Mapping[str, str] | None) -> str:
    if not (column.label or column.unit):
        return "<td></td>"
    names = [column.align, "short" if len(column.label) < 8 else "", "spark" if column.drawn else ""]
    label = f'<span class="label">{escape(column.label)}</span>' if column.label else ""
    unit = f" <small>{escape(column.unit)}</small>" if column.unit else ""
    about = about_html(column.about, column.label, labels)
    return f'<th scope="col" class="{" ".join(filter(None, names))}">{label}{unit}{about}</th>'


def _row(table: Table, row: TableRow, draw: Draw) -> str:
    first = _cell(table.columns[0], row.cells[0], row, draw, first=True)
    others = [
        _cell(column, cell, row, draw) for column, cell in zip(table.columns[1:], row.cells[1:], strict=True)
    ]
    names = f"{row.kind} definition" if row.anchor else row.kind
    anchor = f' id="{escape(row.anchor)}"' if row.anchor else ""
    return f'<tr class="{names}"{anchor}>{first}{"".join(others)}</tr>\n'


def _cell(column: TableColumn, cell: TableCell, row: TableRow, draw: Draw, *, first: bool = False) -> str:
    content = _first(cell, row) if first else None
    if content is None:
        content = _content(cell, draw)
    names: list[str] = [column.align]
    if column.long or column.brief:
        names.append("long" if column.long else "brief")
    if cell.picture:
        names.append("spark")
    if cell.lacks:  # base.css: "pad2" lacks the point and two decimals, "pad-1" one decimal
        names.append(f"pad{'-' if '.' in cell.text else ''}{cell.lacks}")
    heads = first and not cell.number and cell.spans and cell.spans[0].text
    start, end = ('th scope="row"', "th") if heads else ("td", "td")
    sort = f' data-sort="{escape(cell.sort)}"' if cell.sort else ""
    attributes = number_attributes(cell.number)
    return f'<{start} class="{" ".join(names)}"{attributes}{sort}>{content}</{end}>'


def _first(cell: TableCell, row: TableRow) -> str | None:
    """What stands in a row's first cell, where that is a definition or leads to one."""
    if cell.picture or cell.parts:
        return None
    if row.anchor:
        return _defined(cell.spans[0].text, row.defines)
    if cell.about:
        return f'<a class="define" href="#{escape(cell.about)}">{spans_html(cell.spans)}</a>'
    return None


def _content(cell: TableCell, draw: Draw) -> str:
    if cell.picture:
        return draw(cell.picture)
    if cell.parts:
        dash = " – " if any("-" in part.text for part in cell.parts) else "–"
        return dash.join(
            f"<span{number_attributes(part.number)}>{escape(part.text)}</span>" for part in cell.parts
        )
    return "".join(map(_span, cell.spans))


def _defined(words: str, name: str) -> str:
    """What a definition defines: its label, and below it its name in ``metrics.json``, free to break."""
    breakable = escape(name).replace("_", Markup("_<wbr>"))
    return f"{escape(words.removesuffix(name))}<code>{breakable}</code>"


def _span(span: Span) -> str:
    if span.text == "\n":
        return "<br>"
    tags = [tag for style, tag in _STYLES if getattr(span, style)]
    words = str(escape(span.text))
    for tag in reversed(tags):
        words = f"<{tag}>{words}</{tag}>"
    return f'<a href="{escape(span.link)}" rel="noreferrer">{words}</a>' if span.link else words
