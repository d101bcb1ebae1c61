"""A work list: who is on it, its columns, what may be answered, and what an answer counts as."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from csanalysis.ingest.asof import known_by
from csanalysis.metrics.plan.moves import Candidate
from csanalysis.metrics.results import Results
from csanalysis.params import Params
from csanalysis.schema.workbook import RESULT_WORDS

Tables = Mapping[str, pd.DataFrame]
Who = Callable[[Params, Tables], pd.DataFrame]
Rows = Callable[[Params, Tables, Results], pd.DataFrame]
Reasons = Callable[[Params, Tables], pd.DataFrame]

RESULTS = tuple(RESULT_WORDS)
"""What a call may end in; the drop-down of the result column."""


@dataclass(frozen=True)
class Move:
    """How a list stands among the moves of the plan.

    Parameters
    ----------
    serves : str, optional
        The target that working the list brings nearer.
    called_in : bool
        Whether the call asks a vehicle in, so that a holdout, or past calls of the list's purpose, show what
        it changes.
    candidate : callable
        Of params, tables and the last complete year: cases and effect, where past calls do not show it; None
        where nothing is listed. Without it and without ``called_in`` nobody knows what the list changes.
    outcome : str
        What working a case is to bring about, a key under ``plan.outcome``.
    """

    serves: str | None = None
    called_in: bool = False
    candidate: Callable[[Params, Tables, int], Candidate | None] | None = None
    outcome: str = "visit"


@dataclass(frozen=True)
class WorkList:
    """A reason to call somebody, or a sheet of its own in ``lists.xlsx``, and all that is known of it.

    Parameters
    ----------
    name : str
        Key under ``list`` in the texts, which name it.
    columns : tuple of str
        The locked columns of its sheet, of :data:`~csanalysis.display.lists.columns.COLUMNS`, in order; none
        for a call list, whose cases stand on the callers' sheets.
    who : callable, optional
        Of params and tables: who is on it at ``params.as_of``, ``vin`` or ``lead_id`` among the columns; None
        for a list of no customers. Asked through :meth:`on` for any day.
    rows : callable, optional
        Of params, tables and the chapter's results: the sheet as it is written; None for a call list, and for
        what is made of other lists.
    reasons : callable, optional
        Of params and tables, of a call list: one row a vehicle or lead, with ``vin`` or ``lead_id``, ``from``
        and ``until`` (the first and last day to call), ``reason`` in words and, where it has them, ``offer``
        in words, ``amount`` [yuan] of a success and ``duty``, where that is not the same for all.
    whom : {"vin", "lead_id"}
        The column that says who is called.
    duty : bool
        Whether the call is owed: duties come first, and late rather than not at all.
    purpose : str, optional
        Purpose of the contact that an answer is; without one the list is no call list.
    answers : tuple of str
        What may be chosen as result; none for a sheet to look things up in, where nothing is filled in.
    holdout : bool
        Whether a share of it may be kept uncalled. Never where a call is owed: declined work, key customers.
    move : Move, optional
        How it stands among the moves of the plan; None for a list that is no move.
    """

    name: str
    columns: tuple[str, ...] = ()
    who: Who | None = None
    rows: Rows | None = None
    reasons: Reasons | None = None
    whom: Literal["vin", "lead_id"] = "vin"
    duty: bool = False
    purpose: str | None = None
    answers: tuple[str, ...] = RESULTS
    holdout: bool = False
    move: Move | None = None

    def on(self, params: Params, tables: Tables, day: pd.Timestamp | None = None) -> pd.DataFrame:
        """Who is on the list on a day, ``params.as_of`` unless given, by all that was known then."""
        if self.who is None:
            raise TypeError(f"{self.name} is a list of no customers")
        return self.who(*known_on(params, tables, day))

    def drawn_up(self, params: Params, tables: Tables, results: Results) -> pd.DataFrame:
        """The list as it is written: its columns in order, one row a case."""
        if self.rows is None:
            raise TypeError(f"{self.name} is made of other lists")
        return self.rows(params, tables, results)[list(self.columns)]


def known_on(params: Params, tables: Tables, day: pd.Timestamp | None = None) -> tuple[Params, Tables]:
    """Params and tables as they stood at the end of a day; the same ones for ``params.as_of`` or None."""
    if day is None or day == pd.Timestamp(params.as_of):
        return params, tables
    return params.model_copy(update={"as_of": day.date()}), _Known(tables, day)


def purposes(lists: Iterable[WorkList]) -> dict[str, str]:
    """Purpose by name of the lists that are call lists."""
    return {each.name: each.purpose for each in lists if each.purpose is not None}


class _Known(Mapping[str, pd.DataFrame]):
    """Tables cut at a day, each once it is looked at: nobody has read those that were not."""

    def __init__(self, tables: Tables, day: pd.Timestamp) -> None:
        self._tables, self._day = tables, day.date()
        self._cut: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._cut:
            self._cut[name] = known_by(name, self._tables[name], self._day)
        return self._cut[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
