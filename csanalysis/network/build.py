"""The network report: one notebook over the reports and clean tables of a group's stores."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nbformat import NotebookNode

from csanalysis.catalogue import Language, format_period, text
from csanalysis.chapters.everything import PUBLISHED
from csanalysis.chapters.network.sentences import region_title
from csanalysis.errors import WithheldError
from csanalysis.metrics.results_file import read_results
from csanalysis.network.members import FOLDER, Member, members, regions_of
from csanalysis.network.session import BENCHMARKS, NetworkParameters, RegionParameters
from csanalysis.report.contract import explained
from csanalysis.report.contract.personal import Private, personal_data
from csanalysis.report.contract.places import places_of
from csanalysis.report.document.blocks import Document
from csanalysis.report.files.manifest import write_json
from csanalysis.report.files.publishing import alone
from csanalysis.report.finishing import finish
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.execution import execute
from csanalysis.report.options import NO_HURRY, Limits
from csanalysis.report.running import Clock, OnStep

NOTEBOOK = "network"


def build_network(
    params_files: Sequence[Path],
    output: Path,
    *,
    language: Language | None = None,
    limits: Limits = NO_HURRY,
    on_step: OnStep = lambda step: None,
) -> Path:
    """The stores side by side, in ``output/network/<plan year>``.

    Parameters
    ----------
    params_files : sequence of Path
        One a store, two or more, of one plan year; each with a report in ``output``.
    output : Path
        Folder of the stores' reports.
    language : Language, optional
        Of the report; default: the first store's.
    limits : Limits
        What each notebook may take.
    on_step : callable
        Told each step's name as it begins.

    Raises
    ------
    ParamsError, ReportError, IngestError
        As :func:`csanalysis.network.members`; or a store is itself called ``network``.
    NotebookError
        The notebook failed.
    """
    clock = Clock(on_step)
    clock.step("read")
    cache = output / ".cache"
    stores = members(params_files, output, cache=cache)
    language = language or stores[0].params.language
    place = output / FOLDER / str(stores[0].params.plan_year)
    with alone(output, place) as folder:
        clock.step(NOTEBOOK)
        (folder / "notebooks").mkdir()
        workspace = folder / "work"
        group = {
            "params_files": [str(path.resolve()) for path in params_files],
            "outputs": str(output.resolve()),
            "language": language,
            "cache": str(cache.resolve()),
        }
        node = execute(
            notebook_folder() / f"{NOTEBOOK}.ipynb",
            folder / "notebooks" / f"{NOTEBOOK}.ipynb",
            {**group, "workspace": str(workspace.resolve())},
            model=NetworkParameters,
            limits=limits,
        )
        node.metadata["csanalysis"] = {"chapter": NOTEBOOK}
        nodes = [node, *_regions(stores, folder / "notebooks", workspace, group, language, limits=limits)]
        clock.step("export")
        finish(
            nodes,
            folder,
            cover=_cover(stores, clock, language),
            clock=clock,
            files=lambda: _write_numbers(folder, workspace, stores),
            check=_refuse_personal_data,
        )
    return place


def _regions(
    stores: Sequence[Member],
    folder: Path,
    workspace: Path,
    group: Mapping[str, object],
    language: Language,
    *,
    limits: Limits,
) -> Iterator[NotebookNode]:
    """A chapter a region, from the numbers that the group's notebook left."""
    for place, region in enumerate(regions_of(stores), 1):
        chapter = f"region-{place}"
        node = execute(
            notebook_folder() / "region.ipynb",
            folder / f"{chapter}.ipynb",
            {
                **group,
                "region": region,
                "plan_year": stores[0].params.plan_year,
                "published": str((workspace / PUBLISHED).resolve()),
            },
            model=RegionParameters,
            limits=limits,
        )
        node.metadata["csanalysis"] = {"chapter": chapter}
        yield _titled(node, region_title(region, language))


def _titled(node: NotebookNode, title: str) -> NotebookNode:
    """A notebook whose first heading, in each language, is this one."""
    for cell in node.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            cell.source = "\n".join([f"# {title}", *cell.source.splitlines()[1:]])
    return node


def _write_numbers(folder: Path, workspace: Path, stores: Sequence[Member]) -> None:
    """``metrics.json`` and the benchmarks, from where the notebook left them, which then is gone."""
    published = read_results(workspace / PUBLISHED).records()
    write_json(
        folder / "metrics.json",
        {
            "schema_version": 1,
            "dealerships": [store.params.dealership.id for store in stores],
            "plan_year": stores[0].params.plan_year,
            "metrics": published,
        },
    )
    if (workspace / BENCHMARKS).is_file():
        shutil.move(workspace / BENCHMARKS, folder / BENCHMARKS)
    shutil.rmtree(workspace)


def _refuse_personal_data(document: Document) -> None:
    found = personal_data(places_of(document), Private(frozenset(), frozenset(), frozenset()))
    if found:
        raise WithheldError(explained(found))


def _cover(stores: Sequence[Member], clock: Clock, language: Language) -> dict[str, object]:
    groups = {store.params.dealership.group for store in stores}
    many = text("network.many", language, count=len(stores))
    group = groups.pop() if len(groups) == 1 and "" not in groups else many
    year = stores[0].params.plan_year
    return {
        "language": language,
        "title": text("network.title", language, group=group, year=year),
        "subtitle": "" if group == many else many,
        "group": group,
        "plan_year": year,
        "as_of": format_period(max(store.params.as_of for store in stores).isoformat(), language),
        "standing": _other_days(stores, language),
        "made": clock.started.isoformat(timespec="seconds"),
        "made_on": format_period(clock.started.date().isoformat(), language),
        "layout": "compact",
    }


def _other_days(stores: Sequence[Member], language: Language) -> str | None:
    """Which stores' reports count up to an earlier day than the latest; None where all are of one day."""
    latest = max(store.params.as_of for store in stores)
    told = [
        text(
            "cover.other_day",
            language,
            store=store.name,
            day=format_period(store.params.as_of.isoformat(), language),
        )
        for store in stores
        if store.params.as_of < latest
    ]
    if not told:
        return None
    return text("cover.other_days", language, stores=text("sign.list", language).join(told))
