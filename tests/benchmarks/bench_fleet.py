"""Whole reports of many dealerships: warm children, papermill with a fresh kernel a notebook, no notebooks.

``python -m tests.benchmarks fleet [--dealerships 12] [--jobs 2] [--only ours --only plain]`` on this machine,
one way after the other, each in processes of its own, from exports that were parsed before. ``--scaling 120``
also makes that many reports our way, and shows the time and the parent's memory a dealership. Processor
seconds are of the whole tree of processes, of those too whose parent is gone. Beside them stand the last kept
ones of as many dealerships and workers; ``--keep`` keeps today's.
"""

import argparse
import ast
import json
import os
import re
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from csanalysis.report.options import RunOptions
from tests.benchmarks.kept import keep, kept
from tests.benchmarks.whole_tree import adopt_orphans, tree_usage

ALL = RunOptions(force=True)  # every chapter anew: the ways share a cache

Way = Callable[[Sequence[Path], Path, int], None]


def ours(params: Sequence[Path], output: Path, jobs: int) -> None:
    """``csanalysis run``."""
    from csanalysis.fleet import run_fleet

    outcomes = run_fleet(params, output, ALL, jobs=jobs)
    assert all(outcome.made for outcome in outcomes), [outcome.problems for outcome in outcomes]


def papermill(params: Sequence[Path], output: Path, jobs: int) -> None:
    """papermill's Python API with a fresh kernel a notebook, then nbconvert's, in as many workers."""
    os.environ["CSANALYSIS_KERNELS"] = "fresh"
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        list(pool.map(_built, params, [output] * len(params)))


def plain(params: Sequence[Path], output: Path, jobs: int) -> None:
    """The bound: the same calls and renderings as a script, in as many workers."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_without_notebooks) as pool:
        list(pool.map(_built, params, [output] * len(params)))


WAYS: dict[str, Way] = {"ours": ours, "papermill": papermill, "plain": plain}


def _built(params: Path, output: Path) -> None:
    from csanalysis.report.build import build_report

    build_report(params, output, ALL)


def _without_notebooks() -> None:
    """In this process a chapter's code cells are run as they stand, one after the other."""
    from csanalysis.report import running

    running.execute = _script  # type: ignore[assignment]


def _script(notebook: Path, executed: Path, parameters: Mapping[str, Any], **_: object) -> Any:
    import nbformat

    book = nbformat.read(notebook, as_version=4)
    names: dict[str, Any] = {}
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = outputs = []
            names["display"] = lambda *shown, to=outputs: to.extend(map(_shown, shown))
            tree = ast.parse(cell.source)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, notebook.name, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= parameters
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), notebook.name, "eval"), names)
                if value is not None:
                    outputs.append(_shown(value))
    return book


def _shown(value: Any) -> Any:
    from nbformat.v4 import new_output

    if not hasattr(value, "_repr_mimebundle_"):
        return new_output("execute_result", data={"text/plain": repr(value)})
    bundle = value._repr_mimebundle_()
    data, about = bundle if isinstance(bundle, tuple) else (bundle, {})
    return new_output("execute_result", data=data, metadata=about)


def _measured(way: str, params: Sequence[Path], output: Path, jobs: int, answer: Any) -> None:
    adopt_orphans()
    began = time.perf_counter()
    WAYS[way](params, output, jobs)
    seconds = time.perf_counter() - began
    answer.put((seconds, *tree_usage()))


def measured(way: str, params: Sequence[Path], output: Path, jobs: int) -> tuple[float, float, float]:
    """Seconds, processor seconds of all processes, peak memory of the parent [MB]."""
    context = get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_measured, args=(way, params, output, jobs, answer))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{way}: failed")
    return answer.get()


