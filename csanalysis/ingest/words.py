"""Text to text: ids, VINs, words of closed vocabularies and truth values."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.ingest.coded import arrow, is_coded, trimmed
from csanalysis.messages import Message, joined
from csanalysis.schema import FALSE_WORDS, TRUE_WORDS, VOCABULARIES, WORDS, Column, folded, nearest

_DASHES = r"^[-—–－―/\\]+$"


def trim_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells without blanks around them, as :func:`csanalysis.ingest.coded.trimmed` has them."""
    if all(isinstance(kind, pd.CategoricalDtype) for kind in cells.dtypes):
        return cells  # coded ones are trimmed already; to put thousands of them together anew takes long
    return pd.DataFrame({place: _trimmed(column) for place, column in cells.items()}, index=cells.index)


def _trimmed(column: pd.Series) -> pd.Series:
    if is_coded(column):
        return column
    told = arrow(column)
    text = trimmed(told)
    if column.dtype == "str" and text.equals(told):
        return column  # most cells are clean: to make texts of Arrow's takes longer than all of the above
    return pd.Series(text, dtype="str", index=column.index)


def known_words(column: Column, words: Mapping[str, str]) -> dict[str, str]:
    """Folded word → the word meant, the params' ``words`` before the built-in ones.

    The words of a boolean column mean ``"true"`` or ``"false"``.
    """
    known: dict[str, str] = {}
    built_in = dict(WORDS.get(column.name, {}))
    if column.kind == "boolean":
        built_in = {
            meant: (*built_in.get(meant, ()), *more)
            for meant, more in (("true", TRUE_WORDS), ("false", FALSE_WORDS))
        }
    if column.vocabulary:
        built_in = dict(VOCABULARIES[column.vocabulary])
    for meant, aliases in built_in.items():
        for alias in (meant, *aliases):
            known.setdefault(folded(alias), meant)
    ours = {_key(word): meant for word, meant in words.items()}
    if column.vocabulary or column.kind == "boolean":
        # A store's word may be mapped onto any built-in one, such as 免费首保 onto 首保.
        ours = {word: known.get(folded(meant), meant) for word, meant in ours.items()}
    return known | ours


def _key(word: str) -> str:
    """Words are compared folded, but 1.1 and 11 are two words."""
    short = folded(word)
    return word.strip() if short.isdigit() else short


def translate(words: pd.Series, known: Mapping[str, str]) -> pd.Series:
    """Words replaced by what they are known to mean; the rest as they stand."""
    if not known:
        return words
    meant = [known.get(_key(word), word) if isinstance(word, str) else None for word in words]
    return pd.Series(meant, dtype="str", index=words.index)


def parse_texts(words: pd.Series, *, is_id: bool) -> pd.Series:
    """Text as it stands; ids in half-width characters. A cell of dashes alone is empty."""
    told = arrow(words)
    text = pc.utf8_normalize(told, form="NFKC") if is_id else told
    return _as_series(pc.if_else(pc.match_substring_regex(text, _DASHES), None, text), told, words)


def _as_series(text: pa.Array, told: pa.Array, words: pd.Series) -> pd.Series:
    """``words`` themselves, which said what is ``told``, unless they are another text now."""
    return words if text.equals(told) else pd.Series(text, dtype="str", index=words.index)


def _say(words: pd.Series, pattern: str, *, empty: bool = False) -> pd.Series:
    """Which words a pattern of Arrow's fits [bool]; ``empty`` is what is said of an empty one."""
    told = arrow(words)
    found = pc.fill_null(pc.match_substring_regex(told, pattern), empty).to_numpy(zero_copy_only=False)
    return pd.Series(found, index=words.index)


def dashes(words: pd.Series) -> pd.Series:
    """Which cells are dashes alone, as people write for nothing [bool]."""
    return _say(words, _DASHES, empty=True)


def phones(words: pd.Series) -> pd.Series:
    """Phone numbers as they stand; NaN for what has fewer than five digits, as in a shifted row."""
    told = arrow(words)
    digits = pc.fill_null(pc.count_substring_regex(told, r"\p{Nd}"), 0).to_numpy(zero_copy_only=False)
    return words.where(digits >= 5)


def rounded(words: pd.Series) -> pd.Series:
    """Which ids a spreadsheet has made a number of and rounded, such as ``4.40106E+17`` [bool]."""
    return _say(words, r"^\p{Nd}(?:\.\p{Nd}+)?[eE]\+\p{Nd}{1,3}$")


def parse_vins(words: pd.Series) -> pd.Series:
    """Upper-case ASCII without spaces; NaN where other characters stand among them."""
    told = arrow(words)
    text = pc.utf8_normalize(told, form="NFKC")
    text = pc.utf8_upper(pc.replace_substring_regex(text, r"[\s\x{200b}\x{feff}]+", ""))
    text = pc.if_else(pc.match_substring_regex(text, r"^[A-Z0-9][A-Z0-9_-]*$"), text, None)
    return _as_series(text, told, words)


def parse_booleans(words: pd.Series) -> pd.Series:
    """``"true"`` and ``"false"`` as truth values, all else NA [boolean]."""
    truth = np.where(words == "true", 1.0, np.where(words == "false", 0.0, np.nan))
    return pd.Series(truth, index=words.index).astype("boolean")


def word_hint(table: str, column: Column, word: str) -> Message:
    """What to do about a word of a closed vocabulary that nobody mapped."""
    known = VOCABULARIES[column.vocabulary or column.name]
    hint = nearest(word, [alias for meant, aliases in known.items() for alias in (meant, *aliases)])
    if not hint.startswith("; did"):
        hint = Message("; known: {names}", "；可用的有：{names}", names=joined(known))
    return Message(
        "{column}: nobody mapped '{word}'{hint}; add it under sources.{table}.words.{column}",
        "{column}：“{word}”没有对应的词{hint}；请在 sources.{table}.words.{column} 下补上",
        column=column.name,
        word=word,
        hint=hint,
        table=table,
    )
