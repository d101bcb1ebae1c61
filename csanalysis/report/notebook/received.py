"""A cell's outputs, put together from what a child tells, as nbclient does from a kernel's messages."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.notebooknode import from_dict


class Outputs:
    """The outputs of one cell after the other; a display may be updated by a later cell."""

    def __init__(self) -> None:
        self._cell: list[NotebookNode] = []
        self._named: dict[str, list[NotebookNode]] = defaultdict(list)
        self._stale = False

    def of_next_cell(self) -> list[NotebookNode]:
        """The list that what follows goes into."""
        self._cell, self._stale = [], False
        return self._cell

    def output(self, output: Mapping[str, Any], name: str | None = None) -> None:
        """One more output; text of one stream is joined."""
        if self._stale:
            self.clear(wait=False)
        last = self._cell[-1] if self._cell else NotebookNode(output_type="")
        if output["output_type"] == "stream" == last.output_type and last.name == output["name"]:
            last.text += output["text"]
            return
        self._cell.append(from_dict(output))
        if name:
            self._named[name].append(self._cell[-1])

    def update(self, output: Mapping[str, Any], name: str | None = None) -> None:
        """Another content for every display of that name."""
        for shown in self._named[name or ""]:
            shown.update(from_dict(output))

    def clear(self, wait: bool) -> None:
        """Drop what the cell has shown, now or when it shows the next."""
        self._stale = wait
        if not wait:
            self._cell.clear()
