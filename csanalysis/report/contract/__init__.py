"""What a finished report must hold before anybody may open it; one that breaks it is withheld."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from nbformat import NotebookNode

from csanalysis.catalogue import text
from csanalysis.errors import WithheldError
from csanalysis.ingest import Store
from csanalysis.messages import Message, in_chinese
from csanalysis.metrics.results import Results
from csanalysis.report.contract.breach import Breach
from csanalysis.report.contract.personal import (
    may_be_named,
    may_be_personal,
    other_stores,
    personal_data,
    private_values,
)
from csanalysis.report.contract.places import Place, pieces, places_of, shipped_texts
from csanalysis.report.contract.shown import chapters_present, promised_outputs, shown_numbers
from csanalysis.report.contract.totals import totals
from csanalysis.report.document.blocks import Document
from csanalysis.report.files.manifest import runs_in

_MOST = 20


def breaches(
    document: Document,
    notebooks: Sequence[NotebookNode],
    results: Results,
    store: Store,
    folder: Path,
    *,
    others: Sequence[tuple[str, str]] = (),
) -> list[Breach]:
    """Every way in which the report in ``folder`` is incomplete, wrong, or not safe to share.

    Parameters
    ----------
    document : Document
        What the exporters set (:func:`csanalysis.report.document.document.document`).
    notebooks : sequence of NotebookNode
        The executed chapters.
    results : Results
        What they published.
    store : Store
        Whose report it is, with the values that must not show.
    folder : Path
        The report's files.
    others : sequence of (str, str)
        Id and name of every other dealership that is known here.
    """
    private = private_values(store.params, store.tables)
    read, whole = places_of(document), shipped_texts(folder, notebooks)
    said = pieces(text for _, text in (*read, *whole))
    others, personal = may_be_named(said, others), may_be_personal(said, private)

    def found_in(places: Sequence[Place], lies_in: str = "") -> list[Breach]:
        people = personal_data(places, private) if personal else []
        return people + other_stores(places, store.params, others, lies_in=lies_in)

    # What the page shows stands in the files too: say where a reader would see it, and else which file.
    if not (found := found_in(read)):
        exports = [source.model_dump_json() for source in store.params.sources.values()]
        paths = " ".join([str(store.params_file.resolve()), str(folder.resolve()), *exports])
        found = found_in(whole, paths)
    return [
        *_identity(document, notebooks, store),
        *chapters_present(document, notebooks),
        *promised_outputs(notebooks),
        *shown_numbers(document, results),
        *totals(results),
        *found,
    ]


def refuse_breaches(
    document: Document,
    notebooks: Sequence[NotebookNode],
    results: Results,
    store: Store,
    folder: Path,
    *,
    others: Iterable[tuple[str, str]],
) -> None:
    """Let a report pass that breaks nothing; the arguments are those of :func:`breaches`.

    Raises
    ------
    WithheldError
        A line for each breach.
    """
    own = (store.params.dealership.id, store.params.dealership.title)
    known = sorted({*others} - {own})
    found = breaches(document, notebooks, results, store, folder, others=known)
    if found:
        withheld = "withheld: {line}", "报告不予发布：{line}"
        raise WithheldError([Message(*withheld, line=line) for line in explained(found)])


def known_dealerships(output: Path) -> list[tuple[str, str]]:
    """Id and name of every dealership that has a report in ``output``."""
    return [(run["dealership"], run["name"]) for run in runs_in(output)]


def _identity(document: Document, notebooks: Sequence[NotebookNode], store: Store) -> list[Breach]:
    """The page is about this dealership, and every chapter was run for it."""
    found = []
    if document.dealership != store.params.dealership.title:
        found.append(Breach("identity", document.title, document.dealership))
    own = store.params_file.resolve()
    for notebook in notebooks:
        given = notebook.metadata.get("papermill", {}).get("parameters", {}).get("params_file")
        if given is not None and Path(given).resolve() != own:
            name = notebook.metadata["csanalysis"]["chapter"]
            found.append(Breach("identity", f"{name}.ipynb", Path(given).name))
    return found


def explained(found: Sequence[Breach]) -> list[Message]:
    """A line a breach, as a reader should be told; a great many are cut and counted."""

    lines = [_line(breach) for breach in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(_in_both("contract.more", count=len(found) - _MOST))
    return list(dict.fromkeys(lines))


def _line(breach: Breach) -> Message:
    what = _in_both("contract.found", what=breach.what) if breach.what else ""
    line = _in_both("contract.line", rule=_in_both(f"contract.{breach.rule}"), where=breach.where)
    return Message("{line}{what}", "{line}{what}", line=line, what=what)


def _in_both(key: str, **values: object) -> Message:
    """A text of the catalogue in either language; a value that is a message is said in the same."""
    english = text(key, "en", **values)
    return Message(english, text(key, "zh", **{name: in_chinese(value) for name, value in values.items()}))
