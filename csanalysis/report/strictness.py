"""What ``--strict`` does not let pass: rows and cells of the exports that could not be used."""

from collections.abc import Sequence
from pathlib import Path

from csanalysis.errors import IngestError
from csanalysis.ingest import TableReport


def data_warnings(quality: Sequence[TableReport]) -> list[str]:
    """A line for each kind of row set aside, cell left empty and answer not read back."""
    lines = []
    for report in quality:
        where = f"sources.{report.table}"
        if report.rejected:
            reasons = ", ".join(f"{reason}: {rows}" for reason, rows in report.rejected_reasons.items())
            lines.append(f"{where}: {_counted(report.rejected, 'row')} set aside ({reasons})")
        lines += [
            f"{where}: {_counted(cells, 'cell')} of {column} cannot be read"
            for column, cells in report.unreadable.items()
            if cells
        ]
        lines += [
            f"{where}: {kind.replace('_', ' ')}: {times}" for kind, times in report.warnings.items() if times
        ]
    return lines


def refuse(warnings: Sequence[str], params_file: Path) -> None:
    """Raise IngestError if there is anything to warn of."""
    if warnings:
        hint = f"--strict makes no report of such data; 'csanalysis check {params_file}' shows more"
        raise IngestError([*warnings, hint])


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
