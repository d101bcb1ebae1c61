"""People's names as names of sheets and files: what Excel and file systems do not take is left out."""

import re
from collections.abc import Collection

LONGEST = 31
"""Letters that the name of a sheet may have, as UTF-16 counts them."""

_LONGEST_FILE = 60  # letters; of three bytes each they stay below what file systems take
_NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_NOT_IN_A_FILE = re.compile(r"[^\w-]+")
_RESERVED = frozenset({"history"})


def sheet_name(words: str, taken: Collection[str] = ()) -> str:
    """A name that Excel takes, unlike any of ``taken``, whatever the case of its letters.

    Letters that it does not take become spaces; a name too long is cut, one that is taken is numbered.
    """
    plain = " ".join(_NOT_IN_A_SHEET.sub(" ", words).split()).strip("'") or "-"
    used = {name.casefold() for name in taken} | _RESERVED
    return _unlike(plain, used, " ", LONGEST)


def file_name(words: str, taken: Collection[str] = ()) -> str:
    """A part of a file's name that every file system takes, unlike any of ``taken``."""
    plain = _NOT_IN_A_FILE.sub("-", words).strip("-") or "x"
    return _unlike(plain, {name.casefold() for name in taken}, "-", _LONGEST_FILE)


def _unlike(words: str, used: Collection[str], before_number: str, most: int) -> str:
    name, number = _cut(words, most), 1
    while name.casefold() in used:
        number += 1
        ending = f"{before_number}{number}"
        name = _cut(words, most - len(ending)) + ending
    return name


def _cut(words: str, most: int) -> str:
    """So many letters at most; one outside the basic plane counts twice and is not cut in half."""
    cut = words.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")
    return cut.rstrip(" '")
