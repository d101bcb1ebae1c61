"""A bar a dealership for a few, one for many; what is heard of a stranger ends nothing."""

import sys
from io import StringIO
from pathlib import Path

import pytest

from csanalysis.progress import progress


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("count", [2, 3000])
def test_a_terminal_shows_how_far_it_is(monkeypatch, count):
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    paths = [Path(f"store-{number}.yml") for number in range(count)]
    with progress(paths) as on_step:
        for path in paths:
            on_step(str(path), "read")
            on_step(str(path), "again")
            on_step(str(path), "failed" if path == paths[0] else "done")
        on_step("stranger.yml", "read")
    text = shown.getvalue()
    if count == 2:
        assert "store-0" in text and "failed" in text
    else:
        assert "3000 / 3000" in text and "1 failed" in text and text.count("\n") < 30
