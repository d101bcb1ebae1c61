"""What ``csanalysis show`` says of a report: its metrics, or one of them by period and split."""

from collections.abc import Iterable, Sequence

import pandas as pd

from csanalysis.catalogue import (
    METRICS,
    Format,
    Language,
    format_period,
    format_value,
    group_label,
    group_name,
)
from csanalysis.catalogue.formats import format_interval
from csanalysis.cli.answers import Answer
from csanalysis.desk import Report
from csanalysis.desk.names import METRIC, unknown
from csanalysis.desk.numbers import WHOLE, splits
from csanalysis.errors import ReportError
from csanalysis.messages import Message, joined, said
from csanalysis.metrics.period_kinds import period_kind
from csanalysis.metrics.results import Row
from csanalysis.report.notebook.places import CATALOGUED, chapter_title

_KINDS = ("year", "span", "date", "month", "week")
_FULL = 40
"""Of more rows than so many the months and weeks are left out, unless they are asked for."""

_METRIC, _LABEL = Message("metric", "指标"), Message("label", "名称")
_PERIOD, _VALUE, _RANGE = Message("period", "期间"), Message("value", "数值"), Message("95 %", "95% 区间")
_OVER, _UNDER = Message("numerator", "分子"), Message("denominator", "分母")


def listed(report: Report, language: Language) -> Answer:
    """Every metric of the whole store with its last year, under its chapter's title."""
    rows: list[tuple[str, ...]] = []
    for notebook, names in _by_notebook(report).items():
        rows.append((chapter_title(notebook, language) if notebook else "—",))
        rows += [_last(report, name, language) for name in names]
    heads = (_METRIC, _LABEL, _PERIOD, _VALUE, _RANGE)
    note = Message(
        "csanalysis show {folder} METRIC shows one; csanalysis explain METRIC says what it means",
        "csanalysis show {folder} 指标 显示一个指标；csanalysis explain 指标 说明其含义",
        folder=report.folder,
    )
    return Answer(_title(report), _said(heads, language), rows, frozenset({3, 4}), (said(note, language),))


def metric_shown(
    report: Report, name: str, by: Sequence[str], period: str | None, language: Language, *, every: bool
) -> Answer:
    """One metric by period and split.

    Raises
    ------
    UnknownNameError
        There is no such metric, or it is not split so.
    ReportError
        The report has none of it, or not in this period.
    """
    if name not in report.results.names and name not in METRICS:
        raise unknown(METRIC, name, report.results.names)
    known = splits(report.results, name)
    columns = [*by] or ([] if WHOLE in known or not known else known[0].split(", "))
    frame = report.metric(name, by=columns, period=period)
    if frame.empty:
        raise ReportError(_absent(report, name, period))
    shown, left_out = (frame, 0) if every or period else _without_months(frame)
    format, interval = _format(name), bool(shown["low"].notna().any())
    fraction = bool(shown["denominator"].notna().any())
    heads: list[str] = [said(_PERIOD, language), *(group_name(column, language) for column in columns)]
    heads += _said(
        [_VALUE, *([_RANGE] if interval else []), *([_OVER, _UNDER] if fraction else [])], language
    )
    rows = []
    for row in shown.to_dict("records"):
        cells = [format_period(row["period"], language)]
        cells += [group_label(column, str(row[column]), language) for column in columns]
        cells.append(format_value(row["value"], format, language))
        cells += [_range(row["low"], row["high"], format, language)] if interval else []
        pair = (row["numerator"], row["denominator"])
        cells += [_plain(number, language) for number in pair] if fraction else []
        rows.append(tuple(cells))
    right = frozenset(range(1 + len(columns), len(heads)))
    label = METRICS[name].label_with_unit(language) if name in METRICS else name
    title = f"{_title(report)} · {label}"
    return Answer(title, tuple(heads), rows, right, _notes(known, columns, left_out, language))


