"""Three small stores, each with names of its own planted in its data, and a program of two chapters."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORES = {"alder": "en", "birch": "en", "cedar": "zh"}
TWO_CHAPTERS = 'import csanalysis.report\n\ncsanalysis.report.CHAPTERS = ("upsell", "information")\n'
"""Python runs this at the start of every process of a run, so that twenty runs fit in a test."""

PARAMS = """\
dealership: {{id: {id}, name: {id} motors}}
plan_year: 2026
language: {language}
sources:
  vehicle_sales: {id}-sales.csv
  service_visits: {id}-visits.csv
  upsell_items: {id}-items.csv
"""


def write_stores(folder: Path) -> list[Path]:
    """The params files; store ``alder`` sells ``alder tyres``, and one of its rows has no date."""
    for size, (id, language) in enumerate(STORES.items(), start=24):
        visits = [(n, n % 12 + 1, n % 28 + 1) for n in range(60 + size)]
        outcomes = ("accepted", "declined")
        write = {
            f"{id}.yml": PARAMS.format(id=id, language=language),
            f"{id}-sales.csv": "VIN,sale_date\nVX,no date\n"
            + "".join(f"V{n},2025-{n % 12 + 1:02d}-10\n" for n in range(size)),
            f"{id}-visits.csv": "RO,VIN,date in,job type\n"
            + "".join(f"R{n},V{n % size},2025-{month:02d}-{day:02d},保养\n" for n, month, day in visits),
            f"{id}-items.csv": "ro_number,item,grade,amount,outcome,decline_reason,proposed_date\n"
            + "".join(
                f"R{n},{id} {'tyres' if n % 3 else 'brakes'},{'ABC'[n % 3]},{100 + size},{outcomes[n % 2]},"
                f"{id} too dear,2025-{month:02d}-{day:02d}\n"
                for n, month, day in visits
            ),
        }
        for name, text in write.items():
            (folder / name).write_text(text, encoding="utf-8")
    return [folder / f"{id}.yml" for id in STORES]


def start(*arguments: object, program: Path) -> "subprocess.Popen[str]":
    """``csanalysis`` with these arguments, in a process of its own; ``program`` holds what patches it."""
    return subprocess.Popen(
        [sys.executable, "-m", "csanalysis", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(program), str(ROOT)])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="session")
def names() -> list[str]:
    """The stores' ids."""
    return [*STORES]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The stores' params files, in a folder of their own."""
    return write_stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose ``sitecustomize`` leaves two chapters."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "sitecustomize.py").write_text(TWO_CHAPTERS, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def started(program: Path) -> "Callable[..., subprocess.Popen[str]]":
    """Starts the command with these arguments, and does not wait for it."""
    return partial(start, program=program)


@pytest.fixture(scope="session")
def csanalysis(started: "Callable[..., subprocess.Popen[str]]") -> Callable[..., tuple[int, str]]:
    """Runs the command with these arguments to its end; exit code, and all that it printed."""

    def call(*arguments: object) -> tuple[int, str]:
        process = started(*arguments)
        said, _ = process.communicate(timeout=300)
        return process.returncode, said

    return call
