"""A figure: plots in a grid, each given its room, and all written as one SVG."""

from collections import Counter
from collections.abc import Sequence

from csanalysis.display.canvas.axes import Axes
from csanalysis.display.canvas.axis import Axis
from csanalysis.display.canvas.layout import laid_out
from csanalysis.display.canvas.legend import Handle, Legend
from csanalysis.display.canvas.letters import Words, set_in
from csanalysis.display.canvas.sheet import Sheet
from csanalysis.palette import LIGHT

_POINTS = 72.0


class Figure:
    """A sheet ``width`` by ``height`` inches with plots on it.

    Parameters
    ----------
    width, height : float
        Inches.
    families : sequence of str
        Families to set text in, the first one preferred.
    """

    def __init__(self, width: float, height: float, families: Sequence[str]) -> None:
        self.width, self.height = width * _POINTS, height * _POINTS
        self.families = tuple(families)
        self.rows: list[list[Axes]] = []
        self.shares: Sequence[float] = ()
        self.filled = False
        """Its one plot takes the whole sheet."""
        self.named: Legend | None = None

    def subplots(
        self,
        nrows: int = 1,
        ncols: int = 1,
        *,
        sharex: bool = False,
        sharey: bool = False,
        height_ratios: Sequence[float] = (),
    ) -> list[list[Axes]]:
        """Rows of plots; those that share an axis have one range, and its labels only at the grid's edge."""
        self.rows = [[Axes() for _ in range(ncols)] for _ in range(nrows)]
        self.shares = height_ratios or [1.0] * nrows
        if sharex:
            _share([axes.xaxis for row in self.rows for axes in row], [axes.xaxis for axes in self.rows[-1]])
        if sharey:
            _share([axes.yaxis for row in self.rows for axes in row], [row[0].yaxis for row in self.rows])
        return self.rows

    @property
    def axes(self) -> list[Axes]:
        """All plots, row by row."""
        return [axes for row in self.rows for axes in row]

    def legend(self, handles: Sequence[Handle], *, ncols: int, handlelength: float = 2.4) -> None:
        """The names of looks that all plots have in common, above all."""
        self.named = Legend(handles, ncols, handlelength).fitted(self.families, self.width)

    def svg(self, id: str) -> str:
        """The figure as SVG; names inside it begin with ``id``, so that several can stand in one page."""
        sheet = Sheet(id, self.width, self.height, self.families)
        top = self.named.height() if self.named else 0.0
        plots = laid_out(self.rows, sheet, shares=self.shares, top=top, filled=self.filled)
        usual = _usual([words for plot in plots for words in plot.words], self.families)
        body = "".join(plot.svg(usual) for plot in plots)
        if self.named:
            body = self.named.svg(sheet, 3.0, 1.0, usual) + body
        wide, high = f"{self.width:g}", f"{self.height:g}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}pt" height="{high}pt" '
            f'viewBox="0 0 {wide} {high}" font-family="\'{usual[0]}\',sans-serif" font-size="{usual[1]:g}px" '
            f'stroke-linejoin="round" stroke-linecap="butt">{sheet.patterns()}'
            f'<path d="M0 0H{wide}V{high}H0z" fill="{LIGHT.paper}"/>{body}</svg>'
        )


def _share(axes: list[Axis], named: list[Axis]) -> None:
    for axis in axes:
        axis.shared = [other for other in axes if other is not axis]
        axis.named = axis in named


def _usual(words: Sequence[Words], families: tuple[str, ...]) -> tuple[str, float]:
    """The family and the size of most lines: said once, at the root."""
    found = Counter(set_in(line, families) for each in words for line in each.lines)
    sizes = Counter(each.size for each in words for _ in each.lines)
    family = found.most_common(1)[0][0] if found else families[0]
    return family, sizes.most_common(1)[0][0] if sizes else 8.0
