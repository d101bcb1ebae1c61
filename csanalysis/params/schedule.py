"""When a store's report and its work lists are made by themselves."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, model_serializer, model_validator

from csanalysis.messages import BadValueError, message_of
from csanalysis.params.strict import STRICT

Work = Literal["report", "lists"]
WORKS: tuple[Work, ...] = ("report", "lists")
"""What is made on a schedule."""


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
    """The cron lines of the report and of the work lists; either may be missing."""

    model_config = STRICT

    report: Cron | None = None
    lists: Cron | None = None

    @model_validator(mode="after")
    def _some_line(self) -> Self:
        if self.report is None and self.lists is None:
            raise BadValueError(
                "holds no cron line; give report, lists or both", "没有时间行；请写 report、lists 或两者"
            )
        return self

    @model_serializer
    def _as_written(self) -> str | dict[str, str]:
        """A line alone where there is no other, as it was written before there could be two."""
        if self.lists is None:
            return self.report or ""
        return {work: line for work in WORKS if (line := self.line(work))}

    def line(self, work: Work) -> str | None:
        """The cron line of the report or of the lists."""
        return self.report if work == "report" else self.lists


def _one_line(value: object) -> object:
    return Schedule(report=_is_cron(value)) if isinstance(value, str) else value


ScheduleOrLine = Annotated[Schedule | None, BeforeValidator(_one_line)]
"""The lines by name; one line alone is the report's."""
