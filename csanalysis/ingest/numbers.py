"""Text to numbers: separators, currency, units and full-width characters."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.ingest.coded import arrow

_UNITS = (
    "元|圆|块|rmb|cny|¥|kms?|公里|千米|%|分|台|辆|次|项|个|件|人|家|名|位|天|小时"
    "|h|hrs?|hours?|days?|pts?|points?"
)
_NUMBER = (
    r"^(?P<open>\()?(?P<sign1>[-+])?(?:¥|rmb|cny|第)?(?P<sign2>[-+])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?P<exponent>e[-+]?\d{1,3})?"
    rf"(?P<scale>万|千)?(?P<unit>{_UNITS})?(?P<close>\))?$"
)

_BEYOND = 1e15
"""No amount, odometer or count of a dealership is so large: a number that is has lost its separator."""

_COMMA = r"\p{Nd},\p{Nd}{1,2}(?:\P{Nd}|$)"
_POINT = r"\p{Nd}\.\p{Nd}{1,2}(?:\P{Nd}|$)|\p{Nd},\p{Nd}{3}(?:\P{Nd}|$)"
_BARE = r"^-?\d{1,15}(?:\.\d+)?$"


def decimal_of(words: pd.Series) -> str:
    """The mark before the decimals of a column: a comma where only commas can be it, else a point."""
    told = arrow(words)

    def has(pattern: str) -> bool:
        return bool(pc.any(pc.match_substring_regex(told, pattern)).as_py())

    return "," if has(_COMMA) and not has(_POINT) else "."


def plausible(value: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Numbers that a dealership can have; NaN for others. There is one zero."""
    return np.where(np.abs(value) < _BEYOND, value, np.nan) + 0.0


def parse_numbers(words: pd.Series, *, decimal: str = ".", currency: str = "") -> npt.NDArray[np.float64]:
    """Numbers as dealership systems write them.

    Parameters
    ----------
    words : Series of str
        Trimmed cells: ``12,345 km``, ``￥1,280.00``, ``1.2万公里``, ``85%``, ``(1,280.00)`` for a negative.
    decimal : str
        ``.``, or ``,`` where ``1.280,50`` is meant.
    currency : str
        What stands before or behind an amount beside yuan, such as ``$``.

    Returns
    -------
    array of float64
        ``85%`` is 0.85, ``1.2万`` is 12,000; NaN where a cell is empty or no number, which miles are too,
        and whatever is 1e15 or more.
    """
    told = arrow(words)
    if decimal == "." and not currency and pc.all(pc.match_substring_regex(told, _BARE)).as_py() is not False:
        bare: npt.NDArray[np.float64] = told.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return bare
    text = pc.utf8_normalize(told, form="NFKC")
    text = pc.replace_substring_regex(pc.utf8_lower(text), r"\s+", "")
    if currency:
        text = pc.replace_substring(text, "".join(currency.lower().split()), "")
    if decimal == ",":
        text = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
    part = pc.extract_regex(pc.replace_substring_regex(text, "[−–]", "-"), _NUMBER)

    def group(name: str) -> pa.Array:
        return pc.fill_null(pc.struct_field(part, name), "")

    def marked(name: str, mark: str) -> npt.NDArray[np.bool_]:
        where: npt.NDArray[np.bool_] = pc.equal(group(name), mark).to_numpy(zero_copy_only=False)
        return where

    digits = pc.replace_substring(group("digits"), ",", "")
    plain = pc.binary_join_element_wise(digits, group("exponent"), "")
    value = pc.if_else(pc.equal(digits, ""), None, plain).cast(pa.float64()).to_numpy(zero_copy_only=False)
    value = plausible(value)
    for mark, factor in (("万", 10_000), ("千", 1_000)):
        value = np.where(marked("scale", mark), np.round(value * factor, 6), value)
    value = np.where(marked("unit", "%"), np.round(value / 100, 12), value)
    bracketed = marked("open", "(")
    signs = marked("sign1", "-").astype(int) + marked("sign2", "-") + bracketed
    twice = (signs > 1) | (bracketed != marked("close", ")"))
    return np.where(twice | ~np.isfinite(value), np.nan, np.where(signs == 1, -value, value))
