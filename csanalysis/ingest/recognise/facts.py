"""What exports tell of the store itself: its name, its brand, and until which day they go."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from csanalysis.ingest.recognise.drafts import Draft
from csanalysis.schema import TABLES

_COMPANY = re.compile(
    r"([\u4e00-\u9fff]{2,}(?:[（(][\u4e00-\u9fff]+[)）])?[\u4e00-\u9fff]*?(?:有限公司|4S店|销售服务店))"
)
_LATIN_COMPANY = re.compile(
    r"([A-Z][\w&'.-]*(?: [A-Z&][\w&'.-]*)* (?:Motors?|Auto(?:motive|s)?|Cars|Ltd|LLC|Inc|Dealership))"
)
_MAKERS = {
    "LSV": ("上汽大众", "SAIC Volkswagen"),
    "LFV": ("一汽-大众", "FAW-Volkswagen"),
    "LSG": ("上汽通用", "SAIC-GM"),
    "LVS": ("长安福特", "Changan Ford"),
    "LVG": ("广汽丰田", "GAC Toyota"),
    "LFM": ("一汽丰田", "FAW Toyota"),
    "LHG": ("广汽本田", "GAC Honda"),
    "LVH": ("东风本田", "Dongfeng Honda"),
    "LGB": ("东风日产", "Dongfeng Nissan"),
    "LBV": ("华晨宝马", "BMW Brilliance"),
    "LE4": ("北京奔驰", "Beijing Benz"),
    "LGX": ("比亚迪", "BYD"),
    "LB3": ("吉利", "Geely"),
    "LS5": ("长安", "Changan"),
    "LBE": ("北京现代", "Beijing Hyundai"),
    "LRW": ("特斯拉", "Tesla"),
    "WVW": ("大众", "Volkswagen"),
    "WBA": ("宝马", "BMW"),
    "WAU": ("奥迪", "Audi"),
    "WDD": ("奔驰", "Mercedes-Benz"),
    "JTD": ("丰田", "Toyota"),
    "JHM": ("本田", "Honda"),
    "1HG": ("本田", "Honda"),
    "KMH": ("现代", "Hyundai"),
    "1FT": ("福特", "Ford"),
    "1G1": ("雪佛兰", "Chevrolet"),
}
"""Brand by the first three characters of a VIN, in Chinese and English."""
_MOSTLY = 0.5
_RUNNING_ON = 15
_FEWEST = 3


@dataclass(frozen=True)
class StoreFacts:
    """``name`` and ``brand`` ('' where nothing tells), the last day counted and the year to be planned."""

    name: str
    brand: str
    last_day: date
    as_of: date
    plan_year: int


def store_facts(drafts: Iterable[Draft], language: str, today: date) -> StoreFacts:
    """What the exports tell of the store."""
    drafts = list(drafts)
    last = _last_day(drafts, today)
    year_end = (
        date(last.year - 1, 12, 31) if (last.month, last.day) <= (1, _RUNNING_ON) else date(last.year, 12, 31)
    )
    near = abs((year_end - last).days) <= _RUNNING_ON
    as_of = year_end if near else last
    return StoreFacts(_name(drafts), _brand(drafts, language), last, as_of, as_of.year + 1)


def _last_day(drafts: Sequence[Draft], today: date) -> date:
    """The last day with rows not far before it, of the visits, else of the sales."""
    for name in ("service_visits", "vehicle_sales"):
        for draft in drafts:
            if draft.table != name or draft.reading is None:
                continue
            days = draft.reading.frame[TABLES[name].dated_by].dropna().sort_values()
            days = days[days <= pd.Timestamp(today)]
            for day in days.iloc[::-1]:
                if (days > day - timedelta(days=31)).sum() >= _FEWEST:
                    return day.date()
    return date(today.year - 1, 12, 31)


def _name(drafts: Sequence[Draft]) -> str:
    found = [
        match.group(1)
        for draft in drafts
        for part in draft.parts
        for page in part.group.pages
        for title in (*page.titles, page.file.stem)
        for pattern in (_COMPANY, _LATIN_COMPANY)
        if (match := pattern.search(title))
    ]
    return Counter(found).most_common(1)[0][0] if found else ""


def _brand(drafts: Sequence[Draft], language: str) -> str:
    for draft in drafts:
        if draft.table == "vehicle_sales" and draft.reading is not None:
            makers = draft.reading.frame["vin"].str[:3].value_counts(normalize=True)
            for maker, share in makers.head(1).items():
                if share > _MOSTLY and maker in _MAKERS:
                    return _MAKERS[str(maker)][language != "zh"]
    return ""
