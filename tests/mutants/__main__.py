"""Do the tests notice a wrong measure, or a cell read wrongly? Changes one place at a time and runs its tests.

A shelf is a folder of ``csanalysis/metrics`` or one of the modules of ``csanalysis/ingest`` that decide what a cell
means (``MODULES``). ``python -m tests.mutants [SHELF …] [--sample 60] [--seed 1] [--jobs 2] [--least 85]`` takes a sample of each shelf's
mutants and runs, for each, the tests that call the changed function, the quick before the long, until one fails. They
are those of the shelf and where ``ALSO`` says. Lists the mutants that none notices, and ends with 1 if a shelf falls below the least share.
Mutants that give what the measure gives are listed in ``alike.txt``, each with its reason, and not tried.
"""

import argparse
import os
import pickle
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants.mutations import Mutant, mutants_of
from tests.mutants.running import Tested, failure_among, forked, put_in, seconds_for, traced

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "csanalysis"
METRICS = PACKAGE / "metrics"
MODULES = ("ingest/cells", "ingest/clean", "ingest/dates", "ingest/numbers")
CELLS = tuple(f"ingest/test_{name}.py" for name in ("cells", "typed", "dates", "numbers", "words", "frames", "rows", "clean", "soundness", "exports_as_they_come"))  # fmt: skip
# Beside the tests of its own: where a shelf's measures are tested through those that call them
ALSO = {
    "stats": ("metrics/customers", "metrics/first_service", "metrics/upsell"),
    "simulation": ("chapters/simulation",),
    "plan": ("chapters/plan",),
    "campaigns": ("chapters/calendar/test_measure.py",),
    "upsell": ("metrics/test_upsell_effect_power.py", "chapters/upsell/test_measure.py"),
    "surveys": ("chapters/satisfaction/test_measure.py",),
    "network": ("network/test_moved.py",),
    **dict.fromkeys(MODULES, CELLS),
}


def files_of(shelf: str) -> list[Path]:
    """The modules of a shelf."""
    return [PACKAGE / f"{shelf}.py"] if shelf in MODULES else sorted((METRICS / shelf).glob("*.py"))


def shelf_of(path: Path) -> str:
    """The shelf on which a module stands."""
    named = path.relative_to(PACKAGE).with_suffix("").as_posix()
    return named if named in MODULES else path.parent.name


