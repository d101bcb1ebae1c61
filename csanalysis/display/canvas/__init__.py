"""The house's own small drawing library: plots written straight as SVG.

It is spoken to as Matplotlib's axes are, in the words that the report's figures use of it. No text is
measured twice and nothing is laid out that is not there: a figure takes a few milliseconds.
"""

from csanalysis.display.canvas.axes import Axes
from csanalysis.display.canvas.figure import Figure

__all__ = ["Axes", "Figure"]
