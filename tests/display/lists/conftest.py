"""A small workbook of work lists, as a plan run writes it."""

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from csanalysis.chapters.work_lists import LISTS
from csanalysis.display.lists.workbook import write_workbook
from csanalysis.schema.workbook import About

LABELS = {
    "zh": {"service_due": "保养到期", "defeated_leads": "战败回访"},
    "en": {"service_due": "Service due", "defeated_leads": "Defeated leads"},
}


@pytest.fixture(scope="session")
def work_lists() -> dict[str, pd.DataFrame]:
    """A call list of vehicles, one of leads, one that is no call list."""
    return {
        "service_due": pd.DataFrame(
            {
                "rank": [1, 2, 3],
                "customer_name": ["王芳", "=1+1", None],
                "phone": ["+8613800000000", "@SUM(A1)", "-5"],
                "vin": ["LSVAA0000000001", "LSVAA0000000002", "LSVAA0000000003"],
                "last_visit": pd.to_datetime(["2025-10-01", "2025-11-30", None]),
                "owner": ["甲", "乙", "\t=1"],
                "due_date": pd.to_datetime(["2026-01-10", "2026-01-20", "2026-02-01"]),
                "reason": ["到期，\n两行", "due", "due"],
                "chance": [1 / 3, 0.5, None],
                "worth": [120.0, 99.5, None],
            }
        ),
        "defeated_leads": pd.DataFrame(
            {"rank": [1], "lead_id": ["L000001"], "owner": ["甲"], "worth": [300.0]}
        ),
        "allocation": pd.DataFrame({"rank": [1], "vin": ["LSVAA0000000001"], "team": ["一组"]}),
        "rectification": pd.DataFrame({"rank": [1], "measure": ["每周例会"], "owner": ["甲"]}),
    }


class Workbook:
    """A written workbook and what staff may do to it."""

    def __init__(self, path: Path, language: str) -> None:
        self.path, self.language = path, language

    def label(self, name: str) -> str:
        return LABELS[self.language][name]

    def edit(self, change: Any, *, to: Path | None = None) -> Path:
        """Save what ``change`` makes of the open workbook."""
        book = openpyxl.load_workbook(self.path)
        change(book)
        to = to or self.path
        book.save(to)
        return to

    def answer(
        self, name: str, row: int, *, result: str, day: Any = "2026-01-12", to: Path | None = None
    ) -> Path:
        """Fill in one row, counted from 1."""

        def fill(book: Any) -> None:
            sheet = book[self.label(name)]
            heads = {cell.value: cell.column for cell in sheet[1]}
            sheet.cell(row + 1, heads[{"zh": "联系结果", "en": "Result"}[self.language]], result)
            sheet.cell(
                row + 1,
                heads[{"zh": "联系日期", "en": "Contact date"}[self.language]],
                pd.Timestamp(day).to_pydatetime(),
            )

        return self.edit(fill, to=to)


@pytest.fixture
def workbook(tmp_path: Path, work_lists: dict[str, pd.DataFrame], request: pytest.FixtureRequest) -> Workbook:
    language = getattr(request, "param", "zh")
    path = tmp_path / "lists.xlsx"
    write_workbook(path, LISTS, work_lists, about=About("demo", 2026, "2025-12-31", language), title="A & B")
    return Workbook(path, language)
