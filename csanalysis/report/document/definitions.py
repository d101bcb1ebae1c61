"""A way from a number to its definition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from csanalysis.display.tables.layout import Table, TableCell, TableHead, TableRow
from csanalysis.report.document.blocks import Block, Cards, Chapter, changed, nested


def with_links_to_definitions(chapters: Sequence[Chapter]) -> tuple[Chapter, ...]:
    """Where the chapters define their metrics, what names one has ``about``: the anchor of its definition.

    That is the caption of a table of one metric; the row labels that say which they name; else each head, or
    group of heads, above numbers of one metric. Nothing is linked to a definition that is not there.
    """
    tables = [block for each in chapters for block in nested(each.blocks) if isinstance(block, Table)]
    defined = {row.defines: row.anchor for table in tables for row in table.rows if row.defines}
    if not defined:
        return tuple(chapters)

    def linked(block: Block) -> Block:
        match block:
            case Table():
                return _linked(block, defined)
            case Cards(cards):
                abouts = [defined.get(card.number.metric, "") if card.number else "" for card in cards]
                pairs = zip(cards, abouts, strict=True)
                return Cards(tuple(replace(card, about=about) for card, about in pairs))
            case _:
                return block

    return tuple(replace(chapter, blocks=changed(chapter.blocks, linked)) for chapter in chapters)


def _linked(table: Table, defined: Mapping[str, str]) -> Table:
    columns = [_metrics(row.cells[place] for row in table.rows) for place in range(len(table.columns))]
    if len(metrics := set[str]().union(*columns)) == 1:
        return replace(table, about=defined.get(metrics.pop(), ""))
    if any(row.cells[0].names for row in table.rows):
        return replace(table, rows=tuple(_with_label(row, defined) for row in table.rows))
    groups, columns = _groups(table.header_groups, columns, defined)
    heads = [defined.get(next(iter(metrics)), "") if len(metrics) == 1 else "" for metrics in columns]
    pairs = zip(table.columns, heads, strict=True)
    return replace(
        table,
        header_groups=groups,
        columns=tuple(replace(column, about=about) if about else column for column, about in pairs),
    )


def _with_label(row: TableRow, defined: Mapping[str, str]) -> TableRow:
    label, *others = row.cells
    about = defined.get(label.names, "") if label.names else ""
    return replace(row, cells=(replace(label, about=about), *others)) if about else row


def _groups(
    groups: Sequence[TableHead], columns: Sequence[set[str]], defined: Mapping[str, str]
) -> tuple[tuple[TableHead, ...], list[set[str]]]:
    """The heads above columns of one metric with its anchor; what such a head links, its columns do not."""
    linked, left, place = [], list(columns), 0
    for group in groups:
        below = range(place, place + group.span)
        shared = set[str]().union(*(columns[each] for each in below))
        if group.label and len(shared) == 1:
            group = replace(group, about=defined.get(shared.pop(), ""))
            for each in below:
                left[each] = set()
        linked.append(group)
        place += group.span
    return tuple(linked), left


def _metrics(cells: Iterable[TableCell]) -> set[str]:
    return {number.metric for cell in cells for number in cell.numbers}
