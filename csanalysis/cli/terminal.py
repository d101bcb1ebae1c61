"""What the commands print, in the language of the params file that a line is about."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, TextIO

from csanalysis.messages import Message, said

Tongue = Literal["zh", "en"]

FORCED = "CSANALYSIS_LANGUAGE"
"""The variable of the environment that says the language whatever else does; ``--language`` sets it."""

_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def say(line: str, *about: Path, out: bool = False) -> None:
    """Print a line to standard error, or to standard output with ``out``.

    A message is said in the language that the params files ``about`` ask for. Where they ask for none, for
    different ones, or are not known, it is the environment's: Chinese under a Chinese locale, else English.
    What a terminal of another code page cannot show is said in English.
    """
    stream = sys.stdout if out else sys.stderr
    translated = said(line, spoken(about))
    print(translated if _can_show(stream, translated) else str(line), file=stream)


def next_step(line: Message, *about: Path) -> None:
    """Say what to do next, to a person at a terminal; programs that read the output are told nothing."""
    if _watched():
        say(line, *about)


def _watched() -> bool:
    return sys.stderr.isatty()


def spoken(about: Iterable[Path] = (), environment: Mapping[str, str] = os.environ) -> Tongue:
    """The language of lines about some params files."""
    from csanalysis.params.language import language_of

    if (forced := _tongue(environment.get(FORCED, ""))) is not None:
        return forced
    usual = _usual(environment)
    asked = {language_of(path, usual) for path in about}
    return asked.pop() if len(asked) == 1 else usual


def readable(wanted: object = None) -> Tongue:
    """The language of a whole table on standard output: the forced one, ``wanted``, or the environment's."""
    asked = _tongue(os.environ.get(FORCED, "")) or _tongue(wanted) or _usual(os.environ)
    return asked if _can_show(sys.stdout, "中") else "en"


def _usual(environment: Mapping[str, str]) -> Tongue:
    here = next((value for name in _LOCALES if (value := environment.get(name))), "") or _of_windows()
    return "zh" if here.lower().startswith("zh") else "en"


def _tongue(word: object) -> Tongue | None:
    return "zh" if word == "zh" else "en" if word == "en" else None


def _of_windows() -> str:
    """The language in which Windows, which has none of those variables, shows its own menus."""
    import ctypes
    import locale

    windows = getattr(ctypes, "windll", None)
    return locale.windows_locale.get(windows.kernel32.GetUserDefaultUILanguage(), "") if windows else ""


def _can_show(stream: TextIO, line: str) -> bool:
    try:
        line.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
