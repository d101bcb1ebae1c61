"""How much the sum of a cell varies, and what an order brings of few cases, by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.value.answered_calls import Draws, drawn_answers
from csanalysis.metrics.value.call_effects import _noise
from csanalysis.metrics.value.call_order import _brought

CELLS = pd.DataFrame({"cell": ["a", "a"]})


def draws_of(drawn, spoken, came, **rows):
    numbers = (np.array(each, float) for each in (drawn, spoken, came))
    return Draws(pd.DataFrame(rows), *numbers, np.arange(len(drawn)))


def test_what_the_effect_explains_is_no_noise():
    """Spoken to and came, and neither: the effect is 1, and nothing is left."""
    draws = draws_of([1, -1], [1, 0], [1, 0])
    assert _noise(draws, draws.drawn, CELLS, np.zeros(2, int)).tolist() == [0]


def test_what_is_left_is_weighed_by_how_likely_an_answer_was():
    """Nobody spoken to, one came: squares 1 and 0, weights 1/4 and 1/4: half of 1/2."""
    draws = draws_of([0.5, -0.5], [0, 0], [1, 0])
    assert _noise(draws, draws.drawn, CELLS, np.zeros(2, int)).tolist() == pytest.approx([0.25])


def test_the_case_at_the_end_of_a_part_is_in_it():
    draws = draws_of([0, 0], [0, 0], [0, 0], worth=[0.2, 0.4], amount=[1.0, 1.0])
    count, gain, _ = _brought(draws, draws.drawn, draws.rows, np.ones(2), "worth", 0.2)
    assert count == 1 and np.isnan(gain)


def test_of_no_cases_nothing_is_drawn():
    nothing = pd.DataFrame({"came_days": [1.0], "habit": [np.nan], "unit": [0]})
    assert [len(each) for each in drawn_answers(nothing, "came_days")] == [0] * 5
