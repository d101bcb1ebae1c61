"""Make one dealership's report: run the chapters, export HTML and PDF, write numbers, lists and manifest."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter

import pandas as pd
from nbformat import NotebookNode

from csanalysis.errors import NotebookError, ReportError
from csanalysis.ingest import Store, load
from csanalysis.lists.holdout import set_apart
from csanalysis.lists.workbook import write_workbook
from csanalysis.metrics.results import Results
from csanalysis.report import CHAPTERS
from csanalysis.report.appendix import appendix
from csanalysis.report.assemble import assemble
from csanalysis.report.cover import cover
from csanalysis.report.exporters import PlanHTMLExporter, PlanPDFExporter
from csanalysis.report.manifest import manifest, write_json
from csanalysis.report.notebooks import execute, notebook_folder
from csanalysis.report.publishing import staged
from csanalysis.schema.workbook import About

Tell = Callable[[str], None]


def build_report(params_file: Path, output: Path, *, tell: Tell = lambda step: None) -> Path:
    """The report of one dealership, in ``output/<id>/<plan_year>``.

    ``tell`` is called with each step's name as it begins.

    Raises
    ------
    ParamsError, IngestError
        Nothing was run: every problem with the params file or the exports.
    NotebookError
        A chapter failed; the executed part stays in ``output/<id>/failed``.
    ReportError
        The report could not be written; an older one is still in place.
    """
    clock = _Clock(tell)
    clock.step("read")
    # The kernels stand in notebooks/, so every path handed to them is a whole one.
    cache = output.resolve() / ".cache"
    store = load(params_file, cache=cache)
    place = output / store.params.dealership.id / str(store.params.plan_year)
    failed = place.parent / "failed"
    shutil.rmtree(failed, ignore_errors=True)
    with staged(place) as folder:
        chapters, results, lists = _run_chapters(params_file, folder, cache, failed, clock)

        clock.step("export")
        chapters.append(appendix(results, store))
        notebook = assemble(chapters, cover=cover(store.params, made=clock.started))
        html, _ = PlanHTMLExporter().from_notebook_node(notebook)
        (folder / "report.html").write_text(html, encoding="utf-8")
        pdf, _ = PlanPDFExporter().from_notebook_node(notebook)
        (folder / "report.pdf").write_bytes(pdf)

        _write_metrics(folder / "metrics.json", store, results)
        write_workbook(
            folder / "lists.xlsx",
            set_apart(
                lists,
                share=store.params.value.holdout_share,
                plan_year=store.params.plan_year,
                language=store.params.language,
            ),
            about=About(
                store.params.dealership.id,
                store.params.plan_year,
                store.params.as_of.isoformat(),
                store.params.language,
            ),
            title=notebook.metadata.csanalysis.title,
        )
        if len(store.rejects):
            store.rejects.to_csv(folder / "rejects.csv", index=False, encoding="utf-8-sig")
        clock.stop()
        write_json(
            folder / "run.json",
            manifest(
                store,
                folder=folder,
                started=clock.started,
                finished=datetime.now().astimezone(),
                seconds=clock.seconds,
                counts={"metrics": len(results), **{name: len(rows) for name, rows in lists.items()}},
            ),
        )
    return place


def _run_chapters(
    params_file: Path, folder: Path, cache: Path, failed: Path, clock: "_Clock"
) -> tuple[list[NotebookNode], Results, dict[str, pd.DataFrame]]:
    source, executed, work = notebook_folder(), folder / "notebooks", folder / "work"
    executed.mkdir()
    chapters: list[NotebookNode] = []
    results = Results()
    lists: dict[str, pd.DataFrame] = {}
    for name in CHAPTERS:
        clock.step(name)
        workspace = (work / name).resolve()
        parameters = {
            "params_file": str(params_file.resolve()),
            "cache": str(cache),
            "workspace": str(workspace),
        }
        try:
            node = execute(source / f"{name}.ipynb", executed / f"{name}.ipynb", parameters)
        except NotebookError as error:
            failed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(executed, failed, dirs_exist_ok=True)
            raise NotebookError(f"{error}; open {failed / f'{name}.ipynb'} to see it") from error
        node.metadata["csanalysis"] = {"chapter": name}
        chapters.append(node)
        results = _joined(results, _published(workspace, name), name)
        lists |= {path.stem: pd.read_parquet(path) for path in sorted(workspace.glob("*.parquet"))}
    shutil.rmtree(work)
    return chapters, results, lists


def _published(workspace: Path, name: str) -> Results:
    path = workspace / "metrics.json"
    if not path.is_file():
        raise NotebookError(f"{name}.ipynb: published nothing; end it with chapter.publish(results)")
    return Results.from_records(json.loads(path.read_text(encoding="utf-8")))


def _joined(results: Results, more: Results, name: str) -> Results:
    """Both; two chapters may report the same number, but never two values for it."""
    clash = results.contradiction(more)
    if clash:
        raise ReportError(f"{name}.ipynb: reports another value than an earlier chapter for {clash}")
    return results + more


def _write_metrics(path: Path, store: Store, results: Results) -> None:
    """``metrics.json``: a line a number, which keeps tens of thousands small and their diffs readable."""
    head = {
        "schema_version": 1,
        "dealership": store.params.dealership.id,
        "plan_year": store.params.plan_year,
        "as_of": store.params.as_of.isoformat(),
    }
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in results.records())
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    path.write_text(f'{opening}, "metrics": [\n{lines}\n]}}\n', encoding="utf-8")


class _Clock:
    """Seconds spent in each step, told as it begins."""

    def __init__(self, tell: Tell) -> None:
        self.started = datetime.now().astimezone()
        self.seconds: dict[str, float] = {}
        self._tell, self._name, self._since = tell, "", perf_counter()

    def step(self, name: str) -> None:
        self.stop()
        self._tell(name)
        self._name, self._since = name, perf_counter()

    def stop(self) -> None:
        if self._name:
            self.seconds[self._name] = perf_counter() - self._since
            self._name = ""
