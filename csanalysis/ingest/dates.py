"""Text to dates and months. Day/month/year in digits alone is read only in an order that is given."""

from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.ingest.coded import arrow

Dates = npt.NDArray[np.datetime64]

_TIME = (
    r"(?:(?:[t\s]+|(?P<glued>日))(?P<half1>am|pm|上午|下午)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})(?:\.\d+)?秒?)?分?\s*(?P<half2>am|pm)?\s*(?P<zone>z|(?:utc|gmt)?(?:[+-]\d{2}:?\d{2})?)(?:\s*\(.*\))?)?"
)
_NUMERIC = (
    r"^(?P<year>\d{4})\s*(?:-|/|\.|年)\s*(?P<month>\d{1,2})\s*(?:-|/|\.|月)\s*(?P<day>\d{1,2})\s*[日号]?"
    + _TIME
    + "$"
)
_DIGITS = r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _TIME + "$"
_LONG_DIGITS = (
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?$"
)
_EPOCH = r"^(?P<seconds>1\d{9})(?P<millis>\d{3})?$"  # from 2001 to 2033; other runs of digits are numbers
_UTC = r"\d\s*(?:z|(?:utc|gmt)(?:[+-]00:?00)?|[+-]00:?00)(?:\s*\(.*\))?$|" + _EPOCH
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY_FIRST = r"^(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+" + _NAME + r",?[\s-]+(?P<year>\d{4})" + _TIME + "$"
_NAME_FIRST = r"^" + _NAME + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME + "$"
_SHORT_YEAR = r"^(?P<day>\d{1,2})[\s-]+" + _NAME + r"[\s-]+(?P<short>\d{2})" + _TIME + "$"
_SHORT = r"^(?P<short>\d{2})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]?" + _TIME + "$"
_JAVA = (
    r"^" + _NAME + r"\s+(?P<day>\d{1,2})\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})"
    r"\s+[a-z]{2,5}(?:[+-]\d{2}:?\d{2})?\s+(?P<year>\d{4})$"
)
_WEEKDAY = (
    r"[\s,(]*(?:星期|周|礼拜)[一二三四五六日天]\)?\s*"
    r"|[\s,(]*\b(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\b[.,)]*\s*"
)
_ORDERED = {
    "dmy": (r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})", "year"),
    "mdy": (r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})", "year"),
    "ymd": ("year", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"),
}
ORDERS = tuple(_ORDERED)
_SERIAL = r"^(?P<days>\d{5})(?P<part>\.\d+)?$"

_MONTH = (
    r"^(?P<year>\d{4})(?:\s*年\s*(?P<month1>\d{1,2})\s*月份?|[-/](?P<month2>\d{1,2})|\.?(?P<month3>\d{2}))$"
)
_NAMED_MONTH = r"^" + _NAME + r"[\s,-]+(?P<year>\d{4})$"

_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def parse_datetimes(words: pd.Series, *, order: str = "", timezone: str = "") -> Dates:
    """Dates with their times.

    Parameters
    ----------
    words : Series of str
        Trimmed cells: ``2023-05-07``, ``2023/5/7 9:17``, ``2023.5.7``, ``2023年5月7日``, ``20230507``,
        ``20230507091703``, the Excel serial ``45053``, seconds or milliseconds since 1970, ``7 May 2023``,
        ``May 7, 2023``, ``Sun May 07 09:17:03 CST 2023``, each with or without a time and a weekday.
    order : str
        ``dmy``, ``mdy`` or ``ymd``: what ``05/07/2023`` and ``05/07/23`` mean; without it they stay unread.
    timezone : str
        Where times in UTC, and since 1970, are meant to be read, such as ``Asia/Shanghai``; none is UTC.

    Returns
    -------
    array of datetime64[s]
        NaT where a cell is empty, impossible or ambiguous. Years of two digits are 2000 to 2029 and 1950 to
        1999; 30 to 49 stay unread.
    """
    text = _plain(words)
    found = np.full(len(words), np.datetime64("NaT", "s"))
    patterns = [_NUMERIC, _DIGITS, _LONG_DIGITS, _DAY_FIRST, _NAME_FIRST, _SHORT, _SHORT_YEAR, _JAVA]
    left = np.flatnonzero(pc.is_valid(text).to_numpy(zero_copy_only=False))
    for pattern in [*patterns, *(_in_order(order) if order else ())]:
        # No two patterns fit one cell: what one has taken need not be tried on the others.
        part = pc.extract_regex(text.take(pa.array(left)), pattern)
        year = _year(part)
        taken = year > 0
        if taken.any():
            dates = _date(year, _month_of(part), _number(part, "day")) + _time(part)
            found[left[taken]] = dates[taken]
            left = left[~taken]
        if not len(left):
            return _local(found, in_utc(words), timezone) if timezone else found
    found = np.where(np.isnat(found), _from_serial(text), found)
    found = np.where(np.isnat(found), _from_epoch(text), found)
    return _local(found, in_utc(words), timezone) if timezone else found