def _notes(
    known: Sequence[str], columns: Sequence[str], left_out: int, language: Language
) -> tuple[str, ...]:
    notes = []
    if left_out:
        line = "{count} rows within the years are left out; --all shows them"
        notes.append(Message(line, "年内各期共 {count} 行未列出；加 --all 可全部显示", count=left_out))
    others = [" --by ".join(split.split(", ")) for split in known if split not in (WHOLE, ", ".join(columns))]
    if others:
        ways = joined([f"--by {split}" for split in others])
        notes.append(Message("also split: {ways}", "还可拆分：{ways}", ways=ways))
    return _said(notes, language)


def _without_months(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Where there are many, those of years, spans, ends of years and the last day; all if these are none."""
    kinds, periods = frame["period"].map(period_kind), frame["period"]
    between = (
        (kinds == "date") & ~periods.str.endswith("-12-31") & (periods != periods[kinds == "date"].max())
    )
    short = kinds.isin(["month", "week"]) | between
    if len(frame) <= _FULL or short.all():
        return frame, 0
    return frame[~short], int(short.sum())


def _by_notebook(report: Report) -> dict[str, list[str]]:
    """The metrics of a report by the notebook that shows them, in reading order; a store's own come last."""
    published = report.results.names
    order = [*dict.fromkeys(CATALOGUED.values()), ""]
    found: dict[str, list[str]] = {notebook: [] for notebook in order}
    known = {*published}
    for name in [
        *(name for name in METRICS if name in known),
        *(name for name in published if name not in METRICS),
    ]:
        chapter = METRICS.chapter(name) if name in METRICS else ""
        found[CATALOGUED.get(chapter, "")].append(name)
    return {notebook: names for notebook, names in found.items() if names}


def _last(report: Report, name: str, language: Language) -> tuple[str, ...]:
    """A line for a metric: of the whole store in its last year, or how it is split where it has no whole."""
    label = METRICS[name].label_with_unit(language) if name in METRICS else name
    whole = [row for row in report.results.rows(name) if not row.group and row.value == row.value]
    if not whole:
        return (
            name,
            label,
            said(Message("by {split}", "按{split}", split=_split(report, name, language)), language),
        )
    row = _latest(whole)
    low, high = row.number("low"), row.number("high")
    return (
        name,
        label,
        format_period(row.period, language),
        format_value(row.value, _format(name), language),
        _range(low, high, _format(name), language),
    )


def _split(report: Report, name: str, language: Language) -> str:
    columns = next((split.split(", ") for split in splits(report.results, name) if split != WHOLE), [])
    return " × ".join(group_name(column, language) for column in columns) or "—"


def _latest(rows: Iterable[Row]) -> Row:
    return max(rows, key=lambda row: (-_KINDS.index(period_kind(row.period)), row.period))


def _absent(report: Report, name: str, period: str | None) -> Message:
    if period and report.results.rows(name):
        periods = sorted({row.period for row in report.results.rows(name)})
        return Message(
            "{name} has nothing of --period {period}; there are {first} to {last}",
            "{name} 没有 --period {period} 的数据；现有 {first} 至 {last}",
            name=name,
            period=period,
            first=periods[0],
            last=periods[-1],
        )
    return Message(
        "{folder}: this report has no {name}; 'csanalysis explain {name}' says which tables it needs",
        "{folder}：本报告没有 {name}；它需要哪些数据表，见“csanalysis explain {name}”",
        folder=report.folder,
        name=name,
    )


def _format(name: str) -> Format:
    return METRICS[name].format if name in METRICS else "ratio"


def _range(low: float, high: float, format: Format, language: Language) -> str:
    if low != low and high != high:
        return ""
    return "–".join(format_interval(low, high, format, language))


def _plain(number: float, language: Language) -> str:
    return "" if number != number else format_value(number, "count", language)


def _title(report: Report) -> str:
    return f"{report.dealership} {report.plan_year} ({report.as_of})"


def _said(messages: Iterable[Message], language: Language) -> tuple[str, ...]:
    return tuple(said(message, language) for message in messages)
