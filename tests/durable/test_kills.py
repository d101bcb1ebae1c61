"""A run killed at any moment and started again ends as one that nobody disturbed."""

import json
import os
import random
import shutil
import time
import zipfile
from pathlib import Path

import openpyxl
import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kills")]

KILLS = int(os.environ.get("CSANALYSIS_KILLS", "2"))
"""Each costs a start of the program; ``CSANALYSIS_KILLS=20`` takes some five minutes more."""
IN_A_ROW = 4
VICTIMS = ("a child", "the parent")
"""Whom kills hit by turns: a process that the run started, or the run itself."""
SEED = 20260131


@pytest.fixture(scope="module")
def undisturbed(stores, started):
    """The reports of one run from beginning to end, and how long it took once it was at work."""
    output = stores[0].parent / "undisturbed"
    process = at_work(started("run", *stores, "--output", output, "--jobs", 2))
    began = time.monotonic()
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return output, time.monotonic() - began


def at_work(process):
    """The same process, once it has begun with a store: until then there is nothing that a kill could spoil."""
    first = process.stdout.readline()
    assert first.strip().endswith(": read"), first
    return process


def published(output: Path) -> dict[str, object]:
    """Every file of every report, as bytes but for what tells the time."""
    found: dict[str, object] = {}
    for path in sorted(path for path in output.rglob("*") if path.is_file()):
        name = path.relative_to(output).as_posix()
        if name.startswith(".") or name == "index.html":
            continue
        if path.name == "run.json":
            run = json.loads(path.read_text(encoding="utf-8"))
            assert all((path.parent / file).is_file() for file in run["files"])
            found[name] = {
                part: run[part] for part in ("hashes", "counts", "made_from", "inputs", "warnings")
            }
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            found[name] = {sheet.title: [*sheet.values] for sheet in book}
        elif path.suffix == ".pptx":  # its parts carry the time at which they were packed
            with zipfile.ZipFile(path) as parts:
                found[name] = {part: parts.read(part) for part in parts.namelist() if "lides/" in part}
        elif path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            found[name] = [cell.get("outputs") for cell in cells]
        else:
            found[name] = path.read_bytes()
    return found


def family(process) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill_somebody(process, who: str, chance: random.Random) -> list[str]:
    """Kill the run itself or any process that it started, at once; who it was, if it still lived."""
    children = family(process)
    if who == "a child":
        if not children:
            return []
        victim = chance.choice(children)
    else:
        victim = psutil.Process(process.pid)
    try:
        victim.kill()
    except psutil.NoSuchProcess:
        return []
    if who == "the parent":
        process.wait()
        _, alive = psutil.wait_procs(children, timeout=20)
        assert not alive, f"outlived the run that started them: {alive}"
    process.communicate(timeout=300)
    return [who]


def test_kills_at_random_moments_lose_nothing_and_leave_nothing_behind(
    stores, undisturbed, names, started, csanalysis
):
    whole, seconds = undisturbed
    chance, killed = random.Random(SEED), []
    output = stores[0].parent / "disturbed"
    while len(killed) < KILLS:
        shutil.rmtree(output, ignore_errors=True)
        for _ in range(min(IN_A_ROW, KILLS - len(killed))):
            process = at_work(started("run", *stores, "--output", output, "--jobs", 2))
            time.sleep(chance.uniform(0, seconds))
            if process.poll() is None:
                killed += kill_somebody(process, VICTIMS[len(killed) % 2], chance)
            process.communicate(timeout=300)
        code, said = csanalysis("run", *stores, "--output", output, "--jobs", 2)
        assert code == 0, said
        assert published(output) == published(whole)
        beside = {path.name for store in names for path in (output / store).iterdir()}
        assert beside == {"2026"}, "drafts, older reports and pages of failures are gone"
        assert {path.name for path in output.iterdir()} == {
            *names,
            "index.html",
            ".cache",
            ".fleet",
            ".locks",
        }
    assert set(killed) == {*VICTIMS}


def test_what_a_killed_run_had_finished_is_not_made_again(stores, undisturbed, names, started, csanalysis):
    output = stores[0].parent / "resumed"
    process = started("run", *stores, "--output", output, "--jobs", 1)
    made: list[str] = []
    for line in process.stdout:
        store, _, step = line.strip().partition(": ")
        if step == "done":
            made.append(store)
        if step == "export" and made:  # one store is made, the next has its chapters
            psutil.Process(process.pid).kill()
            break
    process.communicate()
    code, said = csanalysis("run", *stores, "--output", output, "--jobs", 1)
    assert code == 0, said
    told = ("{}: unchanged since", "{}：自")  # each store's line is in the language of its params
    assert [name for name in names if any(line.format(name) in said for line in told)] == made
    reused = {
        name: json.loads((output / name / "2026" / "run.json").read_text(encoding="utf-8"))["reused"]
        for name in names
    }
    assert reused == {name: ["upsell", "information"] if name == store else [] for name in names}
    assert published(output) == published(undisturbed[0])


def test_every_store_shows_its_own_names_and_no_others(undisturbed, names):
    output, _ = undisturbed
    for store in names:
        place = output / store / "2026"
        page = (place / "report.html").read_text(encoding="utf-8")
        drawn = "".join(part.split("</svg>")[0] for part in page.split("<svg")[1:])
        assert f"{store} tyres" in drawn and f"{store} too dear" in drawn
        for other in {*names} - {store}:
            told = {
                path.name
                for path in place.rglob("*")
                if path.is_file() and other.encode() in path.read_bytes()
            }
            assert not told, f"{other} is named in the report of {store}"
