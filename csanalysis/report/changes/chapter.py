"""The chapter that says what changed since the last run: causes, main measures, counts of the rest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.catalogue import (
    METRICS,
    Language,
    format_period,
    format_value,
    group_label,
    table_label,
    text,
)
from csanalysis.catalogue.texts import column_label
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.layout import Change
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.exports.changes import Corrected, Key, merge_long_corrections, records_for_keys
from csanalysis.report.changes.changes import CAUSES, Changes, counted
from csanalysis.report.document.outputs import CARDS, TABLE, as_data

_MOST = 40  # rows of a table


def headlines(changes: Changes, notebooks: Sequence[NotebookNode]) -> list[dict[str, Any]]:
    """The main measures that moved: what the chapters show as key figures and on the page of targets.

    A number of the last day counted is compared with that of the last run's last day.
    """
    shown = dict.fromkeys(_shown_first(notebooks))
    earlier = {
        key: (key[0], changes.as_of[0], key[2]) if key[1] == changes.as_of[1] else key for key in shown
    }
    before = records_for_keys(changes.before, set(earlier.values()))
    after = records_for_keys(changes.after, shown)
    found = []
    for key, then in earlier.items():
        if key not in after or then not in before:
            continue
        old, new = before[then]["value"], after[key]["value"]
        if key not in changes.causes and (then == key or old == new):
            continue
        found.append(
            {
                **{name: after[key][name] for name in ("metric", "period", "group")},
                "period_before": then[1],
                "before": old,
                "after": new,
                "causes": list(changes.causes.get(key, ("new_data",))),
            }
        )
    return found


def _key(number: Mapping[str, Any]) -> Key:
    return number["metric"], number["period"], tuple(sorted(number["group"].items()))


def _shown_first(notebooks: Sequence[NotebookNode]) -> Iterator[Key]:
    bundles = [
        output.get("data", {})
        for notebook in notebooks
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]
    for table in (as_data(data[TABLE]) for data in bundles if TABLE in data):
        if table["id"] == "targets":
            yield from (_key(cell) for row in table["rows"] for cell in row["cells"] if cell["metric"])
    for cards in (as_data(data[CARDS]) for data in bundles if CARDS in data):
        yield from (_key(card) for card in cards["cards"] if card["metric"])


def changes_chapter(changes: Changes, moved: Sequence[Mapping[str, Any]], language: Language) -> NotebookNode:
    """The chapter; ``moved`` is what :func:`headlines` gives."""
    since = format_period(changes.since[:10], language)
    title = f"# {text('changes.title', language)}\n\n"
    if line_is_empty(changes):
        cells = [new_markdown_cell(title + text("changes.nothing", language, since=since))]
    else:
        days = [format_period(day, language) for day in changes.as_of]
        lead = text("changes.lead", language, since=since, before=days[0], after=days[1])
        said = [_summary(changes, language)]
        if changes.note or len({cause for causes in changes.causes.values() for cause in causes}) > 1:
            said.append(text(f"changes.{changes.note or 'how'}", language))
        cells = [new_markdown_cell(title + lead), _shown(_causes_table(changes, language))]
        cells.append(new_markdown_cell("\n\n".join(said)))
        if moved:
            cells.append(_shown(_headlines_table(changes, moved, language)))
        else:
            cells.append(new_markdown_cell(text("changes.same_numbers", language)))
        if changes.causes:
            cells.append(_shown(_counts_table(changes, language)))
    chapter = new_notebook(cells=cells)
    chapter.metadata["csanalysis"] = {"chapter": "changes"}
    return chapter


def line_is_empty(changes: Changes) -> bool:
    """Whether nothing at all is different."""
    differs = (changes.new, changes.corrected, changes.params, changes.program, changes.causes, changes.note)
    return not any(differs) and changes.as_of[0] == changes.as_of[1]


def _summary(changes: Changes, language: Language) -> str:
    numbers = {
        "moved": len(changes.moved.keys),
        "metrics": len({metric for metric, *_ in changes.moved.keys}),
        "new": len(changes.moved.new),
        "gone": len(changes.moved.gone),
    }
    formatted = {name: format_value(count, "count", language) for name, count in numbers.items()}
    return text("changes.summary", language, **formatted)


def _causes_table(changes: Changes, language: Language) -> ReportTable:
    columns = tuple(
        Column(name, text(f"changes.column.{name}", language), "left") for name in ("cause", "where", "what")
    )
    rows = tuple(
        Row((Cell(text(f"changes.cause.{cause}", language)), Cell(where), Cell(what)))
        for cause in CAUSES
        for where, what in _differences(changes, cause, language)
    )
    return ReportTable("changes_causes", text("table.changes_causes", language), columns, rows)


def _differences(changes: Changes, cause: str, language: Language) -> Iterator[tuple[str, str]]:
    if cause == "program":
        for change in changes.program:
            key = f"changes.what.{change.what}" if change.what in ("code", "notebooks") else None
            yield (
                text(key, language) if key else change.what,
                _from_to(change.before, change.after, language),
            )
    elif cause == "corrected":
        for rows in merge_long_corrections(changes.corrected):
            places = [table_label(rows.table, language)]
            if rows.month:
                places.append(format_period(rows.month, language))
            yield text("sign.comma", language).join(places), _correction(rows, language)
    elif cause == "new_data":
        if changes.as_of[0] != changes.as_of[1]:
            days = [format_period(day, language) for day in changes.as_of]
            yield "as_of", text("changes.what.as_of", language, before=days[0], after=days[1])
        for month in dict.fromkeys(rows.month for rows in changes.new):
            counts = [
                text(
                    "changes.what.rows",
                    language,
                    table=table_label(rows.table, language),
                    count=format_value(rows.rows, "count", language),
                )
                for rows in changes.new
                if rows.month == month
            ]
            where = format_period(month, language) if month else text("changes.what.undated", language)
            yield where, text("sign.list", language).join(counts)
    else:
        for change in changes.params:
            yield change.what, _from_to(change.before, change.after, language)


def _correction(rows: Corrected, language: Language) -> str:
    comma = text("sign.comma", language)
    columns = comma.join(column_label(column, language) for column in rows.columns)
    parts = [
        text(f"changes.what.{kind}", language, count=format_value(count, "count", language), columns=columns)
        for kind, count in (("altered", rows.altered), ("added", rows.added), ("removed", rows.removed))
        if count
    ]
    return comma.join(parts)


def _from_to(before: Any, after: Any, language: Language) -> str:
    if not before and not after:
        return ""
    return f"{_formatted(before, language)} → {_formatted(after, language)}"


def _formatted(value: Any, language: Language) -> str:
    if value is None or value in ("", [], {}):
        return text("changes.what.none", language)
    if isinstance(value, list | dict) and any(isinstance(entry, list | dict) for entry in value):
        return text("changes.what.entries", language, count=len(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _headlines_table(changes: Changes, moved: Sequence[Mapping[str, Any]], language: Language) -> ReportTable:
    numbers = ResultCells(changes.after, language)
    columns = (
        Column("metric", text("column.metric", language), "left"),
        Column("period", text("column.period", language), "left"),
        Column("before", text("changes.column.before", language)),
        Column("after", text("changes.column.after", language)),
        Column("cause", text("changes.column.cause", language), "left"),
    )
    rows, unseen = [], 0
    for number in moved[:_MOST]:
        metric, period, group = number["metric"], number["period"], number["group"]
        now = numbers.cell(metric, period, group)
        formatted = format_value(number["before"], METRICS[metric].format, language)
        if formatted == now.text:
            unseen += 1
            continue
        then = Cell(formatted, metric, number["period_before"], group, "before", number["before"])
        rows.append(
            Row(
                (
                    Cell(_label(metric, group, language)),
                    Cell(format_period(period, language)),
                    then,
                    now,
                    Cell(_causes(number["causes"], language)),
                )
            )
        )
    note = text("changes.unseen", language, count=unseen) if unseen else None
    caption = text("table.changes_headlines", language)
    return ReportTable("changes_headlines", caption, columns, tuple(rows), note)


def _causes(causes: Sequence[str], language: Language) -> str:
    first, *others = (text(f"changes.cause.{cause}", language) for cause in causes)
    return text("sign.comma", language).join([first, *(other.lower() for other in others)])


def _label(metric: str, group: Mapping[str, str], language: Language) -> str:
    label = METRICS[metric].label_with_unit(language)
    if not group:
        return label
    splits = (group_label(name, value, language) for name, value in group.items())
    return text("cards.split", language, label=label, split=text("sign.comma", language).join(splits))


def _counts_table(changes: Changes, language: Language) -> ReportTable:
    kinds: tuple[Change, ...] = ("moved", "new", "gone")
    columns = (
        Column("metric", text("column.metric", language), "left"),
        *(Column(kind, text(f"changes.column.{kind}", language)) for kind in kinds),
        Column("cause", text("changes.column.cause", language), "left"),
    )
    causes: dict[str, set[str]] = {}
    for (metric, *_), found in changes.causes.items():
        causes.setdefault(metric, set()).update(found)
    order = [*CAUSES, "data", "unexplained"]
    counts = [(metric, count) for metric, count in counted(changes).items() if count["moved"]]
    counts.sort(key=lambda entry: -entry[1]["moved"])
    rows = tuple(
        Row(
            (
                Cell(METRICS[metric].label(language)),
                *(
                    Cell(format_value(count[kind], "count", language), metric, "", {}, kind, count[kind])
                    for kind in kinds
                ),
                Cell(_causes(sorted(causes[metric], key=order.index), language)),
            )
        )
        for metric, count in counts[:_MOST]
    )
    further = len(counts) - len(rows)
    note = text("changes.more", language, count=further) if further else None
    return ReportTable("changes_counts", text("table.changes_counts", language), columns, rows, note)


def _shown(table: ReportTable) -> NotebookNode:
    data, metadata = table._repr_mimebundle_()
    return new_code_cell(outputs=[new_output("display_data", data=data, metadata=metadata)])
