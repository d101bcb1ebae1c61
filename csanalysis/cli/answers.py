"""Tables of an answer: drawn on a terminal, lines with tabs between the cells where another program reads."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from csanalysis.privacy.looks import hidden


@dataclass(frozen=True)
class Answer:
    """A table with a title above and notes below it; ``right`` are the columns of numbers.

    A row of one cell is a heading within the table. Without ``heads`` the first column names what the second
    says.
    """

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    right: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


def print_answer(answer: Answer) -> None:
    """Print it to standard output; what looks like a phone, a plate or the like is masked."""
    if sys.stdout.isatty():
        _draw(answer)
    else:
        _print_plain(answer)


def _print_plain(answer: Answer) -> None:
    heads = [answer.heads] if answer.heads else []
    for row in [*heads, *answer.rows]:
        # Cell by cell: numbers of neighbours are no phone.
        _line("\t".join(hidden(cell.replace("\n", " ")) for cell in row))
    for note in answer.notes:
        print(_encodable(hidden(note), sys.stderr.encoding), file=sys.stderr)


def _line(text: str) -> None:
    print(_encodable(text, sys.stdout.encoding))


def _draw(answer: Answer) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_edge=False, pad_edge=False, show_header=bool(answer.heads), box=None)
    columns = max(len(row) for row in [answer.heads, *answer.rows])
    for place in range(columns):
        head = answer.heads[place] if answer.heads else ""
        right = place in answer.right
        table.add_column(head, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in answer.rows:
        named = not answer.heads or len(row) == 1
        cells = [Text(hidden(cell), "bold" if named and not place else "") for place, cell in enumerate(row)]
        table.add_row(*cells)
    console = Console()
    console.print(Text(hidden(answer.title), "bold"))
    console.print(table)
    for note in answer.notes:
        console.print(Text(hidden(note), "dim"))


def _encodable(text: str, encoding: str | None) -> str:
    """The text with a question mark for each sign that a code page lacks."""
    known = encoding or "utf-8"
    return text.encode(known, "replace").decode(known)
