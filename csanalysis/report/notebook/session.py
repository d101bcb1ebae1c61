"""What a notebook holds on to: one dealership's params and tables, and where its results go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.filling import fill_from, values_of
from csanalysis.chapters.everything import PUBLISHED
from csanalysis.chapters.review.plan_model import parse_plan
from csanalysis.chapters.work_lists import LISTS
from csanalysis.desk import OpenStore, Panel, Tables, TablesShown
from csanalysis.desk.tables import covered
from csanalysis.display.lists.worklist import WorkList
from csanalysis.display.show import Show
from csanalysis.errors import NotebookError
from csanalysis.ingest import Store, load
from csanalysis.messages import Message, joined
from csanalysis.metrics.results import Results
from csanalysis.metrics.results_file import write_results
from csanalysis.params import Params
from csanalysis.params.standing import given_plan
from csanalysis.report.notebook.own import metrics_of, own_chapters
from csanalysis.report.notebook.reads import EVERYTHING, RecordedTables, record_read
from csanalysis.schema import nearest


@dataclass(frozen=True)
class Chapter:
    """One dealership, opened in one notebook.

    What the notebook looks at is recorded in its workspace: a chapter that read none of what changed need not
    run again.
    """

    _store: Store
    params: Params
    workspace: Path | None = field(default=None, repr=False)
    cache: Path | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        return f"Chapter of {self.params.dealership.name}, {self.params.plan_year}: {self._store!r}"

    @property
    def store(self) -> Store:
        """All that was read: tables, rows set aside, files; shown without personal data."""
        self._record(EVERYTHING)
        return covered(self._store)

    @cached_property
    def tables(self) -> Tables:
        """The clean tables, by name or as attributes; a table that the params do not name is not in it.

        They show no names, phones, VINs and plates: ``reveal()`` does.
        """
        return Tables(self._plain, known=tuple(self._store.tables))

    @cached_property
    def _plain(self) -> Mapping[str, pd.DataFrame]:
        return RecordedTables(self._store.tables, self._record)

    def measure(self, chapter: ModuleType | Callable[..., Any], *given: Any, **named: Any) -> Any:
        """What a chapter measures of this dealership: ``chapter.measure(churn)``.

        Parameters
        ----------
        chapter : module or function
            A folder of :mod:`csanalysis.chapters`, or any ``function(params, tables, …)``.
        *given, **named : object
            What it takes beside params and tables.
        """
        function = chapter.measure if isinstance(chapter, ModuleType) else chapter
        return function(self.params, self._plain, *given, **named)

    @cached_property
    def desk(self) -> OpenStore:
        """The same dealership to think with: ``chapter.desk.metric("annual_churn_rate", by="team")``."""
        self._record(EVERYTHING)
        return OpenStore(replace(self._store, params=self.params), cache=self.cache)

    def panel(self, results: Results) -> Panel:
        """Metric, plan year, last day and split, to be turned by hand in JupyterLab.

        Parameters
        ----------
        results : Results
            The chapter's numbers: their metrics can be chosen.
        """
        return Panel(self.desk, results.names)

    def data(self, results: Results) -> TablesShown:
        """The tables that the chapter's numbers are counted from, folded: their size and first rows.

        Parameters
        ----------
        results : Results
            The chapter's numbers.
        """
        needed = {table for name in results.names if name in METRICS for table in METRICS[name].tables}
        return TablesShown(
            {name: self.tables[name] for name in self._store.tables if name in (needed or self._store.tables)}
        )

    def _record(self, what: str) -> None:
        if self.workspace is not None:
            record_read(self.workspace, what)

    @property
    def language(self) -> str:
        """``zh`` or ``en``."""
        return self.params.language

    def show(self, results: Results, *chapters: ModuleType, **known: Any) -> Show:
        """What the notebook shows with: see :class:`~csanalysis.display.show.Show`.

        Parameters
        ----------
        results : Results
            The chapter's numbers.
        *chapters : module
            Such as :mod:`csanalysis.chapters.churn`; none for an own chapter that uses the common forms
            alone.
        **known : object
            Whatever else the chapter's own functions are given.
        """
        own = {"plan_year": self.params.plan_year, "params": self.params, "tables": self._plain}
        known = {**own, **known}
        return Show(*chapters, results=results, language=self.language, **known)

    def publish(
        self,
        results: Results,
        lists: Sequence[WorkList] | Mapping[str, pd.DataFrame] = (),
        *,
        digest: Sequence[str] = (),
    ) -> "Published":
        """Hand the chapter's metrics, work lists and digest to the report; says what was handed over.

        Parameters
        ----------
        results : Results
            The chapter's numbers.
        lists : sequence of WorkList, or mapping of name to DataFrame
            Work lists to draw up, or the rows of some, by their names.
        digest : sequence of str
            Its lines.

        Raises
        ------
        NotebookError
            A metric that no catalogue describes, or a list that the workbook has no sheet for.
        """
        self._refuse_unknown(results, lists)
        if not isinstance(lists, Mapping):
            lists = {each.name: each.drawn_up(self.params, self._plain, results) for each in lists}
        if self.workspace is not None:
            write_published(self.workspace, results)
            for name, rows in lists.items():
                rows.to_parquet(self.workspace / f"{name}.parquet", index=False)
            if digest:
                (self.workspace / "digest.txt").write_text("\n".join(digest) + "\n", encoding="utf-8")
        counts = {name: len(rows) for name, rows in lists.items()}
        return Published(len(results), counts, self.language, values_of(self.params))

    def _refuse_unknown(
        self, results: Results, lists: Sequence[WorkList] | Mapping[str, pd.DataFrame]
    ) -> None:
        unknown = [name for name in results.names if name not in METRICS]
        if unknown:
            raise NotebookError(
                Message(
                    "no catalogue describes {unknown}; describe each in the .yml of the notebook's "
                    "name beside it, and name the notebook under 'chapters' in {params_file}",
                    "目录里没有 {unknown} 的说明；请在 notebook 旁的同名 .yml 里逐个说明，"
                    "并在 {params_file} 的“chapters”下写上这个 notebook",
                    unknown=joined(unknown),
                    params_file=self.store.params_file.name,
                )
            )
        known = [each.name for each in LISTS]
        for name in lists if isinstance(lists, Mapping) else ():
            if name not in known:
                raise NotebookError(
                    Message(
                        "lists.xlsx has no sheet for {name!r}{hint}",
                        "lists.xlsx 没有“{name}”的工作表{hint}",
                        name=name,
                        hint=nearest(name, known),
                    )
                )


def unknown_language(language: str) -> Message:
    """What is said of a language that no report is written in."""
    return Message(
        "language must be zh, en or None, not {language!r}",
        "language 应为 zh、en 或 None，现在是“{language}”",
        language=language,
    )


def write_published(workspace: Path, results: Results) -> Path:
    """Leave a notebook's numbers where the report gathers them; returns the file."""
    workspace.mkdir(parents=True, exist_ok=True)
    path = workspace / PUBLISHED
    write_results(path, results)
    return path


