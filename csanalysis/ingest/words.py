"""Text to text: ids, VINs, words of closed vocabularies and truth values."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.messages import Message, joined
from csanalysis.schema import FALSE_WORDS, TRUE_WORDS, VOCABULARIES, WORDS, Column, folded, nearest

# Spaces of every width, and the marks without width that exports carry at the ends of cells.
_BLANKS = " \t\r\n\v\f\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\u3000\ufeff"
_NOTHING = ("", "NULL", "Null", "null", "\\N", "NaN", "nan", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?")
_DASHES = r"^[-—–－―/\\]+$"


def trim_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells without blanks around them; what databases and Excel write for nothing is empty.

    Some systems write ``="00123"`` to keep Excel from making a number of it: the text inside is meant.
    """
    return cells.apply(_trimmed) if len(cells.columns) else cells


def _trimmed(column: pd.Series) -> pd.Series:
    told = pa.array(column, type=pa.string(), from_pandas=True)
    text = pc.utf8_trim(told, characters=_BLANKS)
    text = pc.replace_substring_regex(text, r'^="(.*)"$', r"\1")
    text = pc.if_else(pc.is_in(text, value_set=pa.array(_NOTHING)), None, text)
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
    text = pa.array(words, type=pa.string(), from_pandas=True)
    if is_id:
        text = pc.utf8_normalize(text, form="NFKC")
    text = pc.if_else(pc.match_substring_regex(text, _DASHES), None, text)
    return pd.Series(text, dtype="str", index=words.index)


def dashes(words: pd.Series) -> pd.Series:
    """Which cells are dashes alone, as people write for nothing [bool]."""
    return words.str.fullmatch(_DASHES.strip("^$"), na=True)


def phones(words: pd.Series) -> pd.Series:
    """Phone numbers as they stand; NaN for what has fewer than five digits, as in a shifted row."""
    return words.where(words.str.count(r"\d") >= 5)


def rounded(words: pd.Series) -> pd.Series:
    """Which ids a spreadsheet has made a number of and rounded, such as ``4.40106E+17`` [bool]."""
    return words.str.fullmatch(r"\d(?:\.\d+)?[eE]\+\d{1,3}", na=False)


def parse_vins(words: pd.Series) -> pd.Series:
    """Upper-case ASCII without spaces; NaN where other characters stand among them."""
    text = pc.utf8_normalize(pa.array(words, type=pa.string(), from_pandas=True), form="NFKC")
    text = pc.utf8_upper(pc.replace_substring_regex(text, r"[\s\x{200b}\x{feff}]+", ""))
    text = pc.if_else(pc.match_substring_regex(text, r"^[A-Z0-9][A-Z0-9_-]*$"), text, None)
    return pd.Series(text, dtype="str", index=words.index)


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
