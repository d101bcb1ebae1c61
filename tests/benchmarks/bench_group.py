"""A group through run, plan --freeze, review, lists and network on two Dask workers, of which one is killed.

``python -m tests.benchmarks group [--stores 300] [--folder DIR] [--calm]``. The scheduler and the workers are
processes of their own, kept up as a service manager would: what ends is started again. While reports are made a
worker is killed (SIGKILL), later the scheduler; with ``--calm`` neither. It prints wall time and processor
seconds of each command, how flat the memory of each worker stayed, and what 3,000 stores would take by that.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from csanalysis.fleet.job import Task
from csanalysis.fleet.run_table import RunTable
from tests.benchmarks.small_stores import small_stores
from tests.benchmarks.whole_tree import adopt_orphans, tree_usage

COMMANDS = (
    (Task(), ["run", "--as-of", "2025-12-31"]),
    (Task("freeze"), ["plan", "--freeze", "--as-of", "2025-12-31"]),
    (Task("review", period="2026-03"), ["review", "--month", "2026-03"]),
    (Task("lists", day="2026-04-06"), ["lists", "--day", "2026-04-06"]),
    (Task("network"), ["network"]),
)
_ONE = ("--nthreads", "1", "--no-dashboard", "--no-nanny")
LOOK = 1.0  # seconds between two looks at the memory
PAGE = os.sysconf("SC_PAGE_SIZE")


class Cluster:
    """A scheduler and two workers, each started again when it ends."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self._log = (folder / "dask.log").open("ab")
        port = self.address.rpartition(":")[2]
        self._commands = {
            "scheduler": ["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"],
            **{
                name: ["worker", self.address, *_ONE, "--local-directory", str(folder / name)]
                for name in ("first", "second")
            },
        }
        self.started: Counter[str] = Counter()
        self.processes = {name: self._start(name) for name in self._commands}
        self.memory: dict[int, list[int]] = {}
        self.jobs: dict[int, set[int]] = {}
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def kill(self, name: str) -> None:
        """As a machine that loses its power does."""
        print(f"    the {name} is killed", flush=True)
        self.processes[name].send_signal(signal.SIGKILL)

    def close(self) -> None:
        """End all."""
        self._over.set()
        self._keeper.join()
        for process in self.processes.values():
            process.kill()
            process.wait()

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        self.started[name] += 1
        command = [sys.executable, "-m", "dask", *self._commands[name]]
        return subprocess.Popen(command, stdout=self._log, stderr=self._log)

    def _keep(self) -> None:
        while not self._over.wait(LOOK):
            for name, process in self.processes.items():
                if process.poll() is not None:
                    self.processes[name] = self._start(name)
            for name in ("first", "second"):
                pid = self.processes[name].pid
                with suppress(OSError, ValueError):
                    held, jobs = _standing(pid)
                    self.jobs.setdefault(pid, set()).update(jobs)
                    if len(self.jobs[pid]) > 1:  # what is imported for the first job is no growth
                        self.memory.setdefault(pid, []).append(held)


def _standing(pid: int) -> tuple[int, set[int]]:
    """Bytes that a worker and the process warm beside it hold; and that one's children, one a job."""
    beside = _children(pid)
    jobs = set[int]().union(*map(_children, beside))
    return sum(_resident(each) for each in (pid, *beside)), jobs


def _children(pid: int) -> set[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return {int(child) for thread in threads for child in (thread / "children").read_text().split()}


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


@contextmanager
def _killing(cluster: Cluster, table: RunTable, count: int) -> Iterator[None]:
    """A worker is killed when a third of the stores is done, the scheduler when two thirds are."""
    over = threading.Event()

    def watch() -> None:
        marks = [(count // 3, "first"), (2 * count // 3, "scheduler")]
        while marks and not over.wait(LOOK):
            done = sum(row.state == "done" for row in table.rows().values())
            if done >= marks[0][0]:
                cluster.kill(marks.pop(0)[1])

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield
    over.set()
    watcher.join()


@contextmanager
def _calm(*_: object) -> Iterator[None]:
    yield


def main(*arguments: Sequence[str]) -> None:
    """Make the stores, run the commands, print the table."""
    parser = argparse.ArgumentParser(prog="group")
    parser.add_argument("--stores", type=int, default=300)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--calm", action="store_true")
    given = parser.parse_args(list(arguments[0]) if arguments else [])
    with TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        begun = time.perf_counter()
        params = small_stores(folder, given.stores)
        print(f"{len(params)} stores made in {time.perf_counter() - begun:.0f} s", flush=True)
        adopt_orphans()
        cluster = Cluster(folder)
        try:
            _measure(cluster, params, folder / "outputs", calm=given.calm)
        finally:
            cluster.close()


def _measure(cluster: Cluster, params: Sequence[Path], output: Path, *, calm: bool) -> None:
    count = len(params)
    options = ["--output", str(output), "--scheduler", cluster.address, "--retries", "5"]
    print(f"{'':<10}{'exit':>5}{'done':>8}{'wall':>10}{'a store':>10}{'3,000':>10}", flush=True)
    for task, command in COMMANDS:
        table = RunTable(output, task)
        killing = _calm if calm or task.kind != "report" else _killing
        begun = time.perf_counter()
        with killing(cluster, table, count):
            done = subprocess.run(
                [sys.executable, "-m", "csanalysis", *command, *map(str, params), *options],
                capture_output=True,
                text=True,
                check=False,
            )
        wall = time.perf_counter() - begun
        (output.parent / f"{task.name}.log").write_text(done.stdout + done.stderr)
        states = Counter(row.state for row in table.rows().values())
        print(
            f"{task.kind:<10}{done.returncode:>5}{states['done']:>8}{wall:>9.0f}s{wall / count:>9.2f}s"
            f"{wall / count * 3000 / 3600:>9.1f}h",
            flush=True,
        )
        if again := sum(row.tries > 1 for row in table.rows().values()):
            print(f"    {again} stores took more than one attempt", flush=True)
    for pid, held in cluster.memory.items():
        low, high = min(held) / 1e6, max(held) / 1e6
        jobs = len(cluster.jobs[pid])
        print(f"worker {pid}: {low:.0f} to {high:.0f} MB, {high / low:.2f}, {len(held)} looks, {jobs} jobs")
    print("started: " + json.dumps(cluster.started))
    cluster.close()
    print(f"processor seconds in all: {tree_usage()[0]:.0f}")
