"""When a store's report, work lists, reviews, meeting packs and its group's network report are made."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, model_serializer, model_validator

from csanalysis.messages import BadValueError, message_of
from csanalysis.params.strict import STRICT

Work = Literal["report", "lists", "review", "meeting_week", "meeting_month", "network"]
WORKS: tuple[Work, ...] = ("report", "lists", "review", "meeting_week", "meeting_month", "network")
"""What is made on a schedule: the plan's report, the week's work lists, the review of the month before, the
packs of the week and the month before, and the group's report over all stores that have the same line."""


_PLAIN = re.compile(r"[0-5]?\d (1?\d|2[0-3]) (\*|[1-9]|1\d|2[0-8]) (\*|[1-9]|1[0-2]) (\*|[0-7])")
"""A line of single numbers, on a day that every month has: it needs no library to be known as one."""


def _is_cron(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    from csanalysis.params.cron import cron_trigger

    try:
        cron_trigger(value)
    except ValueError as error:
        raise BadValueError(
            "{value!r} is not a cron line ({error}); write five fields, such as '0 6 1 * *'",
            "“{value}”不是 cron 时间行（{error}）；请写五段，如“0 6 1 * *”",
            value=value,
            error=message_of(error),
        ) from None
    return value


Cron = Annotated[str, AfterValidator(_is_cron)]


class Schedule(BaseModel):
    """The cron lines by what is made; any may be missing."""

    model_config = STRICT

    report: Cron | None = None
    lists: Cron | None = None
    review: Cron | None = None
    meeting_week: Cron | None = None
    meeting_month: Cron | None = None
    network: Cron | None = None

    @model_validator(mode="after")
    def _some_line(self) -> Self:
        if not any(self.line(work) for work in WORKS):
            raise BadValueError(
                "holds no cron line; give one or more of {works}",
                "没有时间行；请写其中一项或几项：{works}",
                works=", ".join(WORKS),
            )
        return self

    @model_serializer
    def _as_written(self) -> str | dict[str, str]:
        """A line alone where there is no other, as it was written before there could be several."""
        lines: dict[str, str] = {work: line for work in WORKS if (line := self.line(work))}
        return self.report if self.report and len(lines) == 1 else lines

    def line(self, work: Work) -> str | None:
        """The cron line of what is made."""
        line: str | None = getattr(self, work)
        return line


def _one_line(value: object) -> object:
    return Schedule(report=_is_cron(value)) if isinstance(value, str) else value


ScheduleOrLine = Annotated[Schedule | None, BeforeValidator(_one_line)]
"""The lines by name; one line alone is the report's."""
