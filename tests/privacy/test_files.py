"""Who may read what a run leaves behind."""

import os
import sys
from pathlib import Path

import pandas as pd
import pytest

from csanalysis.ingest import load
from csanalysis.params import read_params
from csanalysis.privacy.files import keep_private, private_folder
from csanalysis.report.build import write_rejects
from csanalysis.report.files.fingerprint import origin_of
from csanalysis.report.options import RunOptions

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_folder_and_all_in_it_are_closed(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    (folder / "c").mkdir()
    for path in (folder / "x", folder / "c" / "y"):
        path.write_text("")
    keep_private(folder, tmp_path / "none")
    assert mode(tmp_path / "a") == 0o777 & ~_umask()
    assert [mode(path) for path in (folder, folder / "c", folder / "x", folder / "c" / "y")] == [
        0o700,
        0o700,
        0o600,
        0o600,
    ]


def test_a_folder_is_closed_with_those_above_it_up_to_one_and_no_further(tmp_path: Path) -> None:
    private_folder(tmp_path / "out" / ".cache" / "chapters" / "a", below=tmp_path / "out" / ".cache")
    private = [tmp_path / "out" / ".cache", *(tmp_path / "out" / ".cache").rglob("*")]
    assert len(private) == 3 and {*map(mode, private)} == {0o700}
    assert mode(tmp_path / "out") == 0o777 & ~_umask()


def test_parsed_exports_are_closed(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("VIN,sale_date\nV1,2025-01-05\n")
    (tmp_path / "v.csv").write_text("RO,VIN,date in,job type\nR1,V1,2025-03-01,repair\n")
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: s.csv, service_visits: v.csv}\n"
    )
    load(tmp_path / "a.yml", cache=tmp_path / ".cache")
    kept = list((tmp_path / ".cache").iterdir())
    assert len(kept) == 2 and mode(tmp_path / ".cache") == 0o700 and {*map(mode, kept)} == {0o600}


@pytest.mark.parametrize("with_values", [False, True])
def test_rejects_are_closed_and_show_cells_only_to_who_asks(tmp_path: Path, with_values: bool) -> None:
    """Three rows set aside: a formula, a customer's name and a phone where a date should stand."""
    (tmp_path / "s.csv").write_text("VIN,sale_date\nV1,2025-01-05\n")
    cells = ["=1+1", "欧阳小满", "13912345678", "soon"]
    rows = "".join(f"R{n},V1,{cell},repair\n" for n, cell in enumerate(["2025-03-01", *cells]))
    (tmp_path / "v.csv").write_text("RO,VIN,date in,job type\n" + rows, encoding="utf-8")
    (tmp_path / "c.csv").write_text("客户编号,姓名\nC1,欧阳小满\n", encoding="utf-8")
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\n"
        "sources: {vehicle_sales: s.csv, service_visits: v.csv, customers: c.csv}\n"
    )
    path = tmp_path / "rejects.csv"
    write_rejects(path, load(tmp_path / "a.yml"), with_values=with_values)
    values = pd.read_csv(path, encoding="utf-8-sig", dtype="str")["value"]
    shown = ["'=1+1", "欧阳小满", "13912345678", "soon"] if with_values else ["'=1+1", "•••", None, "soon"]
    assert [None if pd.isna(value) else value for value in values] == shown
    assert mode(path) == 0o600


def test_a_run_that_asks_for_other_cells_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("VIN,sale_date\nV1,2025-01-05\n")
    (tmp_path / "v.csv").write_text("RO,VIN,date in,job type\nR1,V1,2025-03-01,repair\n")
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: s.csv, service_visits: v.csv}\n"
    )
    params = read_params(tmp_path / "a.yml")
    made_from = [
        origin_of(params, tmp_path / "a.yml", [], options, tmp_path / "none")
        for options in (RunOptions(), RunOptions(with_values=True))
    ]
    assert made_from[0] != made_from[1]
    assert RunOptions.from_json(RunOptions(with_values=True).to_json()).with_values


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now
