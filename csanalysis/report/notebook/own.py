"""A dealership's own chapters: notebooks that its params name, with metrics of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from re import fullmatch

from csanalysis.catalogue import METRICS, Metric, described_in
from csanalysis.errors import ParamsError
from csanalysis.messages import Message, placed
from csanalysis.params import Params
from csanalysis.report import CHAPTERS
from csanalysis.schema import nearest

BEFORE = "data_quality"
"""The standard chapter before which own chapters stand unless they say where."""

_TAKEN = ("appendix", "read", "export", "done", "failed")
"""What else is told or anchored by a name, as chapters are."""


@dataclass(frozen=True)
class OwnChapter:
    """One notebook, as the params write it and where it is, the standard chapter it follows, and its metrics.

    The metrics stand in the ``.yml`` of the notebook's name beside it; a chapter that only shows standard
    metrics needs none.
    """

    written: str
    notebook: Path
    after: str
    metrics: Mapping[str, Metric] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """By which the report knows the chapter."""
        return self.notebook.stem


def own_chapters(params: Params, params_file: Path) -> tuple[OwnChapter, ...]:
    """The dealership's own chapters, in the order of its params.

    Raises
    ------
    ParamsError
        One line for each name that is taken or cannot be used, and for each metric that is badly described.
    """
    chapters, problems = gathered_chapters(params, params_file)
    if problems:
        raise ParamsError([placed(params_file, line) for line in problems])
    return chapters


def gathered_chapters(params: Params, params_file: Path) -> tuple[tuple[OwnChapter, ...], list[Message]]:
    """What can be used of the dealership's own chapters, and one line for each problem."""
    chapters: list[OwnChapter] = []
    problems: list[Message] = []
    described: dict[str, str] = {}
    for entry in params.chapters:
        notebook = params_file.parent / entry.notebook
        if notebook.with_suffix(".yml").resolve() == params_file.resolve():
            same = Message(
                "the .yml of its name is this file; rename the notebook",
                "它的同名 .yml 就是本文件；请给 notebook 改名",
            )
            problems.append(about_chapter(entry.notebook, same))
            continue
        metrics, lines = _metrics_beside(notebook, described)
        lines = _misnamed(entry.name, entry.after) + lines
        problems += [about_chapter(entry.notebook, line) for line in lines]
        described |= dict.fromkeys(metrics, f"{entry.name}.yml")
        chapters.append(
            OwnChapter(entry.notebook, notebook, entry.after or CHAPTERS[CHAPTERS.index(BEFORE) - 1], metrics)
        )
    return tuple(chapters), problems


def about_chapter(notebook: str, line: Message) -> Message:
    """A line about an own chapter, behind its place in the params."""
    return placed("chapters", placed(notebook, line))


def metrics_of(chapters: Sequence[OwnChapter]) -> dict[str, Metric]:
    """All that the chapters describe."""
    return {name: metric for chapter in chapters for name, metric in chapter.metrics.items()}


def reading_order(standard: Sequence[str], own: Sequence[OwnChapter]) -> list[str]:
    """The names of the report's chapters, own ones in their places; several in one place keep their order."""
    order = list(standard)
    for chapter in reversed(own):
        order.insert(order.index(chapter.after) + 1, chapter.name)
    return order


def _misnamed(name: str, after: str | None) -> list[Message]:
    lines = []
    if name in CHAPTERS or name in _TAKEN:
        lines.append(
            Message(
                "the report has a part called {name!r}; rename the notebook",
                "报告里已有名为“{name}”的部分；请给 notebook 改名",
                name=name,
            )
        )
    if not fullmatch("[A-Za-z0-9_-]+", name):
        lines.append(
            Message(
                "cannot name a chapter; rename it with a-z, 0-9, '-' and '_', such as weekend.ipynb",
                "不能用作章节名；请用字母、数字、“-”和“_”改名，如 weekend.ipynb",
            )
        )
    if after is not None and after not in CHAPTERS:
        lines.append(
            Message(
                "after: {after!r} is no chapter of the report{hint}",
                "after：报告没有“{after}”这一章{hint}",
                after=after,
                hint=nearest(after, CHAPTERS),
            )
        )
    return lines


def _metrics_beside(notebook: Path, described: Mapping[str, str]) -> tuple[dict[str, Metric], list[Message]]:
    """The metrics of the catalogue beside a notebook, and what is wrong there."""
    path = notebook.with_suffix(".yml")
    if not path.is_file():
        return {}, []
    metrics, lines = described_in(path)
    for name in [*metrics]:
        ours = Message("csanalysis itself", "csanalysis 本身")
        other = ours if name in METRICS.standard else described.get(name)
        if other:
            lines.append(
                Message(
                    "{file}: {name} is described by {other} too; give yours another name",
                    "{file}：{other} 里已有 {name}；请给您的指标另取名称",
                    file=path.name,
                    name=name,
                    other=other,
                )
            )
            del metrics[name]
    return metrics, lines
