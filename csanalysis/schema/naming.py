"""How headers and words are compared, and the nearest known one offered in an error."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from csanalysis.messages import Message, joined

_UNIT = re.compile(r"[(\[【][^)\]】]*[)\]】]$")


def folded(word: str) -> str:
    """A word without width, case, spaces and joining marks: ``' ＶＩＮ_码 '`` and ``'vin码'`` are one."""
    return re.sub(r"[\s_\-.:/：]+", "", unicodedata.normalize("NFKC", word)).casefold()


@lru_cache(maxsize=16384)
def folded_header(word: str) -> str:
    """A header folded, without the unit behind it in brackets or the star of a required one.

    ``里程（km）`` and ``*里程`` are ``里程``.
    """
    plain = unicodedata.normalize("NFKC", word).strip(" \t\r\n*")
    return folded(_UNIT.sub("", plain) or plain)


def header_unit(word: str) -> str:
    """The unit in brackets behind a header, folded; ``''`` where there is none."""
    unit = _UNIT.search(unicodedata.normalize("NFKC", word).strip(" \t\r\n*"))
    return folded(unit.group()[1:-1]) if unit else ""


def nearest(word: str, known: Iterable[str]) -> Message:
    """``'; did you mean …?'``, or what is known where nothing is near."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return Message("; did you mean {name}?", "；是不是 {name}？", name=close[0])
    if not names:
        return Message("", "")
    return Message("; known: {names}", "；可用的有：{names}", names=joined(names))
