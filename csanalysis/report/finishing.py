"""How every report ends: pages, files, the time it took, the check of what must hold, the manifest."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from csanalysis.catalogue.filling import filled_from
from csanalysis.ingest import Store, preloaded
from csanalysis.report.assemble import assemble
from csanalysis.report.contract import known_dealerships, refuse_breaches
from csanalysis.report.document.blocks import Document
from csanalysis.report.files.manifest import manifest, write_json
from csanalysis.report.files.publishing import alone
from csanalysis.report.options import Standard
from csanalysis.report.running import Chapters, Clock, run_chapters, write_documents


@contextmanager
def one_notebook(
    name: str, store: Store, output: Path, place: Path, clock: Clock, **given: Any
) -> Iterator[tuple[Path, Chapters]]:
    """A folder to write a report of one notebook in, and what that notebook gave; one process at a time.

    The folder is moved to ``place`` when the block ends well. ``given`` goes to
    :func:`csanalysis.report.running.run_chapters`.
    """
    failed = place.parent / "failed"
    shutil.rmtree(failed, ignore_errors=True)
    cache = output / ".cache"
    with filled_from(store.params), alone(output, place) as folder, preloaded(store):
        file = store.params_file
        yield folder, run_chapters([name], file, folder, cache=cache, failed=failed, clock=clock, **given)


def finish(
    notebooks: Sequence[NotebookNode],
    folder: Path,
    *,
    cover: Mapping[str, Any],
    clock: Clock,
    files: Callable[[], None],
    check: Callable[[Document], None],
    standard: Standard = "ua-1",
) -> None:
    """Both pages of the notebooks, then the other files, then the check; the clock stops before that.

    Raises
    ------
    ReportError
        A page cannot be set; or whatever ``check`` raises.
    """
    document = write_documents(assemble(notebooks, cover=cover), folder, standard=standard)
    files()
    clock.stop()
    check(document)


def finish_store(
    run: Chapters,
    store: Store,
    folder: Path,
    *,
    output: Path,
    cover: Mapping[str, Any],
    clock: Clock,
    files: Callable[[], None] = lambda: None,
    after: Sequence[NotebookNode] = (),
    record: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] | None = None,
    others: Iterable[tuple[str, str]] = (),
    standard: Standard = "ua-1",
) -> None:
    """A store's report: its chapters and those ``after`` them, its files, its manifest, its contract.

    Parameters
    ----------
    run : Chapters
        The executed chapters.
    store, folder, output
        Whose report it is, where it is written, where all reports lie.
    cover, clock, files, standard
        As in :func:`finish`.
    after : sequence of NotebookNode
        Chapters that no notebook of the store's makes, such as the appendix.
    record : mapping, optional
        What ``run.json`` says besides, ``program`` always; without it there is none.
    counts : mapping, optional
        What is counted besides the numbers and the rows of each list.
    others : iterable of (str, str)
        Id and name of dealerships that must not be named, beside those with a report in ``output``.

    Raises
    ------
    WithheldError
        The report breaks the contract (:func:`csanalysis.report.contract.refuse_breaches`).
    """

    def check(document: Document) -> None:
        if record is not None:
            rows = {name: len(rows) for name, rows in run.lists.items()}
            run_json = manifest(
                store,
                folder=folder,
                started=clock.started,
                finished=datetime.now().astimezone(),
                seconds=clock.seconds,
                counts={"metrics": len(run.results), **(counts or {}), **rows},
                **record,
            )
            write_json(folder / "run.json", run_json)
        known = {*others, *known_dealerships(output)}
        refuse_breaches(document, run.notebooks, run.results, store, folder, others=known)

    finish(
        [*run.notebooks, *after],
        folder,
        cover=cover,
        clock=clock,
        files=files,
        check=check,
        standard=standard,
    )
