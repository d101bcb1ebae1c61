"""CSV, workbook and Parquet files whose bytes depend on nothing but the rows."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from csanalysis.demo.export import Export, Row
from csanalysis.demo.plan import LAST_YEAR

CREATED = datetime(LAST_YEAR + 1, 1, 6, 8, 0)


def write_export(folder: Path, export: Export, files: dict[int, list[Row]]) -> None:
    """Write the file, or one file a year, of an export."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = Path(export.file).suffix
    if suffix == ".xlsx":
        _write_workbook(folder / export.file, export, files)
    elif suffix == ".parquet":
        _write_parquet(folder / export.file, export, [row for rows in files.values() for row in rows])
    else:
        for year, rows in files.items():
            _write_csv(folder / export.file.format(year=year), export, rows)


def _write_csv(path: Path, export: Export, rows: list[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=export.delimiter, lineterminator="\r\n")
    writer.writerow(export.header_row)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(export.encoding))


def _write_parquet(path: Path, export: Export, rows: list[Row]) -> None:
    columns = zip(*rows, strict=True)
    arrays = [pa.array([None if cell == "" else cell for cell in column]) for column in columns]
    pq.write_table(pa.table(dict(zip(export.header_row, arrays, strict=True))), path)


def _write_workbook(path: Path, export: Export, files: dict[int, list[Row]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy/m/d"}) as workbook:
        workbook.set_properties({"created": CREATED})
        bold = workbook.add_format({"bold": True, "align": "center"})
        if export.remarks[0]:
            workbook.add_worksheet(export.remarks[0]).write_string(0, 0, export.remarks[1])
        for year, rows in files.items():
            sheet = workbook.add_worksheet(export.sheet.format(year=year) or None)
            top = 1 if export.title else 0
            if export.title:
                sheet.merge_range(0, 0, 0, len(export.header_row) - 1, export.title.format(year=year), bold)
            _write_header(sheet, top, export.header_row, bold)
            for line, row in enumerate(rows, start=top + 1):
                _write_row(sheet, line, row)
            if export.total:
                _write_row(sheet, top + 1 + len(rows), _total_row(export, rows))


def _write_header(sheet: xlsxwriter.worksheet.Worksheet, line: int, header: list[str], bold: object) -> None:
    """Header cells; one that is followed by empty ones is merged over them."""
    place = 0
    while place < len(header):
        end = place
        while end + 1 < len(header) and not header[end + 1]:
            end += 1
        if end > place:
            sheet.merge_range(line, place, line, end, header[place], bold)
        else:
            sheet.write_string(line, place, header[place], bold)
        place = end + 1


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, line: int, row: Row) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            if cell:
                sheet.write_string(line, place, cell)
        elif isinstance(cell, datetime):
            sheet.write_datetime(line, place, cell)
        elif isinstance(cell, int | float):
            sheet.write_number(line, place, cell)


def _total_row(export: Export, rows: list[Row]) -> Row:
    """The word for total, and the sum of every column of numbers that are no dates."""
    sums: Row = [export.total]
    for name, cells in list(zip(export.headers, zip(*rows, strict=True), strict=False))[1:]:
        numeric = name in ("price", "units", "budget", "cost", "revenue", "score")
        sums.append(sum(cell for cell in cells if isinstance(cell, int | float)) if numeric else "")
    return sums
