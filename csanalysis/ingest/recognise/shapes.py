"""What the cells of a column look like, whatever its header says."""

import re
from dataclasses import dataclass

import pandas as pd

from csanalysis.ingest.cells import Notation, parse
from csanalysis.ingest.date_columns import ordered
from csanalysis.ingest.numbers import decimal_of
from csanalysis.schema import Column

_SAMPLE = 1500
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文肖"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·・ -]?[A-Z0-9]{5,6}"
)
_PHONE = re.compile(r"\+?[\d\s()-]{7,20}")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_LATIN_NAME = re.compile(r"(?:(?:Mr|Mrs|Ms|Dr)\.? )?[A-Z][\w'’-]+,? (?:[A-Z]\.? )?[A-Z][\w'’-]+")
_SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?")
_BARE = re.compile(r"\d{5}(?:\.\d+)?")
_SIGN = (
    r"[$€£₩₹฿₫₱]|(?:US|HK|NT|S|A|C|NZ|R)\$|USD|EUR|GBP|HKD|TWD|SGD|AUD|CAD|JPY|KRW|THB|MYR|RM|Rs\.?|CHF|kr"
)
_CURRENCY = re.compile(rf"\(?-?\s*({_SIGN})\s*-?\d[\d.,' ]*\)?|\(?-?\d[\d.,' ]*\s*({_SIGN})\)?")


@dataclass(frozen=True)
class Shape:
    """Shares of a column's filled cells [0-1] that are a VIN, a date, a number and so on.

    ``filled`` is the share of rows with a cell; ``distinct`` of the filled cells' different values;
    ``words`` counts the most frequent cells; ``serial`` is the share of bare numbers that may be days.
    """

    rows: int
    filled: float
    distinct: float
    vin: float
    date: float
    month: float
    serial: float
    number: float
    phone: float
    plate: float
    person: float
    currency: str
    decimal: str
    low: float
    median: float
    high: float
    words: dict[str, int]

    @property
    def few(self) -> bool:
        """Whether the cells are a handful of words said again and again."""
        return 0 < len(self.words) <= 40


def shape_of(cells: pd.Series) -> Shape:
    """The shape of a column of trimmed cells [str]."""
    known = cells.dropna()
    sample = known if len(known) <= _SAMPLE else known.iloc[:: len(known) // _SAMPLE]
    sample = sample.reset_index(drop=True).astype("str")
    counts = known.value_counts()
    currency = _currency(sample)
    numbers = parse(sample, Column("x", "", "number"), {}, Notation(currency=currency)).values
    serial = _share(sample, _SERIAL)
    dates = parse(sample, Column("x", "", "date"), {}).values.notna() & ~sample.map(
        lambda cell: bool(_BARE.fullmatch(cell))
    )
    dates |= sample.map(ordered)  # dates too, once it is said in which order
    known_numbers = numbers.dropna()
    return Shape(
        rows=len(cells),
        filled=len(known) / max(len(cells), 1),
        distinct=len(counts) / max(len(known), 1),
        vin=_share(sample, re.compile(r"\s*[A-Za-z0-9Ａ-Ｚ０-９ａ-ｚ]{17}\s*"), _is_vin),
        date=_mean(dates),
        month=_mean(parse(sample, Column("x", "", "month"), {}).values.notna()),
        serial=serial,
        number=_mean(numbers.notna()),
        phone=max(_share(sample, _MOBILE), _share(sample, _PHONE, lambda cell: 7 <= _digits(cell) <= 15)),
        plate=_share(sample, _PLATE),
        person=_mean(sample.map(_is_person)),
        currency=currency,
        decimal=decimal_of(sample) if len(known_numbers) else ".",
        low=float(known_numbers.min()) if len(known_numbers) else float("nan"),
        median=float(known_numbers.median()) if len(known_numbers) else float("nan"),
        high=float(known_numbers.max()) if len(known_numbers) else float("nan"),
        words={str(word): int(count) for word, count in counts.head(41).items()},
    )


def _mean(values: pd.Series) -> float:
    return float(values.mean()) if len(values) else 0.0


def _share(cells: pd.Series, pattern: re.Pattern[str], also: object = None) -> float:
    fits = [bool(pattern.fullmatch(cell)) and (not callable(also) or bool(also(cell))) for cell in cells]
    return sum(fits) / len(fits) if fits else 0.0


def _is_vin(cell: str) -> bool:
    return any(sign.isdigit() for sign in cell) and any(sign.isalpha() for sign in cell)


def _digits(cell: str) -> int:
    return sum(sign.isdigit() for sign in cell)


def _is_person(cell: str) -> bool:
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", cell):
        return cell[0] in _SURNAMES
    return bool(_LATIN_NAME.fullmatch(cell))


def _currency(cells: pd.Series) -> str:
    """The sign beside the amounts, other than yuan."""
    signs = [
        (match.group(1) or match.group(2)).strip()
        for cell in cells.head(300)
        if (match := _CURRENCY.fullmatch(cell)) is not None
    ]
    if not signs or len(signs) < 0.3 * min(len(cells), 300):
        return ""
    sign = max(set(signs), key=signs.count)
    return sign if signs.count(sign) >= 0.9 * len(signs) else ""
