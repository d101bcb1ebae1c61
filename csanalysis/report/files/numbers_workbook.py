"""``numbers.xlsx``: every published number by chapter, with what it is called and how it is defined."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from csanalysis.catalogue import METRICS, Format, Language, format_period, group_label, group_name, text
from csanalysis.catalogue.texts import has_text
from csanalysis.display.tables.cells import metric_format
from csanalysis.display.tables.model import Field
from csanalysis.metrics.results import Results, Row
from csanalysis.params import Params
from csanalysis.report import CHAPTERS

_NUMBER_FORMATS: dict[Format, str] = {
    "percent": "0.0%",
    "count": "#,##0.0",
    "amount": "¥#,##0;-¥#,##0",
    "score": "#,##0.0#",
    "ratio": "0.00",
    "days": "#,##0.0",
    "points": "+0.0%;-0.0%;0.0%",
}
_WHOLE = "#,##0"
_FIELDS: tuple[Field, ...] = ("value", "numerator", "denominator", "low", "high")
COLUMNS = ("metric", "period", "group", *_FIELDS, "unit", "definition")
"""Of every sheet but the first, in order."""
_WIDTHS = (34, 14, 34, 14, 14, 14, 14, 14, 10, 90)
_HEADER = {"bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "valign": "vcenter"}
_OWN = "own"


class _WrittenRows(Worksheet):  # type: ignore[misc]
    """A sheet whose rows come as text: a workbook that takes each cell by itself needs four times as long."""

    written: Sequence[str] = ()

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self.fh.write("".join(self.written))
        self._xml_end_tag("sheetData")


def write_numbers(path: Path, results: Results, params: Params) -> None:
    """Write ``results`` as a workbook in the language of ``params``: how to read it, then a sheet a chapter.

    A metric stands on the sheet of the chapter whose catalogue describes it, one of a dealership's own on one
    for these. An undefined number is an empty cell. Every sheet has a filter, and its head stays in sight.
    """
    language = params.language
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        made = datetime.combine(params.as_of, time())  # not the clock's: two runs write the same file
        workbook.set_properties({"title": text("numbers.title", language), "created": made})
        header = workbook.add_format(_HEADER)
        writer = _Rows(workbook, language)
        sheets = _by_chapter(results)
        _write_first(workbook, {name: len(rows) for name, rows in sheets.items()}, params)
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(text(f"numbers.sheet.{name}", language), _WrittenRows)
            heads = [text(f"numbers.column.{column}", language) for column in COLUMNS]
            for place, width in enumerate(_WIDTHS):
                sheet.set_column(place, place, width)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
            sheet.dim_rowmin, sheet.dim_rowmax = 0, len(rows)
            sheet.dim_colmin, sheet.dim_colmax = 0, len(COLUMNS) - 1
            sheet.written = [writer.head(heads, header), *map(writer.row, rows, range(2, len(rows) + 2))]


def _by_chapter(results: Results) -> dict[str, list[Row]]:
    """The rows by the chapter that describes them, in the report's order; each metric's rows together."""
    rows: dict[str, list[Row]] = {}
    for metric in results.names:
        chapter = METRICS.chapter(metric)
        known = chapter if has_text(f"numbers.sheet.{chapter}") else _OWN
        rows.setdefault(known, []).extend(results.rows(metric))
    order = [*CHAPTERS, *(name for name in rows if name not in CHAPTERS)]
    return {name: rows[name] for name in order if name in rows}


def _write_first(workbook: Any, counts: Mapping[str, int], params: Params) -> None:
    """What the workbook is, whose, and how many numbers each sheet holds."""
    language = params.language
    sheet = workbook.add_worksheet(text("numbers.sheet.first", language))
    bold, wrapped = (workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True}))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90, wrapped)
    said = [
        (params.dealership.title, text("numbers.title", language)),
        (text("numbers.as_of", language), format_period(params.as_of.isoformat(), language)),
        *(
            (text(f"numbers.column.{name}", language), text(f"numbers.about.{name}", language))
            for name in COLUMNS
        ),
        (text("numbers.files", language), text("numbers.about.files", language)),
    ]
    for place, (what, words) in enumerate(said):
        sheet.write_string(place, 0, what, bold)
        sheet.write_string(place, 1, words)
    for place, (name, count) in enumerate(counts.items(), start=len(said) + 1):
        label = text(f"numbers.sheet.{name}", language)
        sheet.write_url(place, 0, f"internal:'{label}'!A1", string=label)
        sheet.write_string(place, 1, text("numbers.rows", language, count=count))


class _Rows:
    """Rows of the sheets as their XML; what is said again and again is looked up once."""

    def __init__(self, workbook: Any, language: Language) -> None:
        self._workbook = workbook
        self._language = language
        self._formats: dict[str, int] = {}
        self._known: dict[object, str] = {}

    def head(self, labels: Iterable[str], form: Any) -> str:
        """The first row."""
        style = form._get_xf_index()
        cells = "".join(
            f'<c r="{letter}1" s="{style}" t="s"><v>{self._string(label)}</v></c>'
            for letter, label in zip("ABCDEFGHIJ", labels, strict=True)
        )
        return f'<row r="1">{cells}</row>'

    def row(self, row: Row, number: int) -> str:
        """One number of the results."""
        metric, period, group, numbers = row
        known = self._known
        if (about := known.get(metric)) is None:
            known[metric] = about = self._about(metric)
        if (when := known.get((period,))) is None:
            known[period,] = when = str(self._string(format_period(period, self._language)))
        split = tuple(group.items())
        if (what := known.get(split)) is None:
            known[split] = what = str(self._string(self._group(group)))
        label, unit, definition, *styles = about.split()
        over, under, value, low, high = numbers
        cells = [
            f'<c r="{letter}{number}" s="{styles[place + (5 if it.is_integer() else 0)]}"><v>{it!r}</v></c>'
            for place, (letter, it) in enumerate(zip("DEFGH", (value, over, under, low, high), strict=True))
            if it == it
        ]
        return (
            f'<row r="{number}"><c r="A{number}" t="s"><v>{label}</v></c>'
            f'<c r="B{number}" t="s"><v>{when}</v></c><c r="C{number}" t="s"><v>{what}</v></c>'
            f'{"".join(cells)}<c r="I{number}" t="s"><v>{unit}</v></c>'
            f'<c r="J{number}" t="s"><v>{definition}</v></c></row>'
        )

    def _about(self, metric: str) -> str:
        """Places of the label, unit and definition, then the styles of fractions and of whole numbers."""
        entry, language = METRICS[metric], self._language
        words = (entry.label(language), entry.unit(language), entry.definition(language))
        forms = [metric_format(metric, field) for field in _FIELDS]
        broken = [self._style(_NUMBER_FORMATS[form]) for form in forms]
        whole = [
            self._style(_WHOLE if form in ("count", "days") else _NUMBER_FORMATS[form]) for form in forms
        ]
        return " ".join(map(str, (*map(self._string, words), *broken, *whole)))

    def _group(self, group: Mapping[str, str]) -> str:
        language = self._language
        said = (
            text(
                "numbers.group",
                language,
                name=group_name(name, language),
                value=group_label(name, value, language),
            )
            for name, value in group.items()
        )
        return text("sign.comma", language).join(said)

    def _string(self, words: str) -> int:
        """Where the workbook keeps these words."""
        return self._workbook.str_table._get_shared_string_index(words)

    def _style(self, number_format: str) -> int:
        if number_format not in self._formats:
            form = self._workbook.add_format({"num_format": number_format})
            self._formats[number_format] = form._get_xf_index()
        return self._formats[number_format]
