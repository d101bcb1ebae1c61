"""The definitions appendix: every measure that the report shows, from the catalogue."""

from csanalysis.catalogue import METRICS, Language, Metric, table_label, text
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results


def definitions(results: Results, *, language: Language, id: str = "definitions") -> ReportTable:
    """One row a measure of the results: name, definition, what it divides, interval, tables, source.

    Raises
    ------
    KeyError
        The results hold a measure that the catalogue does not describe.
    """
    heads = ("metric", "definition", "tables", "source")
    columns = tuple(Column(head, text(f"column.{head}", language), "left") for head in heads)
    # In the catalogue's order, so that measures of one subject stand together.
    shown = set(results.names)
    names = [name for name in METRICS if name in shown]
    names += [name for name in results.names if name not in METRICS]
    rows = tuple(Row(_cells(METRICS[name], language), defines=name) for name in names)
    return ReportTable(id, text("definitions.caption", language), columns, rows)


def _cells(metric: Metric, language: Language) -> tuple[Cell, ...]:
    over, under, interval = (
        metric.numerator(language),
        metric.denominator(language),
        metric.interval(language),
    )
    said = [metric.definition(language)]
    if over and under:
        said.append(text("definitions.fraction", language, numerator=over, denominator=under))
    if interval:
        said.append(text("definitions.interval", language, interval=interval))
    # Some texts end with a full stop, some do not.
    stop = text("sign.stop", language)
    tables = text("sign.comma", language).join(table_label(table, language) for table in metric.tables)
    return (
        Cell(f"{metric.label(language)} {metric.name}"),
        Cell("".join(part.rstrip("。.") + stop for part in said).strip()),
        Cell(tables),
        Cell(metric.cited(language)),
    )
