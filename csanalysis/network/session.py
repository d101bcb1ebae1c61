"""What the network notebook holds on to: the group's stores, and where its results go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from csanalysis.chapters.network.measure import PEERS, measure, wanted
from csanalysis.display.show import Show
from csanalysis.errors import NotebookError
from csanalysis.metrics.results import Results
from csanalysis.metrics.results_file import read_results
from csanalysis.network.given import given_targets
from csanalysis.network.members import Member, members, regions_of
from csanalysis.network.moved import moved_vehicles
from csanalysis.network.numbers import Told, stores_numbers
from csanalysis.report.notebook.session import Published, unknown_language, write_published

BENCHMARKS = "survey_benchmarks.csv"


class GroupParameters(BaseModel):
    """The papermill parameters that every notebook of a group has; a notebook has no others than its own."""

    model_config = ConfigDict(extra="forbid", strict=True)

    params_files: list[str]
    outputs: str
    language: str | None = None
    cache: str | None = None


class NetworkParameters(GroupParameters):
    """Those of the network notebook; the arguments of `open_network`."""

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
    def told(self) -> Told:
        """What the stores' reports tell of them."""
        return stores_numbers(self.members, wanted(self.plan_year))

    @property
    def benchmarks(self) -> pd.DataFrame:
        """The stores' mean scores as ``survey_benchmarks``, for a store that gets no bulletin."""
        return self.told.survey_means

    @property
    def stores(self) -> pd.DataFrame:
        """By each store's name its ``region``, ``size`` and ``brand``, empty where its params say none."""
        told = [[getattr(member.params.dealership, name) for name in PEERS] for member in self.members]
        return pd.DataFrame(
            told, index=[member.name for member in self.members], columns=list(PEERS), dtype="str"
        )

    @property
    def regions(self) -> list[str]:
        """The regions that stores name, in order."""
        return regions_of(self.members)

    def measure(self) -> Results:
        """Every number of the network report.

        Raises
        ------
        ParamsError
            The stores name different figures of the group, or one of no target.
        """
        given = given_targets(self.members)
        moved = moved_vehicles(self.members)
        return measure(self.stores, self.told.numbers, moved, plan_year=self.plan_year, given=given)

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


class RegionParameters(GroupParameters):
    """Those of the region notebook; the arguments of `open_region`."""

    region: str | None = None
    published: str | None = None
    plan_year: int | None = None


@dataclass(frozen=True)
class Region:
    """One region of a group, opened in its notebook; ``region`` is empty where no store names one."""

    region: str
    results: Results = field(repr=False)
    plan_year: int
    language: str

    def show(self, *chapters: ModuleType) -> Show:
        """What the notebook shows with: see :class:`~csanalysis.display.show.Show`."""
        return Show(
            *chapters,
            results=self.results,
            language=self.language,
            plan_year=self.plan_year,
            region=self.region,
        )


def open_region(
    params_files: Sequence[str],
    *,
    outputs: str,
    region: str | None = None,
    language: str | None = None,
    cache: str | None = None,
    published: str | None = None,
    plan_year: int | None = None,
) -> Region:
    """A region for its notebook; the arguments are the notebook's own parameters.

    ``published`` is the file in which the group's notebook left its numbers of ``plan_year``; without both
    they are measured. Without a ``region`` it is the first that a store names.

    Raises
    ------
    ParamsError, ReportError, IngestError, NotebookError
        As :func:`open_network`.
    """
    if published and plan_year and region is not None and language:
        return Region(region, read_results(Path(published)), plan_year, language)
    group = open_network(params_files, outputs=outputs, language=language, cache=cache)
    here = next(iter(group.regions), "") if region is None else region
    return Region(here, group.measure(), group.plan_year, group.language)


def open_network(
    params_files: Sequence[str],
    *,
    outputs: str,
    language: str | None = None,
    cache: str | None = None,
    workspace: str | None = None,
) -> Network:
    """The group for its notebook; the arguments are the notebook's own parameters.

    Where it writes nothing (no ``workspace``), a store without a report is measured from its exports.

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
    paths = [Path(path) for path in params_files]
    found = members(paths, Path(outputs), cache=kept, measure_missing=workspace is None)
    return Network(found, language or found[0].params.language, Path(workspace) if workspace else None)
