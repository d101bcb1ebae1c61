"""The normal law at the places that every table of it prints."""

import pytest

from csanalysis.metrics.stats.normal import Z95, above, below, quantile


def test_the_values_of_the_printed_table():
    assert pytest.approx(1.959964, abs=1e-6) == Z95
    assert quantile([0.5, 0.8413447]).tolist() == pytest.approx([0, 1], abs=1e-6)
    assert below([0, 1.959964]).tolist() == pytest.approx([0.5, 0.975], abs=1e-6)
    assert above([0, 1.959964]).tolist() == pytest.approx([0.5, 0.025], abs=1e-6)


def test_far_out_something_is_left():
    assert above(10) == pytest.approx(7.619853e-24, rel=1e-6)
