"""The sheet that plots lie on: its size, its letters, and the hatches that they share."""

from dataclasses import dataclass, field

_SPACING = 6  # points between the strokes of a hatch
_STROKES = {"/": "M-1 1L1 -1M0 6L6 0M5 7L7 5", "\\": "M-1 5L1 7M0 0L6 6M5 -1L7 1"}


@dataclass(slots=True)
class Sheet:
    """A sheet in points; the names of what is made once on it begin with ``id``."""

    id: str
    width: float
    height: float
    families: tuple[str, ...]
    made: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def hatched(self, pattern: str, color: str, paper: str) -> str:
        """What a fill is called: strokes in ``color`` on ``paper``, leaning as ``pattern`` (``/``, ``x``)."""
        name = self.made.setdefault((pattern, color, paper), f"{self.id}-{len(self.made) + 1}")
        return f"url(#{name})"

    def patterns(self) -> str:
        """The hatches as SVG."""
        drawn = "".join(
            f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{_SPACING}" height="{_SPACING}">'
            f'<path d="M0 0H{_SPACING}V{_SPACING}H0z" fill="{paper}"/>'
            f'<path d="{_strokes(pattern)}" fill="none" stroke="{color}" stroke-width="0.6"/></pattern>'
            for (pattern, color, paper), name in self.made.items()
        )
        return f"<defs>{drawn}</defs>" if drawn else ""


def _strokes(pattern: str) -> str:
    ways = "/\\" if "x" in pattern else pattern[0]
    return "".join(_STROKES[way] for way in ways)
