"""What may happen to a machine while a report is made, each to a small store of two chapters.

After each fault a run that nobody disturbs ends as if there had been none.
"""

import atexit
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from random import Random

from tests.durable.conftest import ROOT, TWO_CHAPTERS, write_stores
from tests.durable.test_kills import published
from tests.hardening.attacks import Attack, flipped

LONGEST = 300
Set = Callable[[], None]

READ_ONLY = """\
import errno, os, sys

def refuse(event, given):
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.utime"):
        paths = given[:2] if event == "os.rename" else given[:1]
        if any(str(os.fspath(path)).startswith({closed!r}) for path in paths if not isinstance(path, int)):
            raise OSError(errno.EROFS, "Read-only file system", str(given[0]))

sys.addaudithook(refuse)
"""
"""Also root, whom no mode of a folder stops, finds it closed."""

NO_FORK = """\
import threading, time
threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()
"""
"""A process of two threads is not forked: what runs is what runs on Windows."""


@dataclass
class Place:
    """A store, its reports, and how they are when nobody disturbs them."""

    folder: Path
    params: Path = field(init=False)
    output: Path = field(init=False)
    whole: dict[str, object] = field(init=False)

    def __post_init__(self) -> None:
        self.folder.chmod(0o755)
        self.params, *_ = write_stores(self.folder)
        self.output = self.folder / "outputs"
        self.run()
        self.run("--force")  # that no number has changed is told from the second run on
        self.whole = left(self.output)
        shutil.copytree(self.output, self.folder / "good")

    def start(self, *more: str, patch: str = "", before: Set | None = None) -> "subprocess.Popen[str]":
        """A run in a process of its own; ``patch`` is Python that each of its processes runs first."""
        program = self.folder / f"program{abs(hash(patch))}"
        program.mkdir(exist_ok=True)
        (program / "sitecustomize.py").write_text(patch + TWO_CHAPTERS, encoding="utf-8")
        command = ["run", str(self.params), "--output", str(self.output), "--jobs", "1", *more]
        return subprocess.Popen(
            [sys.executable, "-m", "csanalysis", *command],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(program), str(ROOT)]),
                "HOME": str(self.folder),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=before,
        )

    def run(self, *more: str, codes: Sequence[int] = (0,), patch: str = "", before: Set | None = None) -> str:
        """What a run said; it ended with one of the ``codes`` and no traceback."""
        return told(self.start(*more, patch=patch, before=before), codes)

    def holds(self) -> None:
        """The last report is whole, and the next run ends as the first."""
        assert {name: self.whole[name] for name in self.whole if "2026/" in name} == {
            name: content for name, content in left(self.output).items() if "2026/" in name
        }, "the last report has changed"
        self.ends_well()

    def ends_well(self) -> None:
        """Another run ends as the first, and leaves nothing else behind."""
        self.run("--force")
        found = left(self.output)
        differ = [name for name in {*found, *self.whole} if found.get(name) != self.whole.get(name)]
        assert not differ, f"not as before: {differ}"

    def anew(self) -> None:
        """The reports as they were after the first run."""
        shutil.rmtree(self.output, ignore_errors=True)
        shutil.copytree(self.folder / "good", self.output)


def left(output: Path) -> dict[str, object]:
    """What is published, but for the time of the run before."""
    return {name: None if name.endswith("changes.json") else it for name, it in published(output).items()}


def told(process: "subprocess.Popen[str]", codes: Sequence[int]) -> str:
    """What a run said to its end."""
    said, _ = process.communicate(timeout=LONGEST)
    assert process.returncode in codes and "Traceback" not in said, f"{process.returncode}: {said[-600:]}"
    return said


def _disk_full(place: Place, chance: Random) -> None:
    most = int(10 ** chance.uniform(2, 5.3))
    shutil.rmtree(place.output / ".cache")
    said = place.run(
        "--force", codes=(0, 1, 2), before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    )
    assert said.strip(), "nothing is said"
    place.holds()


def _read_only(place: Place, chance: Random) -> None:
    """Nothing can be written in the output, in the store's folder of it, in the cache or among the locks."""
    closed = place.output / chance.choice([".", "alder", ".cache", ".locks"])
    place.run("--force", codes=(0, 1, 2), patch=READ_ONLY.format(closed=str(closed.resolve())))
    place.holds()


def _killed(place: Place, chance: Random) -> None:
    process = place.start("--force")
    time.sleep(chance.uniform(0.5, 12))
    process.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    process.communicate(timeout=LONGEST)
    place.ends_well()


def _two_at_once(place: Place, chance: Random) -> None:
    first = place.start("--force")
    time.sleep(chance.uniform(0, 4))
    second = place.start("--force")
    said = [told(each, (0, 1, 2)) for each in (first, second)]
    assert [first.returncode, second.returncode].count(0) >= 1, said
    place.holds()


def _clock_back(place: Place, chance: Random) -> None:
    """What the last run left is from the future."""
    later = time.time() + chance.choice([3600, 86_400 * 400])
    for path in place.output.rglob("*"):
        os.utime(path, (later, later))
    path = place.output / "alder" / "2026" / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    run["started"] = run["finished"] = "2031-01-01T00:00:00+00:00"
    path.write_text(json.dumps(run), encoding="utf-8")
    place.run("--force")
    place.ends_well()


def _no_fonts(place: Place, chance: Random) -> None:
    said = place.run("--force", codes=(1, 2), patch="import sys\nsys.modules['weblate_fonts'] = None\n")
    assert "weblate" in said, said[-600:]
    place.holds()


def _no_fork(place: Place, chance: Random) -> None:
    place.run("--force", patch=NO_FORK)
    place.holds()


def _old_outputs_damaged(place: Place, chance: Random) -> None:
    """Some files of the last report and of the cache are cut short, flipped, emptied or gone."""
    files = sorted(path for path in place.output.rglob("*") if path.is_file())
    for path in chance.sample(files, k=chance.randint(1, max(1, len(files) // 2))):
        match chance.randrange(4):
            case 0:
                path.unlink()
            case 1:
                path.write_bytes(b"null")
            case 2:
                path.write_bytes(path.read_bytes()[: chance.randrange(200)])
            case _:
                path.write_bytes(flipped(path.read_bytes(), chance))
    place.run()
    for kept in ("lists-filled-*.xlsx", "calendar-draft-damaged.xlsx"):  # somebody may have written in them
        for path in place.output.glob(f"*/*/{kept}"):
            path.unlink()
    place.ends_well()


_FAULTS: dict[str, Callable[[Place, Random], None]] = {
    "disk full": _disk_full,
    "read-only output": _read_only,
    "killed": _killed,
    "two runs at once": _two_at_once,
    "clock set back": _clock_back,
    "no fonts": _no_fonts,
    "no fork": _no_fork,
    "old outputs damaged": _old_outputs_damaged,
}


def _hold(fault: Callable[[Place, Random], None], seed: int, folder: Path) -> None:
    place = _place()
    place.anew()
    fault(place, Random(seed))


@cache
def _place() -> Place:
    """One for all faults; it goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="hardening-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Place(folder)


FAULTS = tuple(
    Attack(f"faults: {name}", lambda chance: chance.randrange(10**9), partial(_hold, fault), most=1)
    for name, fault in _FAULTS.items()
)
"""A class each; an input takes three runs, so there are few of them."""
