"""The page that stands in for a report which could not be made: what happened, where, and what to do."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from csanalysis.catalogue import Language, format_period
from csanalysis.errors import IngestError, NotebookError, ParamsError, ReportError, WithheldError
from csanalysis.messages import said
from csanalysis.params import Params, read_params
from csanalysis.params.language import language_of
from csanalysis.report.document.pages import write_page
from csanalysis.whole_files import write_whole

PAGE, NOTES = "index.html", "failure.json"
"""The page, and what it says for programs."""

FOLDERS = {
    "report": "failed",
    "review": "review/failed",
    "meeting": "meetings/failed",
    "lists": "lists/failed",
}
"""Where below the dealership's folder the page of each kind lies."""

_KINDS = {
    ParamsError: "params",
    IngestError: "data",
    NotebookError: "chapter",
    WithheldError: "withheld",
    ReportError: "writing",
    ChildProcessError: "died",
    MemoryError: "memory",
}


def write_failure(
    params_file: Path, output: Path, error: BaseException, problems: Sequence[str], *, what: str = "report"
) -> Path | None:
    """Write ``output/<id>/failed/index.html``, beside the partial notebooks if there are any.

    The page of a review, a meeting or the lists lies in :data:`FOLDERS`.

    Parameters
    ----------
    params_file : Path
        The dealership's; where it cannot be read its own name stands for the dealership.
    output : Path
        Folder of the reports; the last good one of the store is linked.
    error : BaseException
        What ended the run; ``ChildProcessError`` is a process that died.
    problems : sequence of str
        What is wrong, a line each; messages are said in the store's language.
    what : str
        What could not be made: ``report``, ``review``, ``meeting`` or ``lists``.

    Returns
    -------
    Path or None
        The page; None where there is no params file, for then there is no dealership.
    """
    if not params_file.is_file():
        return None
    params = _readable(params_file)
    name = params.dealership.id if params else params_file.stem
    language: Language = params.language if params else language_of(params_file)
    folder = output / name / FOLDERS[what]
    good = sorted(output.glob(f"{name}/[0-9]*/report.html"))
    if params:
        good = [path for path in good if path.parent.name == str(params.plan_year)]
    now = datetime.now().astimezone()
    folder.mkdir(parents=True, exist_ok=True)
    notes = {
        "dealership": name,
        "name": params.dealership.title if params else name,
        "language": language,
        "params_file": params_file.name,
        "what": what,
        "when": now.isoformat(timespec="seconds"),
    }
    write_whole(folder / NOTES, json.dumps(notes, ensure_ascii=False) + "\n", readable=True)
    path, up = folder / PAGE, "../" * (1 + FOLDERS[what].count("/"))
    write_page(
        path,
        "failure.html.j2",
        language,
        what=what,
        dealership=notes["name"],
        kind=next((kind for cause, kind in _KINDS.items() if type(error) is cause), "bug"),
        problems=[said(line, language) for line in problems],
        when=f"{format_period(now.date().isoformat(), language)} {now:%H:%M}",
        notebooks=sorted(path.name for path in folder.glob("*.ipynb")),
        last_good=f"{up}{good[-1].parent.name}/report.html" if good else None,
    )
    return path


def _readable(params_file: Path) -> Params | None:
    try:
        return read_params(params_file)
    except ParamsError:
        return None
