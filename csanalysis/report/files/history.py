"""Reports of earlier days, each under its last day counted: ``<dealership>/history/<year>/<as_of>``.

They lie beside the report's folder, not in it, so neither its manifest nor its checks know of them. Work
lists are never among them.
"""

import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from csanalysis.errors import ReportError
from csanalysis.messages import Message

KEPT = ("report.html", "plan.pdf", "metrics.json")
"""What is kept of a report; none of it names a customer."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def keep_in_history(place: Path, as_of: str, *, most: int) -> None:
    """Keep what a finished report in ``place`` shows, in the place of an older one of the same day.

    Of the plan year's days the ``most`` last stay; with 0 nothing is kept, and what is there stays.

    Raises
    ------
    ReportError
        The folder cannot be written; the report itself is in its place.
    """
    if not most:
        return
    folder = history_folder(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".part-*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
        try:
            for name in KEPT:
                with suppress(FileNotFoundError):
                    shutil.copyfile(place / name, draft / name)
            draft.chmod(0o755)  # mkdtemp makes it private; a report is for sharing
            shutil.rmtree(folder / as_of, ignore_errors=True)
            draft.replace(folder / as_of)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        for old in kept_days(place)[most:]:
            shutil.rmtree(folder / old)
    except OSError as error:
        line = (
            "{folder}: the report could not be kept there ({error}); free some space or mend its rights",
            "{folder}：报告没能存入历史（{error}）；请腾出空间，或检查权限",
        )
        raise ReportError(Message(*line, folder=folder, error=error.strerror or error)) from error


def history_folder(place: Path) -> Path:
    """Where the days of the report in ``place`` are kept."""
    return place.parent / "history" / place.name


def kept_days(place: Path) -> list[str]:
    """The days whose reports are kept, the last one first."""
    days = [path.parent.name for path in history_folder(place).glob("*/report.html")]
    return sorted(filter(_DAY.fullmatch, days), reverse=True)
