"""What may be asked of a run: how long and how large, how strictly, and what kind of PDF."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

from csanalysis.messages import Message

Standard = Literal["ua-1", "a-2a"]
"""``ua-1`` is PDF/UA-1, for readers who cannot see it; ``a-2a`` is PDF/A-2a as well, for the archive."""

STANDARDS: Final[tuple[Standard, ...]] = ("ua-1", "a-2a")
MEGABYTE: Final = 2**20

TRY: Final = "try"
"""The tag of a notebook's cells to try things out in: no report runs them or shows them."""


@dataclass(frozen=True)
class Limits:
    """What one chapter may take: ``deadline`` in seconds; ``memory`` in bytes, None for no limit."""

    deadline: float = 600
    memory: int | None = None

    @property
    def memory_hint(self) -> str:
        """What to add where memory ran out; nothing without a limit."""
        if not self.memory:
            return ""
        line = (
            "; it may hold {megabytes:.0f} MB, raise --memory",
            "；上限是 {megabytes:.0f} MB，可用 --memory 调高",
        )
        return Message(*line, megabytes=self.memory / MEGABYTE)


NO_HURRY: Final = Limits()


def overdue(what: str, deadline: float) -> Message:
    """What to say of a chapter or step that did not end in its ``deadline`` in seconds."""
    return Message(
        "{what}: took over {deadline:g} s; raise --deadline if it needs longer",
        "{what}：超过了 {deadline:g} 秒；如确需更久，请调高 --deadline",
        what=what,
        deadline=deadline,
    )


@dataclass(frozen=True)
class RunOptions:
    """How a dealership's report is to be made.

    ``force`` makes again what is unchanged; ``strict`` refuses data with anything to warn of;
    ``pdf_standard`` is that of the PDF; ``as_of`` the last day counted in place of the params' (ISO date);
    ``trust_chapters`` allows own chapters and changed notebooks where the params do not say
    ``chapters_trusted``; ``with_values`` puts into ``rejects.csv`` the cells as they were exported, personal
    data and all.
    """

    limits: Limits = NO_HURRY
    force: bool = False
    strict: bool = False
    pdf_standard: Standard = "ua-1"
    as_of: str | None = None
    trust_chapters: bool = False
    with_values: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it is sent to a worker."""
        return asdict(self)

    @classmethod
    def from_json(cls, sent: dict[str, Any]) -> Self:
        """The inverse of :meth:`to_json`."""
        return cls(**{**sent, "limits": Limits(**sent["limits"])})


USUAL: Final = RunOptions()
