"""Names under which notebooks of dealerships import modules that stand elsewhere now."""

import importlib

import pytest

from csanalysis.moved import MOVED


@pytest.mark.parametrize("name", MOVED)
def test_an_older_name_gives_the_module_and_leaves_it_as_it_is(name):
    with pytest.warns(DeprecationWarning, match=MOVED[name]):
        module = importlib.import_module(name)
    assert module is importlib.import_module(MOVED[name])
    assert module.__name__ == module.__spec__.name == MOVED[name]
    importlib.sys.modules.pop(name)


def test_other_names_are_not_found():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("csanalysis.metrics.no_such_shelf")
