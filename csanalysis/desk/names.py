"""A name that there is not: said with the nearest that there is."""

from collections.abc import Iterable

from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message
from csanalysis.schema import nearest


class UnknownNameError(CsanalysisError, KeyError, AttributeError):
    """A table, chapter, metric or split that is not there; the nearest is named."""

    def __str__(self) -> str:
        return "\n".join(self.problems)


def unknown(what: tuple[str, str], name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for a name: ``what`` it should be, in English and Chinese."""
    return UnknownNameError(
        Message(
            "there is no {en} {name!r}{hint}",
            "没有{zh}“{name}”{hint}",
            en=what[0],
            zh=what[1],
            name=name,
            hint=nearest(name, known),
        )
    )