@dataclass(frozen=True)
class Published:
    """What the last cell of a notebook shows; the report leaves it out."""

    metrics: int
    lists: dict[str, int]
    language: str
    params: dict[str, str] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        lists = ", ".join(f"{name} ({rows} rows)" for name, rows in self.lists.items())
        return f"{self.metrics} numbers" + (f"; lists: {lists}" if lists else "")

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        # A notebook exported by itself knows its language and the numbers in its prose from here.
        about = {"language": self.language, "params": self.params}
        return {"text/plain": repr(self)}, {"csanalysis": about}


def open_chapter(
    params_file: str,
    *,
    language: str | None = None,
    cache: str | None = None,
    workspace: str | None = None,
    as_of: date | None = None,
) -> Chapter:
    """Load a dealership for a notebook; the arguments are the notebook's own parameters.

    ``as_of`` replaces the params' last day counted.

    Raises
    ------
    ParamsError, IngestError
        The params file, its own metrics or the exports cannot be used; every problem is listed.
    NotebookError
        ``language`` is neither zh nor en.
    """
    if language not in (None, "zh", "en"):
        raise NotebookError(unknown_language(language))
    store = load(params_file, cache=Path(cache) if cache else None, as_of=as_of)
    # A store held for a whole run has the path as it was given where the command was; a notebook stands in
    # its own folder, and the path it was handed leads to its neighbours from there.
    METRICS.add_own(metrics_of(own_chapters(store.params, Path(params_file))))
    params = store.params.model_copy(update={"language": language}) if language else store.params
    if (plan := given_plan()) is not None and not params.standing:  # a kernel of its own reads all anew
        frozen = parse_plan(
            plan.read_text(encoding="utf-8"),
            place=str(plan),
            dealership=params.dealership.id,
            plan_year=params.plan_year,
        )
        params = params.with_standing(goal.standing for goal in frozen.goals)
    fill_from(params)
    kept = Path(cache) if cache else None
    return Chapter(store, params, Path(workspace) if workspace else None, kept)
