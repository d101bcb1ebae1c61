"""What ``csanalysis init`` writes: params with every key, a workbook with every table, a calendar."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

from csanalysis.errors import ParamsError
from csanalysis.messages import Message
from csanalysis.params import template_text
from csanalysis.params.calendar import default_events
from csanalysis.params.calendar_workbook import write_calendar
from csanalysis.params.group import COLUMNS
from csanalysis.params.model import NO_SLUG, SLUG
from csanalysis.schema import REQUIRED_TABLES, TABLES, VOCABULARIES, Column, Table

_KINDS = {
    "zh": {
        "text": "文字",
        "vin": "车架号",
        "number": "数字",
        "integer": "整数",
        "fraction": "比例",
        "boolean": "是/否",
        "date": "日期，如 2025-03-31",
        "datetime": "日期时间，如 2025-03-31 09:30",
        "month": "月份，如 2025-03",
    },
    "en": {
        "text": "text",
        "vin": "VIN",
        "number": "number",
        "integer": "whole number",
        "fraction": "fraction",
        "boolean": "yes/no",
        "date": "date, such as 2025-03-31",
        "datetime": "date and time, such as 2025-03-31 09:30",
        "month": "month, such as 2025-03",
    },
}
_REQUIRED = {"zh": "必填", "en": "required"}


_INTRO = {
    "zh": "填写 {workbook} 的各工作表，或直接写本店系统的导出文件。",
    "en": "fill the sheets of {workbook}, or name your systems' own exports instead.",
}
_RECOGNISED = {
    "zh": "由“csanalysis init --from”识别；每行后面是两个样值（个人信息已遮盖）和把握程度，请核对。",
    "en": "recognised by 'csanalysis init --from'; behind each line two values (masked) and how sure it is.",
}


@dataclass(frozen=True)
class Told:
    """What exports tell of a store: its ``sources`` as YAML, the days, its name and brand ('' unknown)."""

    sources: str
    as_of: date
    plan_year: int
    name: str = ""
    brand: str = ""
    calendar: str = ""


def write_starter(folder: Path, dealership: str, *, language: str = "zh") -> list[Path]:
    """Write ``<id>.yml``, ``<id>.xlsx`` and ``<id>-calendar.xlsx`` in ``folder``; returns their paths.

    The calendar holds a default year of customer care and marketing, to be changed at will.

    Raises
    ------
    ParamsError
        The id is no slug, the language unknown, or a file of that name is there already.
    """
    params, workbook = folder / f"{dealership}.yml", folder / f"{dealership}.xlsx"
    calendar = folder / f"{dealership}-calendar.xlsx"
    refuse_starter([params, workbook, calendar], dealership, language)
    _make(folder)
    today = date.today()
    plan_year = today.year + (today.month > 3)  # in the first quarter people still plan the running year
    params.write_text(
        template_text(language).format(
            id=dealership,
            name=dealership,
            brand='""',
            plan_year=plan_year,
            as_of=f'# as_of: "{plan_year - 1}-12-31"',
            language=language,
            intro=_INTRO[language].format(workbook=workbook.name),
            calendar=calendar.name,
            sources="\n".join(_source(table, workbook.name, language) for table in TABLES.values()),
        ),
        encoding="utf-8",
    )
    _write_workbook(workbook, language)
    write_calendar(calendar, default_events(language), year=plan_year, language=language)
    return [params, workbook, calendar]


def write_group(folder: Path, group: str, *, language: str = "zh") -> list[Path]:
    """Write ``<id>.yml``, what the stores of a group share, and the roster ``<id>-stores.xlsx``; their paths.

    Raises
    ------
    ParamsError
        As :func:`write_starter`.
    """
    params, roster = folder / f"{group}.yml", folder / f"{group}-stores.xlsx"
    refuse_starter([params, roster], group, language)
    _make(folder)
    today = date.today()
    text = template_text(language, "template_group").format(
        id=group, roster=roster.name, plan_year=today.year + (today.month > 3)
    )
    params.write_text(text, encoding="utf-8")
    with xlsxwriter.Workbook(str(roster)) as workbook:
        sheet, bold = workbook.add_worksheet(), workbook.add_format({"bold": True, "bottom": 1})
        heads = [zh if language == "zh" else name for name, zh in COLUMNS.items() if name != "overrides"]
        sheet.write_row(0, 0, heads, bold)
        sheet.write_comment(0, 0, _ROSTER_HINT[language])
        sheet.set_column(0, len(heads) - 1, 16, workbook.add_format({"num_format": "@"}))
        sheet.freeze_panes(1, 0)
    return [params, roster]


_ROSTER_HINT = {
    "zh": "必填：a-z、0-9、“-”和“_”。负责人收失败通知，收件人收报告（邮箱，用分号隔开）。"
    "再加的列是参数的键，如 churn.years。",
    "en": "required: a-z, 0-9, '-' and '_'. The owner hears of failures, addresses get the report (e-mail, "
    "with semicolons). Further columns are keys of the params, such as churn.years.",
}


def write_recognised(folder: Path, dealership: str, told: Told, *, language: str) -> Path:
    """Write ``<id>.yml`` with what exports tell of a store; returns its path.

    Raises
    ------
    ParamsError
        As :func:`write_starter`.
    """
    params = folder / f"{dealership}.yml"
    refuse_starter([params], dealership, language)
    _make(folder)
    params.write_text(
        template_text(language).format(
            id=dealership,
            name=_quoted(told.name or dealership),
            brand=_quoted(told.brand),
            plan_year=told.plan_year,
            as_of=f'as_of: "{told.as_of}"  ',
            language=language,
            intro=_RECOGNISED[language],
            calendar=_quoted(told.calendar) if told.calendar else "null",
            sources=told.sources,
        ),
        encoding="utf-8",
    )
    return params


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def refuse_starter(paths: Sequence[Path], dealership: str, language: str) -> None:
    """Raise ParamsError where an id or a language is none, or a file to be written is there already."""
    if not SLUG.fullmatch(dealership):
        raise ParamsError(Message(*NO_SLUG, value=dealership))
    if language not in _KINDS:
        raise ParamsError(
            Message(
                "--language must be zh or en, not {language!r}",
                "--language 应为 zh 或 en，现在是“{language}”",
                language=language,
            )
        )
    for path in paths:
        if path.exists():
            raise ParamsError(
                Message(
                    "{path}: is there already; choose another id, or delete it first",
                    "{path}：已经存在；请换一个代号，或先删除它",
                    path=path,
                )
            )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParamsError(
            Message(
                "{folder}: cannot be written ({error}); choose another --params",
                "{folder}：无法写入（{error}）；请用 --params 换一个文件夹",
                folder=folder,
                error=error.strerror,
            )
        ) from None


def _source(table: Table, workbook: str, language: str) -> str:
    mark = "  " if table.name in REQUIRED_TABLES else "  # "
    return f"{mark}{table.name}: {{path: {workbook}, sheet: {_sheet(table, language)}}}"


def _sheet(table: Table, language: str) -> str:
    return table.zh if language == "zh" else table.name


def _write_workbook(path: Path, language: str) -> None:
    with xlsxwriter.Workbook(str(path)) as workbook:
        plain = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        needed = workbook.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#FFE8B3"}
        )
        for table in TABLES.values():
            sheet = workbook.add_worksheet(_sheet(table, language))
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                header = column.zh if language == "zh" else column.name
                sheet.write_string(0, place, header, needed if column.required else plain)
                sheet.write_comment(0, place, _hint(column, language))
                sheet.set_column(place, place, max(12, 2 * len(header) + 2))
                if words := _choices(column, language):
                    sheet.data_validation(1, place, 20000, place, {"validate": "list", "source": words})


def _hint(column: Column, language: str) -> str:
    words = [_KINDS[language][column.kind]]
    if column.required:
        words.insert(0, _REQUIRED[language])
    return ("；" if language == "zh" else "; ").join(words)


def _choices(column: Column, language: str) -> list[str]:
    if column.vocabulary:
        known = VOCABULARIES[column.vocabulary]
        return [words[0] for words in known.values()] if language == "zh" else list(known)
    if column.kind == "boolean":
        return ["是", "否"] if language == "zh" else ["yes", "no"]
    return []
