"""What ingest finds in the demonstration data is what was planted there."""

import json
from pathlib import Path

import pytest

from csanalysis.ingest import load


@pytest.mark.parametrize("store", ["haibin", "longshan", "riverside"])
def test_ingest_counts_what_was_planted(store: str, demo: Path) -> None:
    expected = json.loads((demo / store / "expected.json").read_text(encoding="utf-8"))
    found = {
        report.table: {
            "read": report.read,
            "rejected": report.rejected,
            "repeated": report.repeated,
            "after_as_of": report.after_as_of,
            "kept": report.kept,
            "unreadable_cells": sum(report.unreadable.values()),
        }
        for report in load(demo / "params" / f"{store}.yml").quality
    }
    assert found == expected
    assert sum(counts["rejected"] for counts in expected.values()) > 20