def parse_dates(words: pd.Series, *, order: str = "", timezone: str = "") -> Dates:
    """Dates as :func:`parse_datetimes` reads them, at midnight [datetime64[s]]."""
    days = parse_datetimes(words, order=order, timezone=timezone).astype("datetime64[D]")
    return days.astype("datetime64[s]")


def in_utc(words: pd.Series) -> npt.NDArray[np.bool_]:
    """Which cells say a time in UTC: with a Z, an offset of nothing, or counted since 1970."""
    text = _plain(words)
    says = pc.match_substring_regex(text, _UTC)
    found: npt.NDArray[np.bool_] = pc.fill_null(says, False).to_numpy(zero_copy_only=False)
    return found


def possible(found: Dates) -> Dates:
    """Dates of the years that are read; NaT for others."""
    years = found.astype("datetime64[Y]").astype("int64") + 1970
    inside = (years >= _FIRST_YEAR) & (years <= _LAST_YEAR)
    return np.where(inside, found, np.datetime64("NaT", "s"))


def _in_order(order: str) -> list[str]:
    """Patterns of three numbers in a given order; a year of four digits stands behind the others."""
    marks = r"\s*[-/.]\s*"
    long, short = (
        marks.join(group if part == "year" else part for part in _ORDERED[order])
        for group in (r"(?P<year>\d{4})", r"(?P<short>\d{2})")
    )
    return [f"^{short}{_TIME}$"] if order == "ymd" else [f"^{long}{_TIME}$", f"^{short}{_TIME}$"]


def _local(found: Dates, utc: npt.NDArray[np.bool_], timezone: str) -> Dates:
    """Times in UTC as the clocks of a place showed them."""
    there = pd.DatetimeIndex(found).tz_localize("UTC").tz_convert(ZoneInfo(timezone)).tz_localize(None)
    return np.where(utc, there.to_numpy().astype("datetime64[s]"), found)


def parse_months(words: pd.Series) -> Dates:
    """First days of months [datetime64[s]].

    ``2025年3月``, ``2025-03``, ``2025/3``, ``2025.03``, ``202503``, ``March 2025``, or any date in the month.
    ``2025.1`` stays unread: Excel makes it of both January and October.
    """
    text = _plain(words)
    part = pc.extract_regex(text, _MONTH)
    month = _number(part, "month1") + _number(part, "month2") + _number(part, "month3")
    found = _date(_number(part, "year"), month, np.ones(len(words), dtype="int64"))
    named = pc.extract_regex(text, _NAMED_MONTH)
    named_month = _date(_number(named, "year"), _month_of(named), np.ones(len(words), dtype="int64"))
    found = np.where(np.isnat(found), named_month, found)
    of_date = parse_datetimes(words).astype("datetime64[M]").astype("datetime64[s]")
    return np.where(np.isnat(found), of_date, found)


def _plain(words: pd.Series) -> pa.Array:
    text = arrow(words)
    plain = pc.utf8_lower(pc.utf8_normalize(text, form="NFKC"))
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, _WEEKDAY, " "))


