"""Tests that share what is dear to make are given to one process."""

import os

import pytest


@pytest.mark.xdist_group("told")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process has all tests")
def test_a_group_of_tests_is_told_to_those_who_deal_them_out(request):
    assert request.node.nodeid.endswith("@told"), "this pytest does not read what pytest-xdist writes"
