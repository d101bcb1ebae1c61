"""Run chapters one after the other and gather what they publish."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache as once
from pathlib import Path
from time import perf_counter

import nbformat
import pandas as pd
from nbformat import NotebookNode

from csanalysis.catalogue.filling import PlaceholderError
from csanalysis.chapters.everything import PUBLISHED, held
from csanalysis.chapters.shared import keeping_nothing
from csanalysis.errors import NotebookError, ReportError
from csanalysis.ingest.parquet import parquet_frame
from csanalysis.messages import Message, placed
from csanalysis.metrics.results import Results
from csanalysis.metrics.results_file import read_results
from csanalysis.privacy.files import keep_private
from csanalysis.report import SIGNED
from csanalysis.report.document.blocks import Document
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.document.prose import fill_markdown
from csanalysis.report.document.typesetting import typeset
from csanalysis.report.document.volumes import analysis_of, plan_of
from csanalysis.report.files.chapter_cache import ChapterCache
from csanalysis.report.notebook.apart import without_secrets
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.execution import execute, forking
from csanalysis.report.notebook.session import write_published
from csanalysis.report.options import NO_HURRY, Limits, Standard

OnStep = Callable[[str], None]


class Clock:
    """Seconds spent in each step; calls ``on_step`` as one begins."""

    def __init__(self, on_step: OnStep) -> None:
        self.started = datetime.now().astimezone()
        self.seconds: dict[str, float] = {}
        self._on_step, self._name, self._since = on_step, "", perf_counter()

    def step(self, name: str) -> None:
        """The step ``name`` begins, and with it the one before ends."""
        self.stop()
        self._on_step(name)
        self._name, self._since = name, perf_counter()

    def stop(self) -> None:
        """The last step ends."""
        if self._name:
            self.seconds[self._name] = perf_counter() - self._since
            self._name = ""


@dataclass
class Chapters:
    """Executed notebooks in order, and all that they published."""

    notebooks: list[NotebookNode] = field(default_factory=list)
    results: Results = field(default_factory=Results)
    lists: dict[str, pd.DataFrame] = field(default_factory=dict)
    digest: str = ""


def run_chapters(
    names: Sequence[str],
    params_file: Path,
    folder: Path,
    *,
    cache: Path,
    failed: Path,
    clock: Clock,
    period: str | None = None,
    limits: Limits = NO_HURRY,
    plan: Path | None = None,
    last_plan: Path | None = None,
    own: Mapping[str, Path] | None = None,
    chapter_cache: ChapterCache | None = None,
    beforehand: Callable[[], None] = lambda: None,
) -> Chapters:
    """Execute the notebooks ``names``; executed copies land in ``folder/notebooks``.

    ``own`` says where those are that do not lie with the program's. Of the program's, those that
    ``chapter_cache`` has of an earlier run are not executed, and those that are executed it keeps; what else
    an own one may open nobody knows. The chapter :data:`csanalysis.report.SIGNED` is executed last and never
    taken from an earlier run; it is told what the others published, and ``last_plan``, the plan that was
    frozen for the year before. ``beforehand`` is called once, if a chapter is to be forked from this process:
    what it leaves in memory all of them have.

    Raises
    ------
    NotebookError
        A chapter failed; what ran is copied to ``failed``.
    ReportError
        Two chapters report different values under one name, or both a list of one name.
    """
    executed, work = folder / "notebooks", folder / "work"
    executed.mkdir()
    run, published = Chapters(), dict[str, Results]()
    all_of_them = (work / PUBLISHED).resolve()
    beforehand = once(beforehand)
    for name in sorted(names, key=lambda each: each == SIGNED):
        clock.step(name)
        # The kernels stand in notebooks/, so every path handed to them is a whole one.
        workspace = (work / name).resolve()
        parameters = {
            "params_file": str(params_file.resolve()),
            "cache": str(cache.resolve()),
            "workspace": str(workspace),
        }
        parameters |= {"period": period} if period else {}
        parameters |= {"plan": str(plan.resolve())} if plan else {}
        if name == SIGNED:
            if not forking():  # a fork has them in memory
                write_published(work, run.results)
            parameters["published"] = str(all_of_them)
            parameters |= {"plan": str(last_plan.resolve())} if last_plan else {}
        copy = executed / f"{name}.ipynb"
        try:
            notebook = (own or {}).get(name)
            keeper = chapter_cache if notebook is None and name != SIGNED else None
            if keeper is not None and keeper.restore(name, copy, workspace):
                node = nbformat.read(copy, as_version=4)
            else:
                if forking():
                    beforehand()
                with held(all_of_them, run.results):
                    if notebook is None:
                        path = notebook_folder() / copy.name
                        node = execute(path.resolve(), copy, parameters, limits=limits)
                    else:  # a store's own code sees neither secrets nor what is kept, and keeps no answer
                        with without_secrets(), keeping_nothing():
                            given = parameters | {"cache": None}
                            node = execute(notebook.resolve(), copy, given, limits=limits)
                if keeper is not None:
                    keeper.keep(name, copy, workspace)
        except NotebookError as error:
            failed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(executed, failed, dirs_exist_ok=True)
            keep_private(*failed.glob("*.ipynb"))  # an error's traceback shows the values it met
            line = "{error}; open {notebook} to see it", "{error}；打开 {notebook} 查看"
            raise NotebookError(
                Message(*line, error=error.problems[0], notebook=failed / copy.name)
            ) from error
        _fill_in(node, copy)
        node.metadata["csanalysis"] = {"chapter": name}
        run.notebooks.append(node)
        more = _published(workspace, name)
        run.results = _joined(run.results, more, name, published)
        published[name] = more
        if (digest := workspace / "digest.txt").is_file():
            run.digest = digest.read_text(encoding="utf-8")
        lists = {path.stem: parquet_frame(path) for path in sorted(workspace.glob("*.parquet"))}
        for twice in run.lists.keys() & lists.keys():
            raise ReportError(
                Message(
                    "{name}.ipynb: an earlier chapter makes the list {twice!r} too",
                    "{name}.ipynb：前面的章节已经生成了清单“{twice}”",
                    name=name,
                    twice=twice,
                )
            )
        run.lists |= lists
    shutil.rmtree(work)
    run.notebooks.sort(key=lambda node: list(names).index(node.metadata["csanalysis"]["chapter"]))
    return run


def write_documents(notebook: NotebookNode, folder: Path, *, standard: Standard = "ua-1") -> Document:
    """``report.html`` and ``report.pdf`` of an assembled notebook; returns the document that both set.

    The chapter that gets signed is a volume of its own, ``plan.pdf``, and not in ``report.pdf``.
    """
    html, resources = html_exporter().from_notebook_node(notebook)
    (folder / "report.html").write_text(html, encoding="utf-8")
    document: Document = resources["document"]
    # What PlanPDFExporter would do, with the document that is laid out already.
    (folder / "report.pdf").write_bytes(typeset(analysis_of(document), standard=standard))
    if (plan := plan_of(document)) is not None:
        (folder / "plan.pdf").write_bytes(typeset(plan, standard=standard))
    return document


@once
def html_exporter() -> PlanHTMLExporter:
    """The exporter of all of this process's pages: it reads and compiles its templates once."""
    return PlanHTMLExporter()


def _fill_in(node: NotebookNode, executed: Path) -> None:
    """Put the numbers of the params into a chapter's prose, and into its copy on disk."""
    try:
        if fill_markdown(node):
            nbformat.write(node, executed)
    except PlaceholderError as error:
        raise NotebookError(placed(executed.name, error.message)) from None


def _published(workspace: Path, name: str) -> Results:
    path = workspace / PUBLISHED
    if not path.is_file():
        raise NotebookError(
            Message(
                "{name}.ipynb: published nothing; end it with chapter.publish(results)",
                "{name}.ipynb：没有发布任何结果；请以 chapter.publish(results) 结尾",
                name=name,
            )
        )
    return read_results(path)


def _joined(results: Results, more: Results, name: str, published: Mapping[str, Results]) -> Results:
    """Both; two chapters may report the same number, but never two values for it."""
    if clash := results.contradiction(more):
        other = next(earlier for earlier, its in published.items() if its.contradiction(more))
        raise ReportError(
            Message(
                "{name}.ipynb: reports another value than {other}.ipynb for {clash}",
                "{name}.ipynb：{clash} 的值与 {other}.ipynb 不同",
                name=name,
                other=other,
                clash=clash,
            )
        )
    return results + more
