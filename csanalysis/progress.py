"""What a run shows while it works: a bar a dealership on a terminal, a line a step elsewhere."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from csanalysis.report import CHAPTERS

if TYPE_CHECKING:
    from rich.progress import Progress

_STEPS = ("read", *CHAPTERS, "export")
_ZH = {
    "waiting": "等待",
    "read": "读入数据",
    "signed_plan": "年度计划书",
    "plan": "年度计划",
    "satisfaction": "满意度",
    "process": "流程",
    "first_service": "首保",
    "churn": "流失",
    "customer_base": "客户",
    "upsell": "增项",
    "business": "经营",
    "value": "创收",
    "calendar": "活动日历",
    "information": "信息",
    "data_quality": "数据质量",
    "export": "输出文件",
    "done": "完成",
    "failed": "失败",
    "again": "等待重试",
    "lists": "工作清单",
    "network": "集团报告",
}
_MANY = 20  # dealerships, beyond which a bar each fills more than a screen


@contextmanager
def progress(paths: Sequence[Path], language: str = "en") -> Iterator[Callable[[str, str], None]]:
    """Yields ``on_step(params file, step)``; ``done`` or ``failed`` ends that dealership.

    A person at a terminal reads the steps in ``language``; elsewhere they are the names of the chapters.
    """
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
        if len(paths) > _MANY:
            yield _all_in_one(bars, paths, language)
            return
        tasks = {
            str(path): bars.add_task(
                path.stem, total=len(_STEPS), step=_told("waiting", language), start=False
            )
            for path in paths
        }

        def on_step(path: str, step: str) -> None:
            task = tasks.get(path)
            if task is None:
                return
            if step in ("done", "failed"):
                bars.update(task, completed=len(_STEPS), step=_told(step, language))
                bars.stop_task(task)
            else:  # a dealership's own chapter has no place on the bar
                bars.start_task(task)
                reached = _STEPS.index(step) if step in _STEPS else None
                bars.update(task, completed=reached, step=_told(step, language))

        yield on_step


def _told(step: str, language: str) -> str:
    return _ZH.get(step, step) if language == "zh" else step


def _all_in_one(bars: "Progress", paths: Sequence[Path], language: str) -> Callable[[str, str], None]:
    """One bar of how many are over; beside it how many failed, and what was heard of last."""
    task = bars.add_task("", total=len(paths), step="")
    over, word = {"done": 0, "failed": 0}, _told("failed", language)

    def on_step(path: str, step: str) -> None:
        if step in over:
            over[step] += 1
        made, failed = over.values()
        bars.update(
            task,
            description=f"{made + failed} / {len(paths)}",
            completed=made + failed,
            step=f"{f'{failed} {word}  ' if failed else ''}{Path(path).stem}: {_told(step, language)}",
        )

    return on_step
