"""What the commands print, in the language of the params file that a line is about."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, TextIO

from csanalysis.messages import said


def say(line: str, *about: Path, out: bool = False) -> None:
    """Print a line to standard error, or to standard output with ``out``.

    A message is said in the language that the params files ``about`` ask for. Where they ask for none, for
    different ones, or are not known, it is the environment's: Chinese under a Chinese locale, else English.
    What a terminal of another code page cannot show is said in English.
    """
    stream = sys.stdout if out else sys.stderr
    translated = said(line, spoken(about))
    print(translated if _can_show(stream, translated) else str(line), file=stream)


def spoken(about: Iterable[Path] = (), environment: Mapping[str, str] = os.environ) -> Literal["zh", "en"]:
    """The language of lines about some params files."""
    from csanalysis.params.language import language_of

    locale = next((value for name in _LOCALES if (value := environment.get(name))), "")
    usual: Literal["zh", "en"] = "zh" if locale.lower().startswith("zh") else "en"
    asked = {language_of(path, usual) for path in about}
    return asked.pop() if len(asked) == 1 else usual


_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def _can_show(stream: TextIO, line: str) -> bool:
    try:
        line.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
