"""The callers' workbook by hand: three customers, two callers, and what a reader finds in it."""

import zipfile
from collections.abc import Callable

import openpyxl
import pandas as pd
import pytest

from csanalysis.display.lists.call_workbook import CallBook, write_call_workbook
from csanalysis.display.lists.columns import CASE_IDS, CASE_SHEET
from csanalysis.display.lists.sheet_names import LONGEST, file_name, sheet_name
from csanalysis.display.lists.week_sheet import Block, Grid
from csanalysis.ingest.answers import workbook_answers
from csanalysis.schema.workbook import CASE_COLUMNS, CASES_SHEET, META_SHEET, About, results_for

DAY = pd.Timestamp("2026-01-05")
HEADS = {"zh": ["计划日期", "客户姓名", "联系电话"], "en": ["Planned day", "Customer", "Phone"]}


def rows(*cases: dict[str, object]) -> pd.DataFrame:
    known = [{"day": DAY, "tries": 0, "case": f"C{number}", **case} for number, case in enumerate(cases)]
    return pd.DataFrame(known).reindex(columns=[*CASE_SHEET, *CASE_IDS, "case", "purpose_key"])


LEE = rows(
    {"customer_name": "=1+1", "phone": "13800000000", "vin": "LSVAA1", "purpose_key": "maintenance",
     "call_reason": "due", "last_visit": pd.Timestamp("2025-06-30"), "mileage_km": 30000.0, "worth": 120.0},
    {"customer_name": "王芳", "phone": "@SUM(A1)", "vin": "LSVAA2", "purpose_key": "maintenance", "tries": 2},
    {"customer_name": "赵敏", "lead_id": "L000001", "purpose_key": "lead", "day": DAY + pd.Timedelta(days=1)},
)  # fmt: skip


def book(callers: dict[str, pd.DataFrame], **more: object) -> CallBook:
    grid = Grid(("Who", "Calls"), ("text", "count"), [("甲", 3), ("All", 3)], total=True)
    lines = pd.concat([each.assign(owner=owner) for owner, each in callers.items()])
    cases = lines.assign(planned=1, purpose=lines["purpose_key"], day=lines["day"].dt.strftime("%Y-%m-%d"))
    week = [Block("How", ("a line",)), Block("Who", ("so many",), grid)]
    return CallBook("Title & more", week, callers, cases[list(CASE_COLUMNS)], **more)


@pytest.fixture
def written(tmp_path) -> Callable[..., openpyxl.Workbook]:
    def write(made: CallBook, language: str = "zh", **options: int) -> openpyxl.Workbook:
        path = tmp_path / "lists.xlsx"
        write_call_workbook(
            path, made, About("demo", 2026, "2026-01-04", language, "2026-01-04", "2026-01-11"), **options
        )
        return openpyxl.load_workbook(path)

    return write


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_a_caller_with_the_rows_in_order_and_nothing_a_formula(written, language):
    workbook = written(book({"李雷": LEE, "Han Mei": LEE.iloc[:0]}), language)
    week = {"zh": "本周", "en": "This week"}[language]
    assert workbook.sheetnames == [week, "李雷", "Han Mei", META_SHEET, CASES_SHEET]
    assert [workbook[name].sheet_state for name in (META_SHEET, CASES_SHEET)] == ["veryHidden"] * 2
    sheet = workbook["李雷"]
    assert [cell.value for cell in sheet[1]][:3] == HEADS[language]
    assert [cell.value for cell in sheet["B"]][1:] == ["=1+1", "王芳", "赵敏"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
    assert sheet["A2"].value == DAY and sheet["K3"].value == 2 and sheet["L2"].value == 120
    assert sheet.protection.sheet and not sheet.protection.password
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1" and sheet.freeze_panes == "D2"
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    for head in {"zh": ["第1次日期", "第5次结果", "备注"], "en": ["Call 1 date", "Call 5 result", "Note"]}[
        language
    ]:
        assert not sheet[f"{heads[head]}2"].protection.locked
    assert sheet["B2"].protection.locked
    assert sheet.column_dimensions[heads[{"zh": "行标识", "en": "Row key"}[language]]].hidden


def test_a_drop_down_offers_the_words_that_fit(written):
    workbook = written(book({"李雷": LEE}), "en")
    sheet, words = workbook["李雷"], workbook[META_SHEET]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}

    def offered(row: int, number: int) -> list[str]:
        place = f"{heads[f'Call {number} result']}{row}"
        (rule,) = (each for each in sheet.data_validations.dataValidation if place in each.sqref)
        return [cell.value for (cell,) in words[rule.formula1.split("!")[1].replace("$", "")]]

    assert len(offered(2, 1)) == len(results_for("maintenance")) == len(offered(3, 5))
    assert len(offered(4, 3)) == len(results_for("lead", vehicle=False))
    assert "Scrapped" in offered(2, 1) and "Scrapped" not in offered(4, 1)
    dates = [rule for rule in sheet.data_validations.dataValidation if rule.type == "date"]
    assert all(
        any(f"{heads[f'Call {number} next date']}4" in rule.sqref for rule in dates) for number in (1, 5)
    )


