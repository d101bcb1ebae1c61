"""The claims that are put to the test: a claim is a function from a seed to whether a store claims, or covers.

Write another by ``@claim(subject, world, target)`` over a function of the seed that makes a store (or a
table) of known truth, calls the metric functions and returns True, False, or None where the store says
nothing; or, where it says many things (a goal in every month, a chance of every tier), how many of them were so
and how many there were. It is then a row of the table that ``make calibrate`` prints.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["false_claim", "found", "covered"]

Outcome = bool | tuple[int, int] | None
"""Whether it was so, or in how many cases of how many; None: the store says nothing."""


@dataclass(frozen=True)
class Claim:
    """One row of the table: of what, in which world, and between which rates it should lie.

    ``kind`` is ``false_claim`` (True: claimed though nothing is there), ``found`` (True: claimed, and it is
    there) or ``covered`` (True: the interval holds the truth); ``nominal`` is what an interval promises. A known
    ``limit`` is shown, and is no failure.
    """

    subject: str
    world: str
    kind: Kind
    low: float
    high: float
    trial: Callable[[int], Outcome]
    nominal: float | None = None
    limit: bool = False

    @property
    def name(self) -> str:
        """What the row is called on the command line."""
        return f"{self.subject}.{self.world}.{self.kind}"


CLAIMS: list[Claim] = []
"""Every row, in the order of the table; filled by the modules of this folder."""


def claim(
    subject: str,
    world: str,
    kind: Kind,
    *,
    low: float = 0.0,
    high: float = 1.0,
    nominal: float | None = None,
    limit: bool = False,
) -> Callable[[Callable[[int], Outcome]], Callable[[int], Outcome]]:
    """Put a function of a seed into the table.

    Parameters
    ----------
    subject, world : str
        What is claimed, and in what kind of store.
    kind : str
        See :class:`Claim`.
    low, high : float
        The target: between which rates [fractions] the row should lie.
    nominal : float, optional
        The coverage that an interval promises.
    limit : bool
        Whether it is known not to hold in this world, which the table then says.
    """

    def registered(trial: Callable[[int], Outcome]) -> Callable[[int], Outcome]:
        CLAIMS.append(Claim(subject, world, kind, low, high, trial, nominal, limit))
        return trial

    return registered