class Check:
    """A pytest plugin: in place of running the tests once, runs them against each mutant."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.survived: dict[str, list[Mutant]] = {}
        self.alike = judged_alike()
        self.checked: dict[str, int] = {}
        self.tested: dict[str, Tested] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        # after the tests' own conftest has loaded its profile
        settings.register_profile("mutants", deadline=None, derandomize=True, database=None, max_examples=30, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
        settings.load_profile("mutants")
        self.items = {item.nodeid: item for item in session.items}
        self.tested = self.trace(session.items)
        queue = iter(list(self.sampled()))
        running: dict[int, Mutant] = {}
        while True:
            while len(running) < self.options.jobs and (mutant := next(queue, None)):
                running[self.start(mutant)] = mutant
            if not running:
                return True
            pid, status = os.wait()
            self.note(running.pop(pid), noticed=status != 0)

    def trace(self, items: list[pytest.Item]) -> dict[str, Tested]:
        """What each test calls; known before any mutant is made, and all must pass without one."""
        with tempfile.NamedTemporaryFile() as file:

            def work() -> int:
                found = list(traced(items, PACKAGE))
                Path(file.name).write_bytes(pickle.dumps(found))
                return 0

            os.waitpid(forked(work, 3600), 0)
            found = pickle.loads(Path(file.name).read_bytes())
        failed = [name for name, _, failed in found if failed]
        if failed:
            pytest.exit("these fail without any mutant:\n  " + "\n  ".join(failed), returncode=1)
        return {name: tested for name, tested, _ in found}

    def sampled(self) -> Iterator[Mutant]:
        """A sample of each shelf, the same for the same seed."""
        for shelf in self.options.shelves:
            every = [
                mutant
                for path in files_of(shelf)
                for mutant in mutants_of(path)
                if told(mutant) not in self.alike
            ]
            self.survived[shelf], self.checked[shelf] = [], 0
            size = min(self.options.sample or len(every), len(every))
            yield from random.Random(f"{self.options.seed} {shelf}").sample(every, size)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that call what holds the mutant, or for a constant anything of its module."""
        own = tuple(places([shelf_of(mutant.path)]))
        called = {
            name for test in self.tested.values() for file, name in test.calls if file == str(mutant.path)
        }
        owners = {mutant.owner} if mutant.owner in called else called
        if mutant.owner not in called and not mutant.owner.isupper():
            return []
        wanted = {(str(mutant.path), owner) for owner in owners}
        chosen = [n for n, test in self.tested.items() if n.startswith(own) and wanted & test.calls]
        return sorted(chosen, key=lambda name: self.tested[name].seconds)

    def start(self, mutant: Mutant) -> int:
        tests = self.tests_of(mutant)

        def work() -> int:
            if not tests:
                return 0
            put_in(mutant)
            return failure_among([self.items[name] for name in tests])

        return forked(work, seconds_for([self.tested[name] for name in tests]))

    def note(self, mutant: Mutant, *, noticed: bool) -> None:
        shelf = shelf_of(mutant.path)
        self.checked[shelf] += 1
        if not noticed:
            self.survived[shelf].append(mutant)
            calls = len(self.tests_of(mutant))
            print(f"line {mutant.line}, of {calls} tests: {told(mutant)}", file=sys.stderr, flush=True)

    def share(self, shelf: str) -> float:
        """Per cent of the shelf's mutants that a test noticed."""
        return 100 * (1 - len(self.survived[shelf]) / self.checked[shelf])

    def table(self) -> str:
        lines = [f"{'shelf':14} {'mutants':>8} {'killed':>7} {'survived':>9} {'share':>6}"]
        for shelf, checked in self.checked.items():
            left = len(self.survived[shelf])
            lines.append(f"{shelf:14} {checked:8} {checked - left:7} {left:9} {self.share(shelf):5.0f}%")
        return "\n".join(lines)


def told(mutant: Mutant) -> str:
    """A mutant as it is listed: its file, its change and the line that it is in."""
    line = mutant.path.read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
    return f"{mutant.path.relative_to(PACKAGE).as_posix()}: {mutant.change} | {line}"


def judged_alike() -> frozenset[str]:
    """The mutants of which somebody has seen that they change nothing that a measure gives."""
    lines = (Path(__file__).parent / "alike.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def places(shelves: list[str]) -> list[str]:
    """The folders and files of tests for these shelves, each once."""
    own = [f"tests/metrics/{shelf}" for shelf in shelves if shelf not in MODULES]
    return list(
        dict.fromkeys([*own, *(f"tests/{also}" for shelf in shelves for also in ALSO.get(shelf, ()))])
    )


def main(arguments: list[str]) -> int:
    shelves = sorted(path.name for path in METRICS.iterdir() if (path / "__init__.py").exists())
    shelves += MODULES
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("shelves", nargs="*", default=shelves, metavar="SHELF", help=", ".join(shelves))
    parser.add_argument("--sample", type=int, default=60, help="mutants a shelf; 0 takes all of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=float, default=85, help="share of each shelf, in per cent")
    options = parser.parse_args(arguments)
    if unknown := set(options.shelves) - set(shelves):
        parser.error(f"no shelf {', '.join(sorted(unknown))}; there are {', '.join(shelves)}")
    check = Check(options)
    with tempfile.TemporaryDirectory() as folder:
        # -s: what the processes print goes nowhere, as their standard output does
        asked = ["-n0", "-s", "-m", "not slow", "-p", "no:cacheprovider", "--disable-warnings"]
        asked.append(f"--basetemp={folder}/tests")
        pytest.main([*asked, *places(options.shelves)], plugins=[check])
    if not check.checked:
        return 1
    print(check.table())
    return int(any(check.share(shelf) < options.least for shelf in check.checked))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
