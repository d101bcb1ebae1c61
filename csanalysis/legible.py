"""Text of data as every page, workbook and file can hold it."""

import re
from unicodedata import normalize

# Control characters but white space, halves of characters, what is no character, marks that turn the
# direction of a line, and what is drawn around the letter before it: an emoji's variant, a keycap's frame.
_ILL = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff\ufeff\u200e\u200f\u061c"
    "\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\u20d0-\u20f0\U000e0000-\U000e01ef"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U0010fffe\U0010ffff"
)
_WHITE = "\t-\r\x1c-\x1f\x85\u2028\u2029"
_UNFIT = re.compile(f"[{_ILL}]")
_SPACES = re.compile(f"[{_WHITE}]+")

UNFIT = re.compile(f"[{_ILL}{_WHITE}]")
"""A letter that :func:`legible` changes: one class of letters, which is searched twice as fast as two."""


def is_legible(text: str) -> bool:
    """Whether :func:`legible` changes nothing of it; of many texts put together, whether of none."""
    return (text.isascii() and text.isprintable()) or not UNFIT.search(text)


def legible(text: str) -> str:
    """``text`` on one line of characters that XML, Typst, HTML, Excel and YAML all take, and fonts can set.

    White space of any kind becomes a space; what cannot be written or seen is left out; nothing else changes.
    """
    if is_legible(text):
        return text
    return normalize("NFC", _UNFIT.sub("", _SPACES.sub(" ", text))).strip()


def legible_lines(text: str) -> str:
    """``text`` with each of its lines :func:`legible`."""
    return text if is_legible(text) else "\n".join(map(legible, text.split("\n")))
