"""Text as the PDF's own fonts can set it: what they lack is spelled, or a box, never an empty glyph."""

import re
from unicodedata import category, normalize

from csanalysis.fonts import has_letter

_IDEOGRAPHS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_BOX = "□"
_UNSEEN = {"\u200b", "\u200c", "\u200d", "\u2060", "\u00ad"}  # where a line may break, or letters join
# As JSON writes a control character; tabs and line ends it writes otherwise.
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u00[01][0-9a-f]|[bf])")


def settable(json_text: str) -> tuple[str, list[str]]:
    """The JSON with fonts' letters alone, and the code points of the Chinese characters that were spelled.

    A Chinese character that no font has, as rare ones of names are, stands as ``[U+2C386]``; any other
    letter, such as an emoji, as a box. Control characters are left out, and so are marks that change the
    letter before them (an emoji's variant, the frame of a keycap) where Unicode has no letter of both.
    """
    composed = normalize("NFC", _CONTROL.sub(r"\1", json_text))
    letters = {each: _replacement(each) for each in {*composed}}
    changed = {ord(letter): new for letter, new in letters.items() if new != letter}
    spelled = sorted(new[1:-1] for new in changed.values() if new.startswith("[U+"))
    return composed.translate(changed), spelled


def _replacement(letter: str) -> str:
    kind = category(letter)
    if kind in {"Cc", "Cf", "Mn", "Me", "Mc"} and letter not in _UNSEEN:
        return ""
    if letter in _UNSEEN or has_letter(letter):
        return letter
    is_chinese = any(first <= ord(letter) <= last for first, last in _IDEOGRAPHS)
    return f"[U+{ord(letter):04X}]" if is_chinese else _BOX
