"""What the network notebook holds on to: the group's stores, and where its results go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from csanalysis.chapters.network.measure import PUBLISHED, measure
from csanalysis.display.show import Show
from csanalysis.errors import NotebookError
from csanalysis.metrics.network.group import survey_means
from csanalysis.metrics.results import Results
from csanalysis.network.members import Member, members
from csanalysis.network.moved import benchmark_scores, moved_vehicles
from csanalysis.report.notebook.session import Published, unknown_language, write_published

BENCHMARKS = "survey_benchmarks.csv"


class NetworkParameters(BaseModel):
    """The papermill parameters of the network notebook, and no others; the arguments of `open_network`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    params_files: list[str]
    outputs: str
    language: str | None = None
    cache: str | None = None
    workspace: str | None = None


@dataclass(frozen=True)
class Network:
    """A group's stores, opened in its notebook."""

    members: list[Member] = field(repr=False)
    language: str
    workspace: Path | None = field(default=None, repr=False)

    @property
    def plan_year(self) -> int:
        """The year that every store plans."""
        return self.members[0].params.plan_year

    @property
    def as_of(self) -> str:
        """The stores' last day of data, the latest where they differ."""
        return max(member.params.as_of for member in self.members).isoformat()

    @cached_property
    def benchmarks(self) -> pd.DataFrame:
        """The stores' mean scores as ``survey_benchmarks``, for a store that gets no bulletin."""
        return survey_means([benchmark_scores(member) for member in self.members])

    def measure(self) -> Results:
        """Every number of the network report."""
        stores = {member.name: member.published(PUBLISHED) for member in self.members}
        return measure(stores, moved_vehicles(self.members), plan_year=self.plan_year)

    def show(self, results: Results, *chapters: ModuleType, **known: Any) -> Show:
        """What the notebook shows with: see :class:`~csanalysis.display.show.Show`."""
        return Show(*chapters, results=results, language=self.language, plan_year=self.plan_year, **known)

    def publish(self, results: Results) -> Published:
        """Hand the numbers and the benchmark file to the report; says what was handed over."""
        if self.workspace is not None:
            write_published(self.workspace, results)
            if len(self.benchmarks):
                self.benchmarks.to_csv(self.workspace / BENCHMARKS, index=False, encoding="utf-8-sig")
        return Published(len(results), {"survey_benchmarks": len(self.benchmarks)}, self.language)


def open_network(
    params_files: Sequence[str],
    *,
    outputs: str,
    language: str | None = None,
    cache: str | None = None,
    workspace: str | None = None,
) -> Network:
    """The group for its notebook; the arguments are the notebook's own parameters.

    Raises
    ------
    ParamsError, ReportError, IngestError
        As :func:`csanalysis.network.members`.
    NotebookError
        ``language`` is neither zh nor en.
    """
    if language not in (None, "zh", "en"):
        raise NotebookError(unknown_language(language))
    kept = Path(cache) if cache else Path(outputs) / ".cache"
    found = members([Path(path) for path in params_files], Path(outputs), cache=kept)
    return Network(found, language or found[0].params.language, Path(workspace) if workspace else None)
