"""The short form of ``make hardening``: some inputs of every class, and the counting itself."""

from pathlib import Path
from random import Random

import pytest

from tests.hardening.attacks import ATTACKS, Attack
from tests.hardening.trying import as_text, tried
from tests.privacy.said import closed_in, said_in


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name.replace(" ", "_"))
def test_hostile_inputs_hold(attack):
    assert tried(attack, 40, first_seed=1).failed == []


def test_what_does_not_hold_is_counted_and_said():
    def fail_on_even(given: int, folder: Path) -> None:
        if given % 2 == 0:
            raise ZeroDivisionError("even")

    counts = [tried(Attack("numbers", lambda chance: chance.randrange(1000), fail_on_even), 50)]
    even = sum(Random(f"numbers/{seed}").randrange(1000) % 2 == 0 for seed in range(1, 51))
    assert (counts[0].tried, counts[0].held, len(counts[0].failed)) == (50, 50 - even, even) and 0 < even < 50
    text = as_text(counts)
    assert "ZeroDivisionError: even" in text and text.splitlines()[-6].startswith("all")


def test_what_readers_find_is_every_open_file_and_one_of_an_unknown_form_is_an_error(tmp_path):
    closed = tmp_path / ".cache"
    closed.mkdir(mode=0o700)
    (closed / "kept.answer").write_bytes(b"\x80\x04told")
    (tmp_path / "page.html").write_text("told", encoding="utf-8")
    assert said_in(tmp_path, but=closed_in(tmp_path)) == {"page.html": "told"}
    with pytest.raises(UnicodeDecodeError):
        said_in(tmp_path)
