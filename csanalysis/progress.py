"""What a run shows while it works: a bar a dealership on a terminal, a line a step elsewhere."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from csanalysis.report import CHAPTERS

_STEPS = ("read", *CHAPTERS, "export")


@contextmanager
def progress(paths: Sequence[Path]) -> Iterator[Callable[[str, str], None]]:
    """Yields ``on_step(params file, step)``; ``done`` or ``failed`` ends that dealership."""
    if not sys.stderr.isatty():  # a bar is much to import where nobody sees it
        yield lambda path, step: print(f"{Path(path).stem}: {step}", file=sys.stderr)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[step]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {
            str(path): bars.add_task(path.stem, total=len(_STEPS), step="waiting", start=False)
            for path in paths
        }

        def on_step(path: str, step: str) -> None:
            task = tasks[path]
            if step in ("done", "failed"):
                bars.update(task, completed=len(_STEPS), step=step)
                bars.stop_task(task)
            else:  # a dealership's own chapter has no place on the bar
                bars.start_task(task)
                bars.update(task, completed=_STEPS.index(step) if step in _STEPS else None, step=step)

        yield on_step
