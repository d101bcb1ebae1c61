"""A dealership's own chapters: notebooks that its params name, with metrics of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from re import fullmatch

from csanalysis.catalogue import METRICS, Metric, described_in
from csanalysis.errors import ParamsError
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
        raise ParamsError([f"{params_file}: {line}" for line in problems])
    return chapters


def gathered_chapters(params: Params, params_file: Path) -> tuple[tuple[OwnChapter, ...], list[str]]:
    """What can be used of the dealership's own chapters, and one line for each problem."""
    chapters: list[OwnChapter] = []
    problems: list[str] = []
    described: dict[str, str] = {}
    for entry in params.chapters:
        notebook = params_file.parent / entry.notebook
        if notebook.with_suffix(".yml").resolve() == params_file.resolve():
            problems.append(
                f"chapters: {entry.notebook}: the .yml of its name is this file; rename the notebook"
            )
            continue
        metrics, lines = _metrics_beside(notebook, described)
        lines = _misnamed(entry.name, entry.after) + lines
        problems += [f"chapters: {entry.notebook}: {line}" for line in lines]
        described |= dict.fromkeys(metrics, f"{entry.name}.yml")
        chapters.append(
            OwnChapter(entry.notebook, notebook, entry.after or CHAPTERS[CHAPTERS.index(BEFORE) - 1], metrics)
        )
    return tuple(chapters), problems


def metrics_of(chapters: Sequence[OwnChapter]) -> dict[str, Metric]:
    """All that the chapters describe."""
    return {name: metric for chapter in chapters for name, metric in chapter.metrics.items()}


def reading_order(standard: Sequence[str], own: Sequence[OwnChapter]) -> list[str]:
    """The names of the report's chapters, own ones in their places; several in one place keep their order."""
    order = list(standard)
    for chapter in reversed(own):
        order.insert(order.index(chapter.after) + 1, chapter.name)
    return order


def _misnamed(name: str, after: str | None) -> list[str]:
    lines = []
    if name in CHAPTERS or name in _TAKEN:
        lines.append(f"the report has a part called {name!r}; rename the notebook")
    if not fullmatch("[A-Za-z0-9_-]+", name):
        lines.append("cannot name a chapter; rename it with a-z, 0-9, '-' and '_', such as weekend.ipynb")
    if after is not None and after not in CHAPTERS:
        lines.append(f"after: {after!r} is no chapter of the report{nearest(after, CHAPTERS)}")
    return lines


def _metrics_beside(notebook: Path, described: Mapping[str, str]) -> tuple[dict[str, Metric], list[str]]:
    """The metrics of the catalogue beside a notebook, and what is wrong there."""
    path = notebook.with_suffix(".yml")
    if not path.is_file():
        return {}, []
    metrics, lines = described_in(path)
    for name in [*metrics]:
        other = "csanalysis itself" if name in METRICS.standard else described.get(name)
        if other:
            lines.append(f"{path.name}: {name} is described by {other} too; give yours another name")
            del metrics[name]
    return metrics, lines
