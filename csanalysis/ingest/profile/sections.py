"""A profile as titled tables of words, which the terminal and the page both show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from csanalysis.ingest.notices import NOTES, WARNINGS
from csanalysis.ingest.profile.measure import Profile
from csanalysis.ingest.soundness import MEDIANS
from csanalysis.ingest.summary import named
from csanalysis.messages import Message, joined
from csanalysis.params import Params

Cell = str | int | float


@dataclass(frozen=True)
class Section:
    """A table, its head and rows; a row is marked where it needs a look. ``empty`` stands for no rows."""

    title: Message
    head: tuple[Message, ...]
    rows: list[tuple[Cell, ...]]
    marked: frozenset[int] = frozenset()
    empty: Message = field(default_factory=lambda: Message("none", "无"))


_SPARSE_MONTHS = 6  # before the data become dense
_TABLE = Message("table", "数据表")
_COLUMN = Message("column", "列")
_ROWS = Message("rows", "行数")


def sections(profile: Profile, tables: Sequence[Mapping[str, Any]], params: Params) -> list[Section]:
    """All that is to be said, what needs doing first; ``tables`` are the reports as plain data."""
    return [
        _gate(profile),
        _problems(profile),
        _remarks(tables),
        _months(profile, params),
        _links(profile),
        _numbers(profile, params),
        _mix(profile),
        _unused(tables),
    ]


def _section(
    title: tuple[str, str], head: Iterable[Message], rows: Iterable[tuple[bool, tuple[Cell, ...]]]
) -> Section:
    given = list(rows)
    marked = frozenset(place for place, (odd, _) in enumerate(given) if odd)
    return Section(Message(*title), tuple(head), [row for _, row in given], marked)


def _gate(profile: Profile) -> Section:
    rows: list[tuple[bool, tuple[Cell, ...]]] = [
        (True, (finding.check, named(finding.table), finding.line, Message("no report", "不出报告")))
        for finding in profile.judged.refused
    ]
    rows += [
        (
            False,
            (
                finding.check,
                named(finding.table),
                finding.line,
                Message("accepted: {reason}", "已接受：{reason}", reason=reason),
            ),
        )
        for finding, reason in profile.judged.accepted
    ]
    nothing = Message("nothing was found", "没有发现问题")
    rows += [
        (
            True,
            (
                entry.check,
                named(entry.table) if entry.table else "",
                nothing,
                Message("take it out of accept", "请从 accept 里删去"),
            ),
        )
        for entry in profile.judged.needless
    ]
    head = (Message("check", "检查"), _TABLE, Message("what was found", "情况"), Message("so", "结果"))
    return _section(("What keeps a report from being made", "妨碍出报告的问题"), head, rows)


def _problems(profile: Profile) -> Section:
    rows = [
        (True, (named(problem.table), problem.count, problem.line, problem.example))
        for problem in profile.problems
    ]
    head = (_TABLE, _ROWS, Message("why", "原因"), Message("example", "例子"))
    return _section(("Rows set aside and cells emptied", "搁置的行和作空的单元格"), head, rows)


def _remarks(tables: Sequence[Mapping[str, Any]]) -> Section:
    rows = []
    for report in tables:
        for known, odd in (("warnings", True), ("notes", False)):
            said = WARNINGS if odd else NOTES
            rows += [
                (odd, (named(report["table"]), count, said[kind]))
                for kind, count in report[known].items()
                if count
            ]
    head = (_TABLE, Message("count", "数量"), Message("what reading met", "读取时遇到的情况"))
    return _section(("What reading met", "读取时遇到的情况"), head, rows)


def _months(profile: Profile, params: Params) -> Section:
    rows = []
    for name, months in profile.months.items():
        late = months.days_before_as_of > params.gate.export_end
        sparse = list(months.counts).index(months.dense_from) >= _SPARSE_MONTHS
        odd = bool(late or sparse or months.holes or months.thin or months.breaks)
        rows.append(
            (
                odd,
                (
                    named(name),
                    months.dense_from,
                    months.last_day.isoformat(),
                    months.days_before_as_of,
                    _some(months.holes),
                    _some(months.thin),
                    _some(months.breaks),
                    bars(months.counts),
                ),
            )
        )
    head = (
        _TABLE,
        Message("dense from", "数据始于"),
        Message("last day", "最后一天"),
        Message("days before as_of", "距截至日天数"),
        Message("months without rows", "空缺的月份"),
        Message("thin months", "偏少的月份"),
        Message("level changes in", "水平突变的月份"),
        Message("rows by month", "各月行数"),
    )
    return _section(("Rows by month", "各月行数与完整性"), head, rows)


def _some(months: Sequence[str], most: int = 6) -> str:
    more = f" … ({len(months)})" if len(months) > most else ""
    return " ".join(months[:most]) + more


def bars(counts: Mapping[str, int]) -> str:
    """Months as letters of eight heights; ``·`` is a month without a row."""
    highest = max(counts.values(), default=0)
    return "".join(
        "·" if not count else "▁▂▃▄▅▆▇█"[min(7, (8 * count - 1) // highest)] for count in counts.values()
    )


def _links(profile: Profile) -> Section:
    linked, count = profile.first_services
    rows: list[tuple[bool, tuple[Cell, ...]]] = []
    if count:
        first = Message("service_visits, first services", "service_visits 首保")
        rows.append(
            (
                linked < 0.6 * count,
                (first, "vin", named("vehicle_sales"), f"{count:,}", f"{linked / count:.1%}"),
            )
        )
    rows += [
        (
            False,
            (
                named(link.table),
                link.column,
                named(link.home),
                f"{link.rows:,}",
                f"{link.linked / link.rows:.1%}",
            ),
        )
        for link in profile.links
    ]
    head = (_TABLE, _COLUMN, Message("found in", "对应到"), _ROWS, Message("linked", "能对上"))
    return _section(("How the tables hang together", "各表之间的对应"), head, rows)


def _numbers(profile: Profile, params: Params) -> Section:
    rows = [
        (
            bool(each.implausible) or _outside(each.table, each.column, each.median, params),
            (
                named(each.table),
                each.column,
                f"{each.count:,}",
                f"{each.least:,.10g}",
                f"{each.median:,.10g}",
                f"{each.greatest:,.10g}",
                each.implausible,
            ),
        )
        for each in profile.numbers
    ]
    head = (
        _TABLE,
        _COLUMN,
        Message("cells", "单元格"),
        Message("least", "最小"),
        Message("median", "中位数"),
        Message("greatest", "最大"),
        Message("implausible", "不合常理"),
    )
    return _section(("Amounts and odometer", "金额与里程"), head, rows)


def _outside(table: str, column: str, median: float, params: Params) -> bool:
    limits = MEDIANS.get((table, column))
    if limits is None:
        return False
    low, high = getattr(params.gate, limits)
    return not low <= median <= high


def _mix(profile: Profile) -> Section:
    whole = sum(profile.service_mix.values()) or 1
    rows = [
        (False, (kind, f"{count:,}", f"{count / whole:.1%}")) for kind, count in profile.service_mix.items()
    ]
    head = (Message("service type", "维修类型"), _ROWS, Message("share", "占比"))
    return _section(("Service mix", "维修类型构成"), head, rows)


def _unused(tables: Sequence[Mapping[str, Any]]) -> Section:
    kinds = (
        ("unused_headers", Message("headers not used", "没有用到的表头")),
        ("missing_columns", Message("not in the export", "导出里没有")),
        ("skipped_sheets", Message("sheets not read", "没有读取的工作表")),
    )
    rows = [
        (kind == "skipped_sheets", (named(report["table"]), label, joined(report[kind])))
        for report in tables
        for kind, label in kinds
        if report[kind]
    ]
    head = (_TABLE, Message("what", "类别"), Message("names", "名称"))
    return _section(("Columns and sheets not used", "没有用到的列和工作表"), head, rows)
