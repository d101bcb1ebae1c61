"""The words that say what a dashed line is stand clear of what is drawn."""

import matplotlib.pyplot as plt
import pytest

from csanalysis.display.figures.panels import dashed_line_label


@pytest.mark.parametrize(
    ("values", "side"),
    [([0.95, 0.93, 0.90], "bottom"), ([0.0, 0.02, 0.4], "top"), ([-1.0, 2.0, 1.0], "bottom")],
    ids=["down to the corner", "at nil", "below nil"],
)
def test_words_about_a_dashed_line_cover_nothing(values, side):
    figure, ax = plt.subplots(figsize=(2.2, 1.4))
    ax.plot(values[::-1])
    dashed_line_label(ax, "dashed: 95.0 % asked")
    figure.canvas.draw()
    words = ax.texts[0].get_window_extent()
    least, most = (ax.transData.transform((0, value))[1] for value in (min(values), max(values)))
    assert words.y1 <= least if side == "bottom" else words.y0 >= most
    assert min(values) < 0 or ax.get_ylim()[0] > -0.1
    plt.close(figure)
