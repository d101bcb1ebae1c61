"""Running tests against mutants: each in a process of its own that has everything imported already."""

import gc
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutants.mutations import Mutant

LEAST_SECONDS = 20  # of processor time, so that a busy machine kills no mutant
TIMES_ITS_TESTS = 5
MOST_MEMORY = 6 * 2**30  # bytes; a mutant that fills the memory is one that the tests notice


@dataclass(frozen=True)
class Tested:
    """What one test calls and costs: functions by (file, qualified name), seconds of processor time."""

    calls: frozenset[tuple[str, str]]
    seconds: float


class Shared:
    """What was called while a fixture was made, which one test makes and others use."""

    def __init__(self, calls: set[CodeType]) -> None:
        self.calls = calls
        self.of: dict[int, set[CodeType]] = defaultdict(set)
        self.seconds: dict[int, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        before, began = set(self.calls), time.process_time()
        self.calls.clear()
        try:
            return (yield)
        finally:
            self.of[id(fixturedef)] |= self.calls
            self.seconds[id(fixturedef)] = max(self.seconds[id(fixturedef)], time.process_time() - began)
            self.calls |= before

    def used_by(self, item: Any) -> tuple[set[CodeType], float]:
        """What all fixtures of a test called, and their seconds, whichever test they were made for."""
        known = {id(each) for fixtures in item._fixtureinfo.name2fixturedefs.values() for each in fixtures}
        return set().union(*(self.of[each] for each in known)), sum(self.seconds[each] for each in known)


class Failures:
    """Listens whether a test has failed."""

    def __init__(self) -> None:
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed


def forked(work: Any, seconds: float) -> int:
    """The process id of a child that runs ``work`` and ends with what it returns as its status."""
    pid = os.fork()
    if pid:
        return pid
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        status = work()
    except BaseException:
        status = 1
    os._exit(status)


def failure_among(items: list[pytest.Item]) -> int:
    """1 once a test fails, 0 if none does."""
    listening = Failures()
    items[0].config.pluginmanager.register(listening)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if listening.failed:
            return 1
    return 0


def traced(items: list[pytest.Item], inside: Path) -> Iterator[tuple[str, Tested, bool]]:
    """Runs every test and gives its id, what it calls of the files ``inside`` a folder, and whether it failed."""
    folder = f"{inside}{os.sep}"
    calls: set[CodeType] = set()
    shared = Shared(calls)

    def see(frame: FrameType, event: str, argument: object) -> None:
        if frame.f_code.co_filename.startswith(folder):
            calls.add(frame.f_code)

    if items:
        items[0].config.pluginmanager.register(shared)
    for item, following in zip(items, [*items[1:], None], strict=True):
        listening = Failures()
        item.config.pluginmanager.register(listening)
        calls.clear()
        before = time.process_time()
        sys.settrace(see)
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        finally:
            sys.settrace(None)
        took = time.process_time() - before
        others, seconds = shared.used_by(item)
        named = frozenset((code.co_filename, outermost(code.co_qualname)) for code in calls | others)
        yield item.nodeid, Tested(named, max(took, seconds)), listening.failed
        item.config.pluginmanager.unregister(listening)


def outermost(name: str) -> str:
    """The function of a module, or the method of its class, that holds the code of this qualified name."""
    return name.split(".<locals>")[0]


def module_of(path: Path) -> ModuleType:
    """The imported module whose file this is."""
    return next(m for m in list(sys.modules.values()) if getattr(m, "__file__", None) == str(path))


def put_in(mutant: Mutant) -> None:
    """Changes the imported module as the mutant says, for whoever has imported from it too.

    Functions get the code and the defaults of the changed ones. A constant is bound anew wherever the same object has
    the same name.
    """
    module = module_of(mutant.path)
    old = functions_of(vars(module), mutant.path)
    fresh = {
        **{name: vars(module)[name] for name in ("__file__", "__package__")},
        "__name__": module.__name__,
    }
    exec(compile(mutant.tree(), str(mutant.path), "exec"), fresh)
    for key, new in functions_of(fresh, mutant.path).items():
        for function in old.get(key, ()):
            function.__code__ = new[0].__code__
            function.__defaults__ = new[0].__defaults__
            function.__kwdefaults__ = new[0].__kwdefaults__
    if mutant.owner in vars(module) and not callable(vars(module)[mutant.owner]):
        held = vars(module)[mutant.owner]
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(mutant.owner) is held:
                setattr(other, mutant.owner, fresh[mutant.owner])


def functions_of(namespace: dict[str, Any], path: Path) -> dict[tuple[str, int], list[FunctionType]]:
    """The functions that were made in a module's namespace, decorated ones too, by name and line."""
    found: dict[tuple[str, int], list[FunctionType]] = defaultdict(list)
    gc.unfreeze()  # what the tests' own setting up sets apart is told by no search
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__globals__ is namespace and not thing.__closure__:
            code = thing.__code__
            if code.co_filename == str(path):
                found[code.co_qualname, code.co_firstlineno].append(thing)
    return found


def seconds_for(tests: list[Tested]) -> float:
    return LEAST_SECONDS + TIMES_ITS_TESTS * sum(test.seconds for test in tests)