def test_the_hidden_sheet_has_a_line_a_case(written):
    sheet = written(book({"李雷": LEE}))[CASES_SHEET]
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == CASE_COLUMNS
    assert lines[1] == ("C0", "LSVAA1", None, "2026-01-05", "李雷", "maintenance", 1, 120)
    assert lines[3] == ("C2", None, "L000001", "2026-01-06", "李雷", "lead", 1, None)


def test_what_callers_fill_in_is_read_back(written, tmp_path):
    workbook = written(book({"李雷": LEE}), "en")
    sheet = workbook["李雷"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row, number, result, day in ((2, 1, "No answer", 6), (2, 2, "Booked", 7), (4, 1, "Call later", 6)):
        sheet.cell(row, heads[f"Call {number} result"], result)
        sheet.cell(row, heads[f"Call {number} date"], pd.Timestamp(2026, 1, day).to_pydatetime())
    sheet.cell(2, heads["Call 2 next date"], pd.Timestamp("2026-01-12").to_pydatetime())
    workbook.save(tmp_path / "filled.xlsx")
    found = workbook_answers("filled.xlsx", (tmp_path / "filled.xlsx").read_bytes())
    calls = [call.cells for call in found.calls]
    assert [
        (call["vin"], call["customer_id"], call["result"], call["purpose"], call["agent"]) for call in calls
    ] == [
        ("LSVAA1", "", "no_answer", "maintenance", "李雷"),
        ("LSVAA1", "", "booked", "maintenance", "李雷"),
        ("", "L000001", "later", "lead", "李雷"),
    ]
    assert len({call["contact_id"] for call in calls}) == 3
    assert calls[1]["next_date"] == "2026-01-12" and calls[1]["contact_date"] == "2026-01-07"
    assert not found.refused and not +found.warnings, "nothing of ours is taken for a change by hand"


def test_a_changed_cell_is_noticed(written, tmp_path):
    workbook = written(book({"李雷": LEE}))
    workbook["李雷"]["C2"] = "13900000000"
    workbook.save(tmp_path / "filled.xlsx")
    found = workbook_answers("filled.xlsx", (tmp_path / "filled.xlsx").read_bytes())
    assert +found.warnings == {"cells_changed_by_hand": 1}


def test_a_list_longer_than_a_sheet_goes_on_on_the_next(written):
    workbook = written(book({"李雷": LEE}, looked_up={"not_planned": LEE[["customer_name", "vin"]]}), most=2)
    assert workbook.sheetnames[1:5] == ["李雷", "李雷 2", "未排入", "未排入 2"]
    assert [cell.value for cell in workbook["李雷 2"]["B"]][1:] == ["赵敏"]
    assert workbook["未排入 2"].max_row == 2


def test_a_workbook_of_several_sheets_a_list_is_read_back_whole(written, tmp_path):
    """Cases on a second hidden sheet are known, and no sheet of ours is taken for one added by hand."""
    looked_up = {name: LEE[["customer_name", "vin"]] for name in ("not_planned", "to_mend")}
    workbook = written(book({"李雷": LEE}, looked_up=looked_up), "en", most=2)
    assert {"_cases", "_cases2", "Not planned 2", "Phones to mend 2"} <= set(workbook.sheetnames)
    sheet = workbook["李雷 2"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, heads["Call 1 result"], "Booked")
    sheet.cell(2, heads["Call 1 date"], pd.Timestamp("2026-01-06").to_pydatetime())
    workbook.save(tmp_path / "filled.xlsx")
    found = workbook_answers("filled.xlsx", (tmp_path / "filled.xlsx").read_bytes())
    (call,) = (each.cells for each in found.calls)
    assert (call["customer_id"], call["purpose"], call["agent"]) == ("L000001", "lead", "李雷")
    assert not +found.warnings and not found.refused
    workbook.create_sheet("Not planned at all")["A1"] = "by hand"
    workbook.save(tmp_path / "more.xlsx")
    assert +workbook_answers("more.xlsx", (tmp_path / "more.xlsx").read_bytes()).warnings == {
        "sheets_added": 1
    }


def test_callers_names_become_sheets_whatever_they_are(written):
    names = ["本周", "未排入", "a/b", "A:B", "'", "x" * 40, "x" * 40 + "y", "history", "_cases", "汪" * 31]
    workbook = written(book(dict.fromkeys(names, LEE), looked_up={"not_planned": LEE[["vin"]]}))
    assert len({name.casefold() for name in workbook.sheetnames}) == len(names) + 4
    assert workbook.sheetnames[0] == "本周" and "未排入" in workbook.sheetnames
    assert all(len(name) <= LONGEST for name in workbook.sheetnames)


@pytest.mark.parametrize(
    ("given", "name"),
    [("李雷", "李雷"), ("a/b", "a b"), ("'x'", "x"), ("[]", "-"), ("", "-"), ("History", "History 2")],
)
def test_a_sheets_name(given, name):
    assert sheet_name(given) == name


@pytest.mark.parametrize(
    ("given", "name"), [("李 雷", "李-雷"), ("../x", "x"), ("a.b", "a-b"), ("..", "x"), ("CON", "CON")]
)
def test_a_files_name(given, name):
    assert file_name(given) == name and file_name(given, [name]) == f"{name}-2"


def test_the_file_is_a_whole_workbook(written, tmp_path):
    written(book({"李雷": LEE}))
    assert zipfile.ZipFile(tmp_path / "lists.xlsx").testzip() is None
