"""Hostile inputs by class: how one is made from a seeded chance, and what must hold for it."""

import io
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from csanalysis.errors import CsanalysisError
from csanalysis.fleet.beforehand import unchanged_outcome
from csanalysis.ingest.sources import Export
from csanalysis.ingest.table import TableProblems, read_exports
from csanalysis.params import Source, read_params
from csanalysis.params.reading import template_text
from csanalysis.privacy.publishing import published
from csanalysis.report.files.plan_file import read_plan
from csanalysis.report.index import write_index
from csanalysis.report.options import RunOptions
from tests.privacy.forms import FORMS, tables
from tests.privacy.phrases import PHRASES

PIECES = (
    '"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\r", "\x00", "\ufeff", "合计", "共 3 条", "作废", "=1+1", "='", "-", "1900-01-01",
    "2012-05-05", "2031-01-01", "4.40106E+17", "￥1,280.00", "９９", "首保", "no such word", "31/12/2024", "𬎆", "\u200b", "\u202e",
    "<td>", "<script>", "%", "e" * 400, "\x1a", "'", "\\N", "\ud83d", "#️⃣", "$x$", "{a}", "!!bool maybe", "&a", "*a", "<<: *a", "- ", ": ",
    "[", "]", "{", "}", ".inf", ".nan", "1e308", "-1e308", "9" * 40, "0x1F", "1:99:99", "2025-02-30", "\x0b", "~", "null", "| \n",
)  # fmt: skip
"""What stands in exports, answers and params where nobody expects it."""

HOW = ("insert", "replace", "delete", "repeat", "drop", "swap", "cut", "blank", "widen")


@dataclass(frozen=True)
class Attack:
    """One class: ``make`` gives an input, ``hold`` returns where it was refused or read as it should be.

    Whatever else ``hold`` raises but an error of the program's own is a failure. ``most`` inputs are tried of a
    class that takes long; one that has so many ``inputs`` and no more tries each of them once, and makes none.
    """

    name: str
    make: Callable[[Random], Any]
    hold: Callable[[Any, Path], None]
    most: int | None = None
    inputs: Sequence[Any] = ()

    def given(self, seed: int, first: int = 1) -> Any:
        """The input of one seed, where ``first`` was the seed before all others."""
        return self.inputs[seed - first] if self.inputs else self.make(Random(f"{self.name}/{seed}"))

    def tried_of(self, wanted: int) -> int:
        """How many are tried where so many are wanted of each class."""
        return len(self.inputs) or min(wanted, self.most or wanted)


def mutated(text: str, how: str, one: int, other: int, piece: str) -> str:
    """A text with one damage; places are taken modulo its length."""
    lines = text.split("\n")
    place, line, last = one % (len(text) + 1), one % len(lines), other % len(lines)
    match how:
        case "insert":
            return text[:place] + piece + text[place:]
        case "replace":
            return text[:place] + piece + text[place + 1 + other % 12 :]
        case "delete":
            return text[:place] + text[place + 1 + other % 12 :]
        case "repeat":
            return "\n".join([*lines, lines[line]])
        case "drop":
            return "\n".join([*lines[:line], *lines[line + 1 :]])
        case "swap":
            lines[line], lines[last] = lines[last], lines[line]
            return "\n".join(lines)
        case "cut":
            return text[:place] if other % 4 == 0 else text
        case "blank":
            return "\n".join([*lines[:line], piece, *lines[line:]])
        case _:
            return "\n".join([*lines[:line], lines[line] + "," + piece, *lines[line + 1 :]])


def damaged(text: str, chance: Random) -> str:
    """A text with one to six damages."""
    for _ in range(chance.randint(1, 6)):
        text = mutated(
            text,
            chance.choice(HOW),
            chance.randrange(10_000),
            chance.randrange(10_000),
            chance.choice(PIECES),
        )
    return text


