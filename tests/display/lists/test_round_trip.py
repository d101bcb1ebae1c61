"""Through LibreOffice and back: nothing changes but the answers."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from csanalysis.ingest.answers import workbook_answers
from csanalysis.schema.workbook import META_SHEET
from tests.answers import read_answers

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")]


def saved_again(path: Path, folder: Path) -> Path:
    """The workbook opened and saved by LibreOffice."""
    folder.mkdir()
    profile = (folder / "profile").as_uri()
    command = [
        OFFICE,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    return folder / path.name


def cells(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-12)
    return one == other


def test_nothing_changes_but_the_answers(workbook, tmp_path):
    once = saved_again(workbook.path, tmp_path / "once")
    before, after = cells(workbook.path), cells(once)
    assert list(after) == list(before)
    for name, rows in before.items():
        width = len(rows[0])
        assert [row[:width] for row in after[name][: len(rows)]] == [
            [other if same(cell, other) else cell for cell, other in zip(row, back, strict=False)]
            for row, back in zip(rows, after[name], strict=False)
        ]
    assert not any(workbook_answers(once.name, once.read_bytes()).warnings.values())

    workbook.path = once
    workbook.answer("service_due", 2, result="已预约", day="2026-01-12 09:30")
    workbook.answer("defeated_leads", 1, result="拒绝")
    twice = saved_again(once, tmp_path / "twice")
    rows = read_answers(twice)
    pd.testing.assert_frame_equal(rows, read_answers(once))
    assert rows["result"].tolist() == ["booked", "declined"]
    assert rows["contact_date"].tolist() == [pd.Timestamp("2026-01-12 09:30"), pd.Timestamp("2026-01-12")]
    assert not any(workbook_answers(twice.name, twice.read_bytes()).warnings.values())


def test_locks_drop_downs_and_filters_stay(workbook, tmp_path):
    book = openpyxl.load_workbook(saved_again(workbook.path, tmp_path / "once"))
    sheet = book["保养到期"]
    assert sheet.protection.sheet and not sheet.protection.autoFilter
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{heads['车架号']}2"].protection.locked
    assert not sheet.column_dimensions[heads["联系结果"]].protection.locked
    kinds = {str(rule.sqref).split(":")[0]: rule.type for rule in sheet.data_validations.dataValidation}
    assert kinds[f"{heads['联系结果']}2"] == "list"
    assert sheet.column_dimensions[heads["行标识"]].hidden
    assert sheet.auto_filter.ref.endswith(f"{heads['行标识']}4")
    assert book[META_SHEET].sheet_state != "visible"
