"""The page of all reports, written again only where something that it lists has changed."""

from pathlib import Path

from csanalysis.report.files.fingerprint import sha256_of
from csanalysis.report.files.program import program_fingerprint

_LISTED = (
    *("*/[0-9]*", "*/[0-9]*/run.json", "*/[0-9]*/lists.xlsx", "*/failed/*", "*/*/failed/*"),
    *("*/review/*/run.json", "*/meetings/*", "*/history/*"),
)
"""All that :func:`csanalysis.report.index.write_index` looks at, below the folder of all reports."""

_HEAD = 2000  # bytes of the page in which its state stands


def list_reports(output: Path) -> Path:
    """``output/index.html``, which lists every finished report under ``output``; returns its path.

    Raises
    ------
    OSError
        It cannot be written.
    """
    page, state = output / "index.html", _state(output)
    if not _tells_of(page, state):
        from csanalysis.report.index import write_index

        write_index(output, state=state)
    return page


def _state(output: Path) -> str:
    """sha256 of which reports there are, when each was put there, and the program that lists them."""
    found = []
    for pattern in _LISTED:
        for path in sorted(output.glob(pattern)):
            about = path.stat()
            found.append((path.relative_to(output).as_posix(), about.st_mtime_ns, about.st_size))
    return sha256_of([program_fingerprint(), found, (output / "status.html").is_file()])


def _tells_of(page: Path, state: str) -> bool:
    try:
        with page.open("rb") as stream:
            return f'content="{state}"'.encode() in stream.read(_HEAD)
    except OSError:
        return False
