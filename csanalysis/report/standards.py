"""The standards that a report's PDF may be written to."""

from typing import Final, Literal

Standard = Literal["ua-1", "a-2a"]
"""``ua-1`` is PDF/UA-1, for readers who cannot see it; ``a-2a`` is PDF/A-2a as well, for the archive."""

STANDARDS: Final[tuple[Standard, ...]] = ("ua-1", "a-2a")
