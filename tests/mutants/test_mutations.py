"""The mutants themselves: what is changed, what is left alone, and that the change reaches who has imported."""

import ast
import gc
import importlib.util
import sys
from pathlib import Path

import pytest

from tests.mutants.mutations import mutants_of
from tests.mutants.running import put_in

SOURCE = '''
"""About 3 things."""

LIMIT = 10


def few(count: int = 2, *, sort: bool = True) -> bool:
    """At most 9."""
    if count < 0:
        raise ValueError(f"{count + 1} is below {0}")
    return count <= LIMIT and sorted([count], reverse=False) != []


class Tally:
    def total(self, parts):
        return max(parts) + 1
'''


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "small.py"
    path.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("small_to_mutate", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    yield made
    del sys.modules[spec.name]


def test_every_kind_of_change_is_made_and_words_are_left_alone(tmp_path):
    path = tmp_path / "small.py"
    path.write_text(SOURCE, encoding="utf-8")
    found = [(mutant.owner, mutant.change) for mutant in mutants_of(path)]
    whole = "count <= LIMIT and sorted([count], reverse=False) != []"
    assert sorted(found) == sorted(
        [
            ("LIMIT", "10 → 11"),
            ("few", "2 → 3"),
            ("few", "True → False"),
            ("few", "count < 0 → count <= 0"),
            ("few", "count < 0 → count >= 0"),
            ("few", "0 → 1"),
            ("few", f"return {whole}"[:59] + "… → return None"),
            ("few", f"{whole} → {whole.replace(' and ', ' or ')}"),
            ("few", "count <= LIMIT → count < LIMIT"),
            ("few", "count <= LIMIT → count > LIMIT"),
            ("few", "False → True"),
            ("few", "sorted([count], reverse=False) != [] → sorted([count], reverse=False) == []"),
            ("Tally.total", "return max(parts) + 1 → return None"),
            ("Tally.total", "max(parts) + 1 → max(parts) - 1"),
            ("Tally.total", "max(parts) → min(parts)"),
            ("Tally.total", "1 → 2"),
        ]
    )


def test_each_mutant_is_a_program_that_differs_in_one_place(tmp_path):
    path = tmp_path / "small.py"
    path.write_text(SOURCE, encoding="utf-8")
    programs = {ast.unparse(mutant.tree()) for mutant in mutants_of(path)}
    assert len(programs) == len(mutants_of(path))
    assert ast.unparse(ast.parse(SOURCE)) not in programs


@pytest.mark.parametrize(
    ("change", "gives"),
    [
        ("2 → 3", (3, True)),
        ("count <= LIMIT → count < LIMIT", (2, False)),
        ("10 → 11", (2, True)),
        ("max(parts) → min(parts)", (2, True)),
    ],
)
def test_what_was_imported_before_changes_too(module, change, gives):
    few, tally = module.few, module.Tally()
    assert (few.__defaults__[0], few(10), few(11), tally.total([1, 5])) == (2, True, False, 6)
    (mutant,) = [each for each in mutants_of(Path(module.__file__)) if each.change == change]
    gc.freeze()  # as after the tests were collected
    put_in(mutant)
    assert (few.__defaults__[0], few(10)) == gives
    assert few(11) == (change == "10 → 11")
    assert tally.total([1, 5]) == (2 if change.startswith("max") else 6)
