"""A small dealership whose exports a test writes itself."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml

from csanalysis.messages import said

SALES = [["车架号", "销售日期"], ["VIN1", "2025-01-05"], ["VIN2", "2025-02-05"]]
VISITS = [
    ["委托书号", "车架号", "进厂日期", "维修类型"],
    ["R1", "VIN1", "2025-03-05", "首保"],
    ["R2", "VIN2", "2025-04-05", "定保"],
]


def csv_bytes(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", separator: str = ",") -> bytes:
    return "".join(separator.join(map(str, row)) + "\r\n" for row in rows).encode(encoding)


class Dealership:
    """A folder with a params file and its exports; the two required tables are there from the start."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.cache = cache
        self.params: dict[str, Any] = {
            "dealership": {"id": "demo"},
            "plan_year": 2026,
            "sources": {},
        }
        self.csv("vehicle_sales", SALES)
        self.csv("service_visits", VISITS)

    def csv(self, table: str, rows: Sequence[Sequence[Any]], **source: Any) -> Path:
        return self.file(table, f"{table}.csv", csv_bytes(rows), **source)

    def file(self, table: str, name: str, data: bytes, **source: Any) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        self.source(table, path=name, **source)
        return path

    def xlsx(self, table: str, sheets: Mapping[str, Sequence[Sequence[Any]]], **source: Any) -> Path:
        path = self.folder / f"{table}.xlsx"
        with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
            for sheet, rows in sheets.items():
                page = workbook.add_worksheet(sheet)
                for place, row in enumerate(rows):
                    page.write_row(place, 0, row)
        self.source(table, path=path.name, **source)
        return path

    def source(self, table: str, /, **source: Any) -> None:
        self.params["sources"][table] = source

    @property
    def params_file(self) -> Path:
        path = self.folder / "demo.yml"
        path.write_text(yaml.safe_dump(self.params, allow_unicode=True), encoding="utf-8")
        return path

    def load(self) -> Any:
        """A load in which tables that an earlier test read already need not be read again."""
        return self.load_from(self.cache)

    def load_from(self, cache: Path | None) -> Any:
        from csanalysis.ingest import load

        return load(self.params_file, cache=cache)

    def load_with_problems(self) -> Any:
        """What can be read, and the problems."""
        from csanalysis.ingest.store import load_with_problems

        return load_with_problems(self.params_file)

    def report(self, table: str) -> Any:
        return next(report for report in self.load().quality if report.table == table)

    def problems(self) -> list[str]:
        from csanalysis.errors import IngestError

        with pytest.raises(IngestError) as caught:
            self.load()
        for problem in caught.value.problems:
            assert_in_both(problem)
        return caught.value.problems


def assert_in_both(problem: str) -> None:
    """A line that is said in Chinese too, without English but for names and what a library said."""
    chinese = re.sub(r"（[^（）]*）", "", said(problem, "zh"))
    assert re.search("[一-鿿]", chinese), problem
    assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", chinese), chinese


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def dealership(tmp_path: Path, shared_cache: Path) -> Dealership:
    return Dealership(tmp_path, shared_cache)
