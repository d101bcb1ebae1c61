"""The table of what a call changes."""

import pytest

from csanalysis.catalogue import METRICS, Missing
from csanalysis.chapters import value
from csanalysis.display.show import Show
from csanalysis.metrics.results import Results, tidy

SPAN = "2023/2025"


def of_gains(*values):
    purposes = ["maintenance", "win_back"]
    return Results(
        {
            "call_gain": [
                tidy([SPAN] * 2, value=values, purpose=purposes),
                tidy([SPAN] * 2, value=values, purpose=purposes, visit_class=["B", "C"]),
            ]
        }
    )


def test_purposes_that_prove_nothing_are_left_out():
    table = Show(value).call_gains(of_gains(0.123, float("nan")), language="en")
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Maintenance reminder", "+12.3", "+12.3"]
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_none_is_proven_the_reader_is_told_so(language):
    label = METRICS["call_gain"].label(language)
    note = Show(value).call_gains(of_gains(float("nan"), float("nan")), language=language)
    assert isinstance(note, Missing) and label in note.plain and "contacts" not in note.plain
    absent = Show(value).call_gains(Results(), language=language)
    assert label in absent.plain and "contacts" in absent.plain
