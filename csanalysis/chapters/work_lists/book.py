"""The call plan as the workbook that callers work from, whole or one caller's part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from csanalysis.chapters.work_lists.call_plan import CallPlan
from csanalysis.chapters.work_lists.case_rows import (
    caller_sheets,
    case_lines,
    held_out,
    not_planned,
    phones_to_mend,
    rows_of_cases,
)
from csanalysis.chapters.work_lists.lists import HOLDOUT
from csanalysis.chapters.work_lists.week import week_blocks, week_title
from csanalysis.display.lists.call_workbook import CallBook
from csanalysis.display.lists.sheets import MOST_ROWS
from csanalysis.display.lists.week_sheet import Block
from csanalysis.display.lists.worklist import WorkList
from csanalysis.params import Params
from csanalysis.schema.workbook import About


@dataclass(frozen=True)
class Books:
    """The workbooks of one call plan.

    Parameters
    ----------
    plan : CallPlan
        Of the weeks that they hold.
    params, tables
        The dealership's.
    lists : sequence of (WorkList, DataFrame)
        The sheets that are no call lists; the holdout's is added here.
    known : date, optional
        Last day counted in the exports; ``params.as_of`` unless given.
    accepted : sequence of str
        Shortcomings of the exports that the params accept, a sentence each.
    """

    plan: CallPlan
    params: Params
    tables: Mapping[str, pd.DataFrame]
    lists: Sequence[tuple[WorkList, pd.DataFrame]] = ()
    known: date | None = None
    accepted: Sequence[str] = ()

    @property
    def about(self) -> About:
        """Whose they are, of which day, for who reads answers back."""
        params, plan = self.params, self.plan
        return About(
            params.dealership.id,
            params.plan_year,
            (self.known or params.as_of).isoformat(),
            params.language,
            day=f"{plan.day:%Y-%m-%d}",
            until=f"{plan.until:%Y-%m-%d}",
        )

    @cached_property
    def callers(self) -> dict[str, pd.DataFrame]:
        """Each caller's rows."""
        return caller_sheets(self._rows, self.plan)

    def whole(self) -> CallBook:
        """The workbook with all callers and all other sheets."""
        rows, plan, params = self._rows, self.plan, self.params
        left = not_planned(rows)
        lists = [*self.lists]
        if params.value.holdout_share:
            lists.append((HOLDOUT, held_out(rows, params)))
        sizes = map(len, (left, *self.callers.values(), *(each for _, each in lists)))
        split = max(sizes, default=0) > MOST_ROWS
        blocks = self._blocks(split=split)
        return CallBook(
            week_title(plan, params),
            blocks,
            self.callers,
            case_lines(plan),
            looked_up={"not_planned": left, "to_mend": phones_to_mend(rows, params.language)},
            lists=lists,
        )

    def of(self, owner: str) -> CallBook:
        """One caller's workbook: the week, the calls, and what the reader goes by."""
        plan, rows = self.plan, self.callers[owner]
        return CallBook(
            week_title(plan, self.params), self._blocks(owner), {owner: rows}, case_lines(plan, owner)
        )

    def _blocks(self, owner: str | None = None, *, split: bool = False) -> list[Block]:
        return week_blocks(
            self.plan,
            self.params,
            self.tables,
            owner=owner,
            known=self.known,
            split=split,
            accepted=self.accepted,
        )

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return rows_of_cases(self.plan, self.params, self.tables)
