"""Who may read what a run leaves behind."""

import os
import sys
from pathlib import Path

import pytest

from csanalysis.ingest import load
from csanalysis.privacy.files import keep_private, private_folder

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


def test_parsed_exports_are_closed(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("VIN,sale_date\nV1,2025-01-05\n")
    (tmp_path / "v.csv").write_text("RO,VIN,date in,job type\nR1,V1,2025-03-01,repair\n")
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: s.csv, service_visits: v.csv}\n"
    )
    load(tmp_path / "a.yml", cache=tmp_path / ".cache")
    kept = list((tmp_path / ".cache").iterdir())
    assert len(kept) == 2 and mode(tmp_path / ".cache") == 0o700 and {*map(mode, kept)} == {0o600}


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now
