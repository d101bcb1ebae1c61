"""What ``--strict`` does not let pass: rows and cells of the exports that could not be used."""

from collections.abc import Sequence
from pathlib import Path

from csanalysis.errors import IngestError
from csanalysis.ingest import TableReport
from csanalysis.ingest.notices import WARNINGS
from csanalysis.ingest.rejects import reject_problem
from csanalysis.messages import Message, joined


def data_warnings(quality: Sequence[TableReport]) -> list[Message]:
    """A line for each kind of row set aside, cell left empty and answer not read back."""
    lines: list[Message] = []
    for report in quality:
        where = f"sources.{report.table}"
        if report.rejected:
            lines.append(
                Message(
                    "{where}: {counted} set aside ({reasons})",
                    "{where}：{rows} 行被搁置（{reasons}）",
                    where=where,
                    counted=_counted(report.rejected, "row"),
                    rows=report.rejected,
                    reasons=joined(
                        Message(
                            "{problem}: {rows}",
                            "{problem} {rows} 行",
                            problem=reject_problem(reason),
                            rows=rows,
                        )
                        for reason, rows in report.rejected_reasons.items()
                    ),
                )
            )
        lines += [
            Message(
                "{where}: {counted} of {column} cannot be read",
                "{where}：{column} 有 {cells} 个单元格无法识别",
                where=where,
                counted=_counted(cells, "cell"),
                column=column,
                cells=cells,
            )
            for column, cells in report.unreadable.items()
            if cells
        ]
        lines += [
            Message(
                "{where}: {what}: {times}",
                "{where}：{what}：{times}",
                where=where,
                what=WARNINGS[kind],
                times=times,
            )
            for kind, times in report.warnings.items()
            if times
        ]
    return lines


def refuse(warnings: Sequence[Message], params_file: Path) -> None:
    """Raise IngestError if there is anything to warn of."""
    if warnings:
        hint = Message(
            "--strict makes no report of such data; 'csanalysis check {params_file}' shows more",
            "--strict 不为这样的数据出报告；“csanalysis check {params_file}”会显示详情",
            params_file=params_file,
        )
        raise IngestError([*warnings, hint])


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
