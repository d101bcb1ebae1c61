"""Tests that share what is dear to make are given to one process."""

import pytest


@pytest.mark.xdist_group("told")
def test_a_group_of_tests_is_told_to_those_who_deal_them_out(request):
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("tests are not dealt out by groups")
    assert request.node.nodeid.endswith("@told"), "this pytest does not read what pytest-xdist writes"
