"""What a report may be withheld for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """One way in which a finished report breaks the contract.

    ``rule`` is a key under ``contract`` in the catalogue's texts, ``where`` a place as a reader would name
    it, and ``what`` the detail; of personal data only so much that its owner can find it in the exports.
    """

    rule: str
    where: str
    what: str = ""


def masked(found: str) -> str:
    """A found name or number, unreadable but for its ends: ``138*****678``, ``张*``."""
    ends = max(1, len(found) // 4)
    if len(found) <= 3:
        return found[0] + "*" * (len(found) - 1)
    return found[:ends] + "*" * (len(found) - 2 * ends) + found[-ends:]
