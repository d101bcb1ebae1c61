"""A notebook's Markdown with the numbers of the params that it was run with."""

from collections.abc import Mapping

from nbformat import NotebookNode

from csanalysis.catalogue.filling import fill


def fill_markdown(notebook: NotebookNode) -> bool:
    """Fill in the placeholders of the Markdown cells, in place; whether there were any.

    The values are those that the notebook's last cell, ``chapter.publish``, left in its output; a notebook
    that was not executed keeps its placeholders.

    Raises
    ------
    PlaceholderError
        A placeholder names nothing that the params have.
    """
    values = _values(notebook)
    if values is None:
        return False
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    before = [cell.source for cell in prose]
    for cell in prose:
        cell.source = fill(cell.source, values)
    return before != [cell.source for cell in prose]


def _values(notebook: NotebookNode) -> Mapping[str, str] | None:
    found = [
        output.get("metadata", {}).get("csanalysis", {}).get("params")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]
    return next((values for values in found if values), None)
