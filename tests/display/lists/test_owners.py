"""Work is shared by weight, the same way every time."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.display.lists.owners import agent_weights, by_weight


def test_the_first_rows_are_mixed_by_weight():
    assert by_weight(5, {"甲": 1.0, "乙": 0.5}) == ["甲", "乙", "甲", "甲", "乙"]


@given(st.integers(0, 200), st.lists(st.floats(0.1, 5), min_size=1, max_size=6))
def test_nobody_is_a_row_away_from_their_share(rows, weights):
    people = {f"p{place}": weight for place, weight in enumerate(weights)}
    given_out = Counter(by_weight(rows, people))
    for name, weight in people.items():
        assert abs(given_out[name] - rows * weight / sum(weights)) < len(people)


@pytest.mark.parametrize("weights", [{}, {"甲": 0.0}], ids=["nobody", "nobody with a weight"])
def test_without_people_nobody_owns_a_row(weights):
    assert by_weight(2, weights) == [None, None]


def test_weights_come_from_params_else_from_agents_among_staff():
    staff = pd.DataFrame(
        {
            "staff": ["甲", "乙", "丙"],
            "role": ["agent", "agent", "technician"],
            "weight": [0.5, None, 1.0],
        }
    )
    assert agent_weights({"丁": 1.0}, staff) == {"丁": 1.0}
    assert agent_weights({}, staff) == {"甲": 0.5, "乙": 1.0}
    assert agent_weights({}, None) == {}