def _field(part: pa.StructArray, name: str) -> pa.Array:
    return pc.struct_field(part, name)


def _number(part: pa.StructArray, name: str) -> npt.NDArray[np.int64]:
    """Digits of one group; 0 where the pattern or the group does not stand there."""
    if name not in {field.name for field in part.type}:
        return np.zeros(len(part), dtype="int64")
    digits = pc.fill_null(_field(part, name), "")
    filled = pc.if_else(pc.equal(digits, ""), "0", digits)
    numbers: npt.NDArray[np.int64] = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _year(part: pa.StructArray) -> npt.NDArray[np.int64]:
    """A year of four digits, or of two: 00 to 29 are of this century, 50 to 99 of the last; else 0."""
    if "short" not in {field.name for field in part.type}:
        return _number(part, "year")
    written = pc.not_equal(pc.fill_null(_field(part, "short"), ""), "").to_numpy(zero_copy_only=False)
    short = _number(part, "short")
    return np.where(written & (short < 30), 2000 + short, np.where(written & (short >= 50), 1900 + short, 0))


def _month_of(part: pa.StructArray) -> npt.NDArray[np.int64]:
    names = {field.name for field in part.type}
    if "month" in names:
        return _number(part, "month")
    short = pc.utf8_slice_codeunits(pc.fill_null(_field(part, "name"), ""), 0, 3)
    place = pc.index_in(short, value_set=pa.array(_NAMES))
    months: npt.NDArray[np.int64] = pc.add(pc.fill_null(place, -1), 1).cast(pa.int64()).to_numpy()
    return months


def _date(year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]) -> Dates:
    possible = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    index = np.where(possible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = index.astype("datetime64[D]")
    days = ((index + 1).astype("datetime64[D]") - first).astype("int64")
    found = (first + np.where(possible, day - 1, 0).astype("timedelta64[D]")).astype("datetime64[s]")
    return np.where(possible & (day <= days), found, np.datetime64("NaT", "s"))


def _time(part: pa.StructArray) -> npt.NDArray[np.timedelta64]:
    hour, minute, second = (_number(part, name) for name in ("hour", "minute", "second"))
    half = _half(part)
    is_pm = pc.is_in(half, value_set=pa.array(["pm", "下午"])).to_numpy(zero_copy_only=False)
    is_am = pc.is_in(half, value_set=pa.array(["am", "上午"])).to_numpy(zero_copy_only=False)
    hour = np.where(is_pm & (hour < 12), hour + 12, np.where(is_am & (hour == 12), 0, hour))
    seconds = (hour * 3600 + minute * 60 + second).astype("timedelta64[s]")
    return np.where((hour < 24) & (minute < 60) & (second < 60), seconds, np.timedelta64("NaT", "s"))


def _half(part: pa.StructArray) -> pa.Array:
    """``am`` or ``pm``, before or behind the time."""
    if "half1" not in {field.name for field in part.type}:
        return pa.array([""] * len(part), type=pa.string())
    first, second = (pc.fill_null(_field(part, name), "") for name in ("half1", "half2"))
    return pc.binary_join_element_wise(first, second, "")


def _from_epoch(text: pa.Array) -> Dates:
    seconds = _number(pc.extract_regex(text, _EPOCH), "seconds")
    return np.where(seconds > 0, seconds.astype("datetime64[s]"), np.datetime64("NaT", "s"))


def _from_serial(text: pa.Array) -> Dates:
    part = pc.extract_regex(text, _SERIAL)
    days = _number(part, "days")
    share = pc.fill_null(_field(part, "part"), "")
    fraction = pc.if_else(pc.equal(share, ""), "0", share).cast(pa.float64()).to_numpy(zero_copy_only=False)
    seconds = days * 86_400 + np.round(fraction * 86_400).astype("int64")
    found = np.datetime64("1899-12-30", "s") + seconds.astype("timedelta64[s]")
    return np.where(days > 0, found, np.datetime64("NaT", "s"))
