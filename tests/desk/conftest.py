import pytest

import csanalysis as cs


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """The folder of parsed exports that the stores of these tests share."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="session")
def store(demo, kept):
    return cs.open(demo / "params" / "haibin.yml", cache=kept)
