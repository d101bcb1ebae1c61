"""Words of data in a sentence of Markdown: they are read as they are written, and are never markup."""

import re

_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|[*`]|(?<![^\W_])_|_(?![^\W_])|\[(?=[^\]]*\])|<(?=[A-Za-z/!?])|~(?=~)|&(?=#?\w+;)"
    r"|\$(?=.*\$)|(?<=\$)\$|^[#>]|^[-+](?= )|(?<=^\d)[.)](?= )|(?<=^\d\d)[.)](?= )"
)
_BETWEEN_STARS = "\u2060"
"""Takes no room; a bold word between Chinese ones is found by its two stars, escaped or not."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class Said(str):
    """A sentence, or part of one, that is Markdown already."""

    __slots__ = ()


def verbatim(words: str) -> str:
    """``words`` in Markdown so that a reader sees these very letters."""
    if isinstance(words, Said) or not _MARKUP.search(words):
        return words
    return _MARKUP.sub(r"\\\g<0>", words).replace(r"\*\*", rf"\*{_BETWEEN_STARS}\*")


def without_markup(markdown: str) -> str:
    """What a reader sees of sentences in Markdown."""
    return _ESCAPED.sub(r"\1", markdown.replace("**", "")).replace(_BETWEEN_STARS, "")
