"""The satisfaction meeting's pack: everything as it was known at the end of one week or month."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csanalysis.chapters import process, satisfaction
from csanalysis.errors import NotebookError
from csanalysis.ingest import known_by
from csanalysis.messages import Message
from csanalysis.metrics.periods import PeriodKind, period_days, period_kind, shift_month
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.internal_survey import score_between
from csanalysis.metrics.surveys.survey_items import item_score_between, valid_responses
from csanalysis.params import Params


@dataclass(frozen=True)
class Meeting:
    """One meeting: its period, the params and tables as of its end, its numbers, and item names."""

    period: str
    params: Params
    tables: Mapping[str, pd.DataFrame]
    results: Results
    names: Mapping[str, Mapping[str, str]]

    @property
    def kind(self) -> PeriodKind:
        """``week`` for the managers' meeting, ``month`` for that of all staff."""
        return period_kind(self.period)

    @property
    def year(self) -> int:
        """The year whose weak items are talked about: this one once its first quarter is over."""
        as_of = self.params.as_of
        return as_of.year - ((as_of.month, as_of.day) < (3, 31))

    @property
    def month(self) -> str:
        """The month that the period ends in."""
        return f"{self.params.as_of:%Y-%m}"

    @property
    def months(self) -> list[str]:
        """The same month a year before, the month before, and the month itself."""
        return [shift_month(self.month, -12), shift_month(self.month, -1), self.month]

    @property
    def actions(self) -> pd.DataFrame | None:
        """The actions that the meeting talks about: not done, or done within the period."""
        actions = self.tables.get("actions")
        if actions is None:
            return None
        first, _ = period_days(self.period)
        return actions[actions["done_date"].isna() | (actions["done_date"] >= first)].reset_index(drop=True)


def prepare(params: Params, tables: Mapping[str, pd.DataFrame], *, period: str | None = None) -> Meeting:
    """The pack of one week or month.

    Parameters
    ----------
    params, tables
        The dealership's.
    period : str, optional
        ``2025-11`` or ``2025-W48``; without it, the last month that is over.

    Returns
    -------
    Meeting
        Rows and events after the period's last day are left out, so that an old pack can be made again.

    Raises
    ------
    NotebookError
        The period is no week or month, or begins after ``as_of``.
    """
    as_of = pd.Timestamp(params.as_of)
    period = period or f"{as_of + pd.Timedelta(days=1) - pd.offsets.MonthEnd():%Y-%m}"
    first, last = _days(period)
    if first > as_of:
        raise NotebookError(
            Message(
                "period {period} begins after as_of {as_of}; choose an earlier one",
                "{period} 晚于数据截止日 {as_of}；请选更早的时段",
                period=period,
                as_of=params.as_of,
            )
        )
    last = min(last, as_of)
    then = params.model_copy(update={"as_of": last.date()})
    known = {name: known_by(name, frame, last.date()) for name, frame in tables.items()}
    results = (
        satisfaction.measure(then, known)
        + process.measure(then, known)
        + _of_period(known, first, last, period)
    )
    return Meeting(period, then, known, results, satisfaction.names(known))


def _days(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    try:
        if period_kind(period) in ("week", "month"):
            return period_days(period)
    except ValueError:
        pass
    raise NotebookError(
        Message(
            "period {period!r} is no month such as '2025-11' and no week such as '2025-W48'",
            "“{period}”不是“2025-11”这样的月份，也不是“2025-W48”这样的周",
            period=period,
        )
    )


def _of_period(
    tables: Mapping[str, pd.DataFrame], first: pd.Timestamp, last: pd.Timestamp, period: str
) -> Results:
    if (responses := tables.get("survey_responses")) is None:
        return Results()
    sound = valid_responses(responses)
    return Results(
        {
            "score_of_period": score_between(sound, first, last, period=period),
            "item_score": item_score_between(sound, first, last, period=period),
        }
    )
