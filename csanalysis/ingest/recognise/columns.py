"""Which column of a table each header of an export is, by its words and by what its cells look like."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from csanalysis.ingest.recognise.shapes import Shape
from csanalysis.ingest.recognise.words import readable_share
from csanalysis.ingest.words import known_words
from csanalysis.schema import TABLES, Column, Table, folded, folded_header, names_of

Sure = Literal["sure", "likely", "guess"]

_ALIKE = 0.82
_CERTAIN = 0.9
_MEANS_NOTHING = {"序号", "行号", "no", "备注", "id", "remark", "remarks", "notes", "#", "seq"}
_MOST_ONLY_SHAPE = 0.5
_EXACT = 1.0


@dataclass(frozen=True)
class ColumnGuess:
    """A header, the column it is likely to be, how sure that is, and other headers that might be it."""

    header: str
    column: str
    score: float
    others: tuple[str, ...] = ()

    @property
    def sure(self) -> Sure:
        """How sure the guess is."""
        return "sure" if self.score >= _CERTAIN else "likely" if self.score >= 0.6 else "guess"


def match_columns(table: Table, shapes: Mapping[str, Shape]) -> list[ColumnGuess]:
    """The best column for each header, each used once; headers that are none are left out."""
    scored = [
        (score, header, name)
        for header, shape in shapes.items()
        for name in table.by_name
        if (score := _score(table, name, header, shape)) > 0
    ]
    scored.sort(key=lambda part: -part[0])
    found: dict[str, ColumnGuess] = {}
    others: dict[str, list[str]] = {}
    used: set[str] = set()
    for score, header, name in scored:
        if header in used:
            continue
        if name in found:
            if score > _ALIKE - 0.1:
                others.setdefault(name, []).append(header)
            continue
        found[name] = ColumnGuess(header, name, score)
        used.add(header)
    places = list(shapes)
    guesses = [
        ColumnGuess(guess.header, name, guess.score, tuple(h for h in others.get(name, ()) if h not in used))
        for name, guess in found.items()
    ]
    return sorted(guesses, key=lambda guess: places.index(guess.header))


def _score(table: Table, name: str, header: str, shape: Shape) -> float:
    """How well a header and its cells are a column [0-1]; 0 where they are not."""
    column = table.by_name[name]
    named = _named(table.name, name, folded_header(header))
    fit = fitness(column, shape, named=named >= _EXACT - 0.1)
    if shape.filled == 0:
        return named * 0.8 if named >= _EXACT - 0.2 else 0.0
    if fit is not None and fit < 0.4:
        return 0.0
    if named:
        return min(1.0, 0.75 * named + 0.25 * (0.8 if fit is None else fit))
    if folded_header(header) in _MEANS_NOTHING or (not column.required and column.kind != "vin"):
        return 0.0
    return _by_shape(table, column, shape, fit)


def _by_shape(table: Table, column: Column, shape: Shape, fit: float | None) -> float:
    """A header that says nothing known: the cells of a required column may speak for themselves."""
    if column.name == "ro_number" and table.name == "service_visits":
        one_each = shape.distinct > 0.98 and shape.filled > 0.95 and shape.vin < 0.1
        return 0.4 if one_each and shape.date < 0.5 and shape.person < 0.3 and shape.phone < 0.5 else 0.0
    if fit is None or fit < _CERTAIN:
        return 0.0
    if column.kind == "vin":
        return 0.7
    if column.vocabulary and shape.few and table.name == "service_visits":
        return 0.5
    if column.kind == "date" and table.name in ("vehicle_sales", "service_visits") and shape.filled > 0.9:
        return 0.35
    return 0.0


@lru_cache(maxsize=4096)
def _named(table: str, name: str, header: str) -> float:
    """How well a folded header names a column: 1 for a known header, less for one that contains it."""
    best = 0.0
    for rank, alias in enumerate(map(folded_header, names_of(TABLES[table], name))):
        if header == alias:
            return _EXACT - min(rank, 20) * 0.004
        if len(alias) >= (5 if alias.isascii() else 3) and alias in header:
            best = max(best, 0.8 * len(alias) / max(len(header), 1) + 0.15)
        elif len(header) >= (5 if header.isascii() else 3):
            matcher = difflib.SequenceMatcher(None, header, alias)
            if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE:
                alike = matcher.ratio()
                best = max(best, alike * 0.85 if alike >= _ALIKE else 0.0)
    return min(best, 0.85)


def fitness(column: Column, shape: Shape, *, named: bool) -> float | None:
    """Share of the cells that can be what the column holds; None where any text may be."""
    kind = column.kind
    if kind != "vin" and shape.vin > _CERTAIN:
        return 0.0
    if kind == "vin":
        # The last six to eight characters of it may be digits alone.
        return max(shape.vin, 0.8 if named and shape.distinct > 0.02 and shape.date < 0.9 else 0.0)
    if kind in ("date", "datetime"):
        return max(shape.date, shape.serial if named else 0.0)
    if kind == "month":
        return shape.month
    if kind in ("number", "integer", "fraction"):
        return 0.0 if shape.date > 0.9 and shape.number < 0.9 else shape.number
    if column.is_phone:
        return shape.phone
    if kind == "boolean" or column.vocabulary:
        if not shape.few:
            return 0.0
        if column.vocabulary:
            return max(readable_share(column, shape.words), 0.5 if named else 0.0)
        known = known_words(column, {})
        rows = sum(shape.words.values())
        return sum(n for word, n in shape.words.items() if folded(word) in known) / max(rows, 1)
    if column.name in ("name", "customer_name"):
        return None if shape.phone < 0.5 and shape.vin < 0.5 and shape.number < 0.5 else 0.0
    if column.is_id or column.name in ("ro_number", *(TABLES_KEYS)):
        return None if shape.date < 0.9 or shape.number > 0.9 else 0.0
    if column.name == "gender":
        return 1.0 if len(shape.words) <= 8 else 0.0
    return None


TABLES_KEYS = tuple({table.key[0] for table in TABLES.values() if len(table.key) == 1})
_HINTS = {
    "vehicle_sales": r"销售(?!目标|顾问|满意)|台账|整车|新车|开票|零售|sales?(?! ?target)|deal|deliver|sold",
    "service_visits": r"维修|工单|结算|委托|施工|保养|售后(?!回访)|service|repair|\bro\b|ros\b|workshop|job",
    "customers": r"客户(?!回访|投诉)|档案|资料|会员|车主|customer|client|owner",
    "survey_responses": r"满意|问卷|调研|survey|csi|\bnps\b|satisfaction",
    "survey_benchmarks": r"通报|分中心|区域均|排名|benchmark|region|rank",
    "oem_bulletin": r"厂家|主机厂|指标|oem|bulletin|kpi",
    "upsell_items": r"增项|增修|追加|upsell|recommend|declin|quote",
    "contacts": r"回访|邀约|外呼|招揽|call|contact|reminder",
    "leads": r"潜客|线索|战败|意向|lead|prospect|enquir",
    "referrals": r"转介绍|老带新|推荐|referral",
    "campaigns": r"活动|campaign|event|marketing",
    "complaints": r"投诉|抱怨|complaint",
    "appointments": r"预约|appointment|booking",
    "policies": r"保单|保险|质保|延保|套餐|polic(?:y|ies)|insurance|warrant(?:y|ies)|service plan",
    "record_checks": r"核查|录入|record|data ?check",
    "process_checks": r"流程|process|audit",
    "sales_targets": r"目标|计划|target|budget",
    "staff": r"人员|员工|花名|staff|employee|people",
    "team_requests": r"认领|request",
    "actions": r"整改|措施|action|improve",
}


def hinted(table: str, called: str) -> bool:
    """Whether a file, sheet or title is called as exports of a table are."""
    return bool(re.search(_HINTS[table], called, re.IGNORECASE))
