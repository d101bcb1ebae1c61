"""Where some rows of a table stand in its files: asked seldom, so that no row carries its place along."""

from collections.abc import Collection
from pathlib import Path

from csanalysis.ingest.answer_rows import places
from csanalysis.ingest.answers import workbook_answers
from csanalysis.ingest.cells import parse
from csanalysis.ingest.files import read_sheets
from csanalysis.ingest.found import Found, with_headers
from csanalysis.ingest.rows import stack_sheets
from csanalysis.ingest.selecting import selected
from csanalysis.ingest.sources import file_labels, read_export_files
from csanalysis.params import Params
from csanalysis.schema import TABLES

Place = tuple[str, str, int]


def located(params: Params, folder: Path, name: str, keys: Collection[str]) -> dict[str, Place]:
    """File, sheet and row (from 1) of the rows with some keys; of several with one key the first.

    Parameters
    ----------
    params : Params
        Whose ``sources`` say where the table is.
    folder : Path
        Where relative paths start.
    name : str
        A table with a key of one column.
    keys : collection of str
        Its values.

    Returns
    -------
    dict
        Nothing for keys of a table in a database, whose rows have no place.
    """
    source, table = params.sources[name], TABLES[name]
    if source.url or not keys:
        return {}
    (key,) = table.key
    wanted, found, exports = set(keys), dict[str, Place](), Found()
    files, _ = read_export_files(source.path, folder)
    for label, file in zip(file_labels(files), files, strict=True):
        ours = workbook_answers(file.name, file.data) if name == "contacts" else None
        if ours is not None:
            found |= {row: at for row, at in places([(label, ours)]).items() if row in wanted}
            continue
        sheets = read_sheets(
            file.name, file.data, source.sheet, hidden=source.hidden == "read", encoding=source.encoding or ""
        )
        exports += with_headers(label, sheets, table, source)
    if not exports.parts:
        return found
    parts = [(label, selected(sheet, header, source).sheet, header) for label, sheet, header in exports.parts]
    stack = stack_sheets(parts, table, source.words, source)
    written = parse(stack.cells[key], table.by_name[key], source.words.get(key, {})).values
    for row in written.isin(list(wanted)).to_numpy().nonzero()[0]:
        found.setdefault(str(written.iloc[row]), (*stack.places[stack.sheet[row]], int(stack.row[row])))
    return found