def fingerprint(output: Path) -> dict[str, Any]:
    """What each report says, without the moment it was made."""
    found: dict[str, Any] = {}
    for place in sorted(output.glob("*/[0-9]*")):
        html = (place / "report.html").read_text(encoding="utf-8")
        with zipfile.ZipFile(place / "lists.xlsx") as book:
            sheets = {
                name: book.read(name) for name in book.namelist() if name.startswith(("xl/works", "xl/shar"))
            }
        found[place.parent.name] = {
            "metrics": json.loads((place / "metrics.json").read_text(encoding="utf-8")),
            "html": re.sub(r"\d{4}-\d\d-\d\dT[\d:.+-]+", "", html),
            "lists": sheets,
            "pdf": (place / "report.pdf").read_bytes()[:5],
        }
    return found


def main(arguments: Sequence[str] = ()) -> None:
    """Make the demonstration data, run each way, print the table; fail if the reports differ."""
    parser = argparse.ArgumentParser(prog="fleet", description=__doc__)
    parser.add_argument("--dealerships", type=int, default=12)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", choices=WAYS)
    parser.add_argument("--scaling", type=int, default=0, metavar="N")
    parser.add_argument(
        "--keep", action="store_true", help="keep today's processor seconds for the next time"
    )
    parser.add_argument("--folder", type=Path, help="where to work; a new folder for each run by default")
    given = parser.parse_args(arguments)
    # Workers enough for the cores: with threads beside them all ways would be slower, and differ in last digits.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        params = demo(folder, max(given.dealerships, given.scaling))
        table = {}
        for way in given.only or WAYS:
            output = _fresh(folder, way)
            table[way] = measured(way, params[: given.dealerships], output, given.jobs)
            print(f"{way}: {table[way][0]:.1f} s", file=sys.stderr, flush=True)
        prints = {way: fingerprint(folder / way) for way in table}
        first, *rest = prints.values()
        differ = [way for way, other in zip([*prints][1:], rest, strict=True) if other != first]
        size = f"fleet of {given.dealerships}, {given.jobs} workers"
        _print_table(table, given.dealerships, given.jobs, kept(size))
        if given.keep:
            keep(size, {way: round(cpu / given.dealerships, 2) for way, (_, cpu, _) in table.items()})
        if differ:
            sys.exit(f"the reports of {', '.join(differ)} are not those of {next(iter(prints))}")
        print("the same numbers, pages and lists every way")
        if given.scaling:
            many = measured("ours", params[: given.scaling], _fresh(folder, "scaled"), given.jobs)
            print(f"{'':<12}{'a dealership':>16}{'parent memory':>16}")
            for count, (seconds, _, memory) in ((given.dealerships, table["ours"]), (given.scaling, many)):
                print(f"{count:<12}{seconds / count:>14.2f} s{memory:>13.0f} MB")


def demo(folder: Path, count: int) -> list[Path]:
    """Params files of ``count`` dealerships, their exports parsed into ``folder/cache``."""
    from csanalysis.demo import write_demo
    from csanalysis.ingest import load

    data = folder / f"demo-{count}"
    if not (data / "ready").exists():
        write_demo(data, seed=7, dealerships=count)
        (data / "ready").touch()
    params = sorted((data / "params").glob("*.yml"))
    for path in params:
        load(path, cache=folder / "cache")
    return params


def _fresh(folder: Path, name: str) -> Path:
    output = folder / name
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    (output / ".cache").symlink_to((folder / "cache").resolve(), target_is_directory=True)
    return output


def _print_table(
    table: Mapping[str, tuple[float, float, float]], count: int, jobs: int, before: Mapping[str, Any]
) -> None:
    print(f"{count} demonstration dealerships, {jobs} workers, HTML, PDF, numbers and lists of each")
    last = f"kept {before.get('day', '')}".strip()
    head = ("seconds", "a dealership", "CPU seconds", "a dealership", last, "parent memory", "ours is")
    print(f"{'':<12}" + "".join(f"{word:>16}" for word in head))
    for way, (seconds, cpu, memory) in table.items():
        ratio = f"{seconds / table['ours'][0]:.2f}" if "ours" in table else ""
        print(
            f"{way:<12}{seconds:>16.1f}{seconds / count:>16.2f}{cpu:>16.1f}{cpu / count:>16.2f}"
            f"{before.get(way, ''):>16}{memory:>13.0f} MB{ratio:>14} x"
        )
