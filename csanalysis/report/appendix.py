"""The report's last chapter: what each number means, and what the report was made from."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import csanalysis
from csanalysis.catalogue import Language, format_period, format_value, table_label, text
from csanalysis.display.tables.calibration import calibration_table
from csanalysis.display.tables.definitions import definitions
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.ingest import Store
from csanalysis.metrics.results import Results

ON_THE_PAGE = MappingProxyType({"tags": ["web"]})


def appendix(results: Results, store: Store) -> NotebookNode:
    """Every metric of ``results`` defined, how far claims hold, and the provenance of ``store``."""
    language = store.params.language
    chapter = new_notebook(
        cells=[
            new_markdown_cell(f"# {text('appendix.title', language)}\n\n{text('appendix.lead', language)}"),
            _titled("metrics_defined", language),
            _shown(definitions(results, language=language), ON_THE_PAGE),
            _titled("calibration", language),
            *([_shown(short)] if (short := calibration_table(language=language, short=True)).rows else []),
            _shown(calibration_table(language=language), ON_THE_PAGE),
            _titled("provenance", language, _lead(store, language)),
            _shown(_inputs(store, language), ON_THE_PAGE),
        ]
    )
    chapter.metadata["csanalysis"] = {"chapter": "appendix"}
    return chapter


def _lead(store: Store, language: Language) -> str:
    return text(
        "provenance.lead",
        language,
        version=csanalysis.__version__,
        as_of=format_period(store.params.as_of.isoformat(), language),
    )


def _inputs(store: Store, language: Language) -> ReportTable:
    """Every file that was read: its table, name, size and the first digits of its fingerprint."""
    heads = ("table", "file", "bytes", "sha256")
    rows = tuple(
        Row(
            (
                Cell(table_label(entry["table"], language)),
                Cell(PurePosixPath(entry["file"]).name),
                Cell(format_value(entry["bytes"], "count", language)),
                Cell(entry["sha256"][:12]),
            )
        )
        for entry in store.inputs
    )
    columns = tuple(
        Column(name, text(f"provenance.{name}", language), "right" if name == "bytes" else "left")
        for name in heads
    )
    return ReportTable("provenance", text("provenance.caption", language), columns, rows)


def _titled(part: str, language: Language, lead: str = "") -> NotebookNode:
    return new_markdown_cell(
        f"## {text(f'{part}.title', language)}\n\n{lead or text(f'{part}.lead', language)}"
    )


def _shown(table: Any, marks: Mapping[str, Any] = MappingProxyType({})) -> NotebookNode:
    data, metadata = table._repr_mimebundle_()
    return new_code_cell(
        outputs=[new_output("display_data", data=data, metadata=metadata)], metadata=dict(marks)
    )
