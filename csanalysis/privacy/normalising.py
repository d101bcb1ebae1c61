"""Text as it reads, whatever signs it was written with: one width, one case, digits of one script."""

import re
import unicodedata
from dataclasses import dataclass

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u20d0-\u20ff\U000e0000-\U000e0fff]"
)
"""What takes no room, such as zero-width spaces and the frame of a keycap."""

_HAN_DIGITS = str.maketrans("零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖", "00012345678912123456789")
_LIKE_LATIN = str.maketrans("АВЕКМНОРСТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXYABEZHIKMNOPTYX")


@dataclass(frozen=True)
class Normal:
    """A text in capitals of one width, and for each letter the place in the original that it came from.

    ``counted`` is the same text, letter by letter, with Chinese numerals as digits: 一三九 is 139 there.
    """

    text: str
    origin: tuple[int, ...]

    @property
    def counted(self) -> str:
        """The text with numerals of Chinese as digits."""
        return self.text.translate(_HAN_DIGITS)

    def written(self, span: tuple[int, int]) -> tuple[int, int]:
        """Where in the original a part of the text stands."""
        start, end = span
        return self.origin[start], self.origin[end - 1] + 1


def plainly(text: str) -> str:
    """``text`` in one width, without what cannot be seen; case and spacing stay.

    Digits of every script become those of ASCII, by compatibility (NFKC) or by their value.
    """
    if text.isascii():
        return text
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r"[^\x00-\x7f]", _digit, text) if _FOREIGN_DIGIT.search(text) else text


_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")


def _digit(match: re.Match[str]) -> str:
    value = unicodedata.decimal(match.group(), None)
    return match.group() if value is None else str(value)


def normalised(text: str) -> Normal:
    """``text`` letter by letter as :func:`plainly` gives it, in capitals, without accents, spaces as one."""
    letters: list[str] = []
    origin: list[int] = []
    for place, written in enumerate(text):
        if INVISIBLE.match(written):
            continue
        for letter in unicodedata.normalize("NFKD", written):
            if unicodedata.combining(letter) or INVISIBLE.match(letter):
                continue
            value = unicodedata.decimal(letter, None)
            plain = letter if value is None else str(value)
            plain = plain.upper() if len(plain.upper()) == 1 else plain
            plain = " " if plain.isspace() or not plain.isprintable() else plain.translate(_LIKE_LATIN)
            if plain == " " and letters[-1:] == [" "]:
                continue
            letters.append(plain)
            origin.append(place)
    return Normal("".join(letters), tuple(origin))
