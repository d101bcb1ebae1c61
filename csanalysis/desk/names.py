"""A name that there is not: said with the nearest that there is."""

from collections.abc import Iterable

from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message
from csanalysis.schema import nearest


class UnknownNameError(CsanalysisError, KeyError, AttributeError):
    """A table, chapter, metric or split that is not there; the nearest is named."""

    def __str__(self) -> str:
        return "\n".join(self.problems)


class SplitError(CsanalysisError, ValueError):
    """A metric cannot be split so, and why."""


METRIC, TABLE = Message("metric", "指标"), Message("table", "表")
CHAPTER, SPLIT = Message("chapter", "章节"), Message("split", "拆分")


def unknown(what: Message, name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for a name that is none of ``what``."""
    return UnknownNameError(
        Message(
            "there is no {what} {name!r}{hint}",
            "没有{what}“{name}”{hint}",
            what=what,
            name=name,
            hint=nearest(name, known),
        )
    )
