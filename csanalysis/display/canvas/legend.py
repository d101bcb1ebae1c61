"""What the looks of a plot are called: a small picture of each with its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from csanalysis.display.canvas.letters import MIDDLE, Words, lines_of, width_of
from csanalysis.display.canvas.marks import Boxes, Stroke, number, shapes
from csanalysis.display.canvas.sheet import Sheet
from csanalysis.palette import LIGHT

SIZE = 8.5
_GAP, _BETWEEN, _LINE, _AROUND = 0.8, 2.0, 1.5, 0.5
"""In letters: from picture to name, between columns, from line to line, and around all."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A look and its name."""

    look: Stroke | Boxes
    name: str


@dataclass(frozen=True, slots=True)
class Legend:
    """Names in columns, each filled downwards."""

    handles: Sequence[Handle]
    columns: int
    length: float = 2.4

    def widths(self, families: tuple[str, ...]) -> list[float]:
        """How wide each column is without the gap after it [points]."""
        names = [width_of(lines_of(handle.name)[0], families) for handle in self.handles]
        down = self.down()
        parts = [names[start : start + down] for start in range(0, len(names), down)]
        return [(self.length + _GAP + max(part)) * SIZE for part in parts]

    def down(self) -> int:
        """How many lines there are."""
        return -(-len(self.handles) // max(1, min(self.columns, len(self.handles))))

    def height(self) -> float:
        """Points from above the first line to below the last."""
        return (self.down() * _LINE + 2 * _AROUND - 0.25) * SIZE if self.handles else 0.0

    def fitted(self, families: tuple[str, ...], wide: float) -> "Legend":
        """The same in as many columns as have room."""
        for columns in range(self.columns, 0, -1):
            legend = Legend(self.handles, columns, self.length)
            needed = legend.widths(families)
            if sum(needed) + (len(needed) - 1) * _BETWEEN * SIZE + _AROUND * SIZE <= wide:
                break
        return legend

    def svg(self, sheet: Sheet, left: float, top: float, usual: tuple[str, float]) -> str:
        """The names with their pictures from the corner ``left``, ``top``."""
        drawn, down = "", self.down()
        x = left + _AROUND * SIZE
        for column, wide in enumerate(self.widths(sheet.families)):
            for line, handle in enumerate(self.handles[column * down : (column + 1) * down]):
                y = top + (_AROUND + 0.625 + line * _LINE) * SIZE
                drawn += _picture(handle.look, sheet, x, y, self.length * SIZE)
                named = Words(
                    lines_of(handle.name)[:1],
                    x + (self.length + _GAP) * SIZE,
                    y + MIDDLE * SIZE,
                    SIZE,
                    LIGHT.ink,
                )
                drawn += named.svg(sheet.families, usual)
            x += wide + _BETWEEN * SIZE
        return drawn


def _picture(look: Stroke | Boxes, sheet: Sheet, x: float, y: float, wide: float) -> str:
    if isinstance(look, Boxes):
        half = 0.35 * SIZE
        fill = sheet.hatched(look.hatch, look.edge, look.faces[0]) if look.hatch else look.faces[0]
        box = f"M{number(x)} {number(y + half)}h{number(wide)}v{number(-2 * half)}h{number(-wide)}z"
        return f'<path d="{box}"{look.look(fill)}/>'
    drawn = ""
    if look.dash not in ("", "none", "None"):
        drawn = f'<path d="M{number(x)} {number(y)}h{number(wide)}" fill="none"{look.pen()}/>'
    if look.marker and look.marker != "none":
        drawn += shapes(look, [(x + wide / 2, y)])
    return drawn
