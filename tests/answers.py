"""A filled-in workbook of work lists, read back as contacts."""

from pathlib import Path

import pandas as pd

from csanalysis.errors import IngestError
from csanalysis.ingest.answers import workbook_answers
from csanalysis.ingest.settling import settled
from csanalysis.ingest.sheets import UnreadableFileError
from csanalysis.ingest.table import TableProblems, read_table
from csanalysis.messages import Message, placed
from csanalysis.params import Source
from csanalysis.schema import TABLES
from csanalysis.schema.frames import dtype_of


def read_answers(path: str | Path) -> pd.DataFrame:
    """The answers of a workbook that :func:`csanalysis.display.lists.workbook.write_workbook` wrote.

    Parameters
    ----------
    path : path
        The workbook; its rows may be sorted, its columns moved, blank rows put between.

    Returns
    -------
    DataFrame
        A clean table ``contacts``, one row an answered row: reading it again, or together with a copy,
        gives the same ``contact_id``. Empty where nothing is filled in. To plan with it, name the workbook
        in the params beside the call log: ``contacts: {path: [calls.csv, lists.xlsx]}``.

    Raises
    ------
    IngestError
        One line: no workbook of ours, a column renamed or gone, or an answer without a date.
    """
    path, table = Path(path), TABLES["contacts"]
    try:
        found = workbook_answers(path.name, path.read_bytes())
    except OSError as error:
        raise IngestError(
            Message(
                "{file}: cannot be read ({error}); close it where it is open",
                "{file}：无法读取（{error}）；请先关闭它",
                file=path.name,
                error=error.strerror,
            )
        ) from None
    except UnreadableFileError as error:
        raise IngestError(placed(path.name, error.message)) from None
    if found is None:
        line = Message(
            "is no workbook of work lists; name one that a plan run has written",
            "不是清单工作簿；请用计划生成的那一份",
        )
        raise IngestError(placed(path.name, line))
    ((_, found),) = settled([(path.name, found)])
    if not found.calls:
        return pd.DataFrame({column.name: pd.Series([], dtype=dtype_of(column)) for column in table.columns})
    try:
        return read_table(table, Source(path=[str(path)]), [(path.name, found.sheets)]).frame
    except TableProblems as error:
        raise IngestError(error.lines) from None
