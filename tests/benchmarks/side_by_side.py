"""Two ways to the same numbers, each in a fresh process: seconds, peak memory, and whether they agree."""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Numbers = dict[str, list[tuple[object, ...]]]
Seconds = dict[str, float]
Way = Callable[[Path], tuple[Seconds, Numbers]]


def timed(work: Callable[..., Any], *args: Any) -> tuple[float, Any]:
    """Seconds that a call takes, and what it returns."""
    began = time.perf_counter()
    result = work(*args)
    return time.perf_counter() - began, result


def compare(title: str, size: str, write_tables: Callable[[Path], None], by_hand: Way, ours: Way) -> None:
    """Print the times of each part and of all, their ratios and the peak memory; fail if the numbers differ.

    Parameters
    ----------
    title, size : str
        What is compared, and on how many rows.
    write_tables : function of a folder
        Fills the folder that both ways read.
    by_hand, ours : function of a folder
        Seconds by part, and the numbers by name.
    """
    found = {}
    # Fresh processes: a child's peak memory begins with that of its parent, so this one stays small.
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as name:
        writer = context.Process(target=write_tables, args=(Path(name),))
        writer.start()
        writer.join()
        for way in (by_hand, ours):
            answer = context.Queue()
            process = context.Process(target=_measured, args=(way, Path(name), answer))
            process.start()
            found[way.__name__] = answer.get()
            process.join()
    (hand_seconds, hand_memory, expected), (seconds, memory, numbers) = found["by_hand"], found["ours"]
    if different := [name for name in expected | numbers if expected.get(name) != numbers.get(name)]:
        sys.exit(f"{title}: the two ways differ in {', '.join(different)}")
    print(f"{title}, {size}: {len(numbers)} tables of numbers, the same both ways")
    print(f"{'':<16}{'by hand':>10}{'ours':>10}{'ours / by hand':>16}")
    parts = {part: (hand_seconds[part], seconds[part]) for part in seconds}
    parts["together"] = (sum(hand_seconds.values()), sum(seconds.values()))
    for part, (hand, own) in parts.items():
        print(f"{part:<16}{hand:>8.2f} s{own:>8.2f} s{own / hand:>16.2f}")
    print(f"{'peak memory':<16}{hand_memory:>7.0f} MB{memory:>7.0f} MB")


def _measured(
    way: Way, folder: Path, answer: "multiprocessing.Queue[tuple[Seconds, float, Numbers]]"
) -> None:
    """Run one way, after a first run that warms it up, and tell the best seconds, peak memory [MB], numbers."""
    way(folder)
    runs = [way(folder) for _ in range(3)]
    seconds = {part: min(run[part] for run, _ in runs) for part in runs[0][0]}
    scale = 1 if sys.platform == "darwin" else 1024
    answer.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6, runs[0][1]))
