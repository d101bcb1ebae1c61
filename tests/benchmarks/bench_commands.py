"""Processor seconds of the commands that are run often: where nothing changed, where a row did, checks, lists.

``python -m tests.benchmarks commands [--reports 300]`` on one demonstration store. Each command is a process of
its own, and all that it starts is counted. Beside them stand the last kept ones; ``--keep`` keeps today's.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from csanalysis.params import read_params
from tests.benchmarks.bench_fleet import demo
from tests.benchmarks.kept import keep, kept
from tests.benchmarks.whole_tree import adopt_orphans, tree_usage

SIZE = "commands of one store"


def processor_seconds(*command: str) -> float:
    """Of ``csanalysis`` with these arguments and of all that it started."""
    before = _children()
    subprocess.run(
        [sys.executable, "-m", "csanalysis", *command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    tree_usage()  # waits for what outlives it
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(folder: Path, reports: int) -> dict[str, float]:
    """Processor seconds by what is done; the store's exports are parsed before."""
    (params,) = map(str, demo(folder, 1))
    output = folder / "outputs"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    run = ("run", params, "--output", str(output))
    found = {"check, cold": processor_seconds("check", params, "--output", str(output))}
    found["check, warm"] = processor_seconds("check", params, "--output", str(output))
    found["report"] = processor_seconds(*run)
    found["lists"] = processor_seconds("lists", params, "--output", str(output))
    found["unchanged"] = processor_seconds(*run)
    _beside(output, reports)
    processor_seconds(*run)  # lists them once
    found[f"unchanged, {reports} reports"] = processor_seconds(*run)
    _one_more_complaint(Path(params))
    found["a row of complaints"] = processor_seconds(*run)
    return found


def _beside(output: Path, count: int) -> None:
    """So many reports of other stores, as far as the page of all reports looks at them."""
    (made,) = output.glob("*/[0-9]*/run.json")
    run = json.loads(made.read_text(encoding="utf-8"))
    for number in range(count):
        name = f"beside{number}"
        place = output / name / made.parent.name
        place.mkdir(parents=True)
        (place / "run.json").write_text(json.dumps(run | {"dealership": name, "name": name}))


def _one_more_complaint(params: Path) -> None:
    """One of its rows once more, under a number of its own."""
    (path,) = read_params(params).sources["complaints"].path
    file = (params.parent / path).resolve()
    rows = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([*rows, b"9" + rows[len(rows) // 2]]) + b"\n")


def main(arguments: Sequence[str] = ()) -> None:
    """Measure each and print it beside the last kept one."""
    parser = argparse.ArgumentParser(prog="commands", description=__doc__)
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--keep", action="store_true", help="keep today's for the next time")
    given = parser.parse_args(arguments)
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    adopt_orphans()
    with TemporaryDirectory() as folder:
        found = measured(Path(folder), given.reports)
    before = kept(SIZE)
    last = f"kept {before.get('day', '')}".strip()
    print(f"{'CPU seconds, all processes':<28}{'today':>8}{last:>18}")
    for name, seconds in found.items():
        print(f"{name:<28}{seconds:>8.2f}{before.get(name, ''):>18}")
    if given.keep:
        keep(SIZE, {name: round(seconds, 2) for name, seconds in found.items()})