def flipped(data: bytes, chance: Random) -> bytes:
    """Bytes of which some are others, missing, or too many."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(max(1, len(changed)))
        match chance.randrange(4):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[place : place + chance.randint(1, 64)]
            case 2:
                changed[place:place] = chance.randbytes(chance.randint(1, 16))
            case _ if chance.random() < 0.2:
                del changed[place:]
    return bytes(changed)


TABLES = {"sales.csv": "vehicle_sales", "visits.csv": "service_visits", "items.csv": "upsell_items"}


def rows_of(name: str) -> list[list[object]]:
    """The rows of one small export, its header first."""
    day = date(2024, 3, 4)
    rows: dict[str, list[list[object]]] = {
        "sales.csv": [["VIN", "销售日期", "客户编号", "车型", "成交价"]]
        + [[f"LFVTEST{n:010}", day + timedelta(9 * n), f"K{n}", "朗逸", 120_000 + n] for n in range(24)],
        "visits.csv": [["委托书号", "VIN", "进厂日期", "维修类型", "里程", "结算金额", "备注"]]
        + [
            [f"W{n:03}", f"LFVTEST{n % 24:010}", day + timedelta(7 * n + 80), "定保" if n % 3 else "首保",
             4_000 + 50 * n, f"{300 + n}.50", "好" if n % 5 else ""]
            for n in range(40)
        ],
        "items.csv": [["委托书号", "增项项目", "等级", "报价", "客户意见"]]
        + [[f"W{n:03}", "电瓶", "ABC"[n % 3], 200 + n, "同意" if n % 2 else "拒绝"] for n in range(30)],
    }  # fmt: skip
    return rows[name]


def as_csv(name: str) -> str:
    """The same as text."""
    return "\n".join(",".join(map(str, row)) for row in rows_of(name)) + "\n"


def _any_csv(chance: Random) -> tuple[str, bytes]:
    name = chance.choice([*TABLES])
    encoding = chance.choice(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"])
    return name, damaged(as_csv(name), chance).encode(encoding, "replace")


def _any_workbook(chance: Random) -> tuple[str, bytes]:
    """A workbook with hostile cells: formulas, errors, dates beyond the calendar, numbers beyond sense."""
    name = chance.choice([*TABLES])
    rows = rows_of(name)
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        if chance.random() < 0.2:
            book.add_worksheet("汇总").write_row(0, 0, ["合计", 1])
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(place, column, datetime(value.year, value.month, value.day), days)
                else:
                    sheet.write(place, column, value)
        for _ in range(chance.randint(1, 12)):
            place, column = chance.randrange(len(rows) + 3), chance.randrange(len(rows[0]) + 2)
            match chance.randrange(6):
                case 0:
                    sheet.write_formula(place, column, "=1/0", None, chance.choice(["", "#DIV/0!", 5]))
                case 1:
                    sheet.write_number(
                        place, column, chance.choice([1e308, -1, 0.1, 45_000, 99_999_999, 4.4e17]), days
                    )
                case 2:
                    sheet.write_boolean(place, column, True)
                case 3:
                    sheet.write_blank(place, column, None, days)
                case _:
                    sheet.write_string(place, column, chance.choice(PIECES).replace("\ud83d", ""))
        if chance.random() < 0.3:
            sheet.merge_range(2, 0, 4, 0, "合并")
    return name.replace(".csv", ".xlsx"), written.getvalue()


def _broken_workbook(chance: Random) -> tuple[str, bytes]:
    name, data = _any_workbook(chance)
    return name, flipped(data, chance)


def read_export(given: tuple[str, bytes], folder: Path) -> None:
    """An export is read, or lines say why not; what was read is kept, set aside or a repeat."""
    name, data = given
    table = TABLES[name.replace(".xlsx", ".csv")]
    try:
        reading = read_exports(table, Source(path=[name]), [Export.from_bytes(name, data)])
    except TableProblems as error:
        assert error.lines
        return
    report = reading.report
    assert report.read == report.kept + report.rejected + report.repeated, report
    assert (report.kept, report.rejected) == (len(reading.frame), len(reading.rejects)), report


def _any_params(chance: Random) -> str:
    return damaged(template_text(chance.choice(["zh", "en"])), chance)


def _read_params(text: str, folder: Path) -> None:
    path = folder / "hostile.yml"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        read_params(path)
    except CsanalysisError as error:
        assert error.problems and all(str(path) in line for line in error.problems)


JSON = (
    "", "null", "[]", "{}", "{", "0", '"x"', "[null]", '{"a": 1e999}', '{"dealership": null}', "\x00", "[" * 2000,
)  # fmt: skip


def _any_json(chance: Random) -> dict[str, str]:
    """Damaged texts of the files that a finished report leaves, by name."""
    whole: dict[str, Any] = {
        "run.json": {
            "dealership": "damaged", "name": "x", "plan_year": 2026, "as_of": "2025-12-31", "language": "zh",
            "finished": "2026-01-01T00:00:00", "made_from": {}, "files": {}, "warnings": [], "summary": {},
        },
        "metrics.json": {"metrics": [{"metric": "annual_churn_rate", "period": "2025", "group": {}, "value": 0.1}]},
        "../plan-2026.json": {"schema": 1, "dealership": "damaged", "plan_year": 2026, "targets": []},
        "../failed/failure.json": {"name": "x", "language": "zh"},
    }  # fmt: skip
    given = {}
    for name, content in whole.items():
        text = json.dumps(content)
        given[name] = chance.choice(JSON) if chance.random() < 0.4 else damaged(text, chance)
    return given


def _look_at_outputs(given: dict[str, str], folder: Path) -> None:
    """The list of reports is written and a run begins, whatever an older one left behind."""
    output = folder / "outputs"
    shutil.rmtree(output, ignore_errors=True)
    for name, text in given.items():
        path = output / "damaged" / "2026" / name
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        path.resolve().write_text(text, encoding="utf-8", errors="replace")
    params = folder / "damaged.yml"
    sources = "".join(f"  {table}: {name}\n" for name, table in TABLES.items())
    params.write_text(f"dealership: {{id: damaged}}\nplan_year: 2026\nsources:\n{sources}", encoding="utf-8")
    for name in TABLES:
        (folder / name).write_text(as_csv(name), encoding="utf-8")
    assert write_index(output).is_file()
    unchanged_outcome(params, output, RunOptions())
    try:
        read_plan(output / "damaged" / "plan-2026.json", dealership="damaged", plan_year=2026)
    except CsanalysisError as error:
        assert error.problems


def _any_form(chance: Random) -> tuple[str, str]:
    """What a customer is known by, in one of its forms, among ordinary words."""
    written, secret = chance.choice(FORMS)
    before, after = (chance.choice(["", "", *PHRASES]) for _ in range(2))
    return f"{before} {written}，{after}".strip(" ，"), secret


def _publish(given: tuple[str, str], folder: Path) -> None:
    """It is published not as the reason of one customer."""
    text, secret = given
    store = tables([text, "too dear"])
    told, _ = published(store)
    assert not any(secret in reason for reason in told["upsell_items"]["decline_reason"]), text


ATTACKS = (
    Attack("params: damaged YAML", _any_params, _read_params),
    Attack("exports: damaged text", _any_csv, read_export),
    Attack("exports: hostile cells of a workbook", _any_workbook, read_export),
    Attack("exports: damaged workbook", _broken_workbook, read_export),
    Attack("personal data: forms in a reason", _any_form, _publish),
    Attack("outputs: damaged files of older runs", _any_json, _look_at_outputs),
)
