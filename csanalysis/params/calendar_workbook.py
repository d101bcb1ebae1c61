"""A calendar as a workbook to fill in: one event a row, and a sheet that says what may be written."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from csanalysis.params.calendar import CalendarEvent
from csanalysis.schema.audiences import RULES
from csanalysis.schema.calendar_table import CALENDAR
from csanalysis.schema.festivals import FESTIVALS

ROWS = 500
"""Rows that have the drop-down of festivals."""

_WIDTHS = {"event": 18, "festival": 14, "date": 12, "kind": 11, "audience": 22, "activity": 34, "gift": 14}
_NEEDED = ("event", "festival", "date", "month")

_HINTS = {
    "zh": {
        "event": "必填：活动叫什么",
        "festival": "节日名称，每年自动换算日期；节日、日期、月份三者填一个",
        "date": "如 2026-05-09，或 5月9日",
        "month": "如 3；整月或跨月的活动可写 3-6",
        "day": "与月份合用：当月几日；不填为整月",
        "end_month": "与月份合用：到几月为止",
        "offset_days": "从节日或日期往后几天开始；负数为提前",
        "end": "最后一天；与天数二选一",
        "days": "持续几天；不填为一天",
        "kind": "与营销活动表的类型一致时，按往年同类活动预计到店",
        "audience": "对象规则，见“说明”；几个条件用逗号隔开，须同时满足",
        "size": "人数：没有规则时为人数，有规则时为上限",
        "activity": "做什么",
        "gift": "送什么",
        "unit_cost": "每人费用（元）",
        "budget": "整个活动的预算（元）；不填则为人数 × 单价",
        "owner": "负责人，与人员表一致",
        "penalty": "延误一次扣罚（元）",
        "preparation_days": "提前几天准备；不填为 15",
    },
    "en": {
        "event": "required: what it is called",
        "festival": "name of a festival, dated anew each year; give one of festival, date, month",
        "date": "such as 2026-05-09",
        "month": "such as 3; or 3-6 for March to June",
        "day": "with month: that day of it; empty: the whole month",
        "end_month": "with month: up to this one",
        "offset_days": "begin so many days after the festival or date; negative: before",
        "end": "last day; either this or days",
        "days": "how many days it lasts; empty: one",
        "kind": "as in the campaigns table: arrivals are expected from past campaigns of that kind",
        "audience": "a rule, see the sheet of notes; several with commas must all hold",
        "size": "how many, where no rule counts them; the most, where one does",
        "activity": "what is done",
        "gift": "what is given",
        "unit_cost": "money for each person",
        "budget": "money for the event; empty: how many x unit cost",
        "owner": "who answers for it, as in the staff table",
        "penalty": "what a delay costs the owner each time",
        "preparation_days": "begin to prepare so many days before; empty: 15",
    },
}
_SHEETS = {"zh": ("活动日历", "说明"), "en": ("calendar", "notes")}
_NOTES = {
    "zh": ("节日名称", "当年日子", "对象规则"),
    "en": ("name of festival", "day this year", "audience rule"),
}


def write_calendar(
    path: Path,
    events: Sequence[CalendarEvent],
    *,
    year: int,
    language: str = "zh",
    created: datetime | None = None,
) -> None:
    """Write events as a workbook that a params file can name as its ``calendar``.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file.
    events : sequence of CalendarEvent
        Its rows.
    year : int
        The year in which the sheet of notes dates the festivals.
    language : str
        ``zh`` or ``en``.
    created : datetime, optional
        When the file says it was made, for bytes that are the same every time.
    """
    sheet_name, notes_name = _SHEETS[language]
    with xlsxwriter.Workbook(str(path)) as workbook:
        if created is not None:
            workbook.set_properties({"created": created})
        plain = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        forms = {
            False: workbook.add_format(plain),
            True: workbook.add_format({**plain, "bg_color": "#FFE8B3"}),
        }
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(CALENDAR.columns):
            head = column.zh if language == "zh" else column.name
            sheet.write_string(0, place, head, forms[column.name in _NEEDED])
            sheet.write_comment(0, place, _HINTS[language][column.name])
            sheet.set_column(place, place, _WIDTHS.get(column.name, max(8, 2 * len(head))))
            for row, event in enumerate(events, start=1):
                _write(sheet, row, place, getattr(event, column.name), column.name, day)
        names = f"='{notes_name}'!$A$2:$A${len(FESTIVALS) + 1}"
        place = [column.name for column in CALENDAR.columns].index("festival")
        sheet.data_validation(
            1, place, ROWS, place, {"validate": "list", "source": names, "error_type": "warning"}
        )
        _write_notes(workbook.add_worksheet(notes_name), language, year, forms[False], day)


def _write(sheet: Any, row: int, place: int, value: object, name: str, day: Any) -> None:
    default = CalendarEvent.model_fields[name].default
    if value is None or value == default:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), day)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, str(value))


def _write_notes(sheet: Any, language: str, year: int, bold: Any, day: Any) -> None:
    """Every festival with its day, and every audience rule with the words it takes."""
    for place, head in enumerate(_NOTES[language]):
        sheet.write_string(0, place, head, bold)
        sheet.set_column(place, place, 44 if place == 2 else 24)
    for row, festival in enumerate(FESTIVALS, start=1):
        sheet.write_string(row, 0, festival.zh if language == "zh" else festival.en)
        held = festival.on(year)
        sheet.write_datetime(row, 1, datetime(held.year, held.month, held.day), day)
    for row, rule in enumerate(RULES, start=1):
        name = rule.zh if language == "zh" else rule.name
        words = [spoken[0] if language == "zh" else word for word, spoken in rule.words]
        value = (
            f"={'|'.join(words) or ('3' if rule.name == 'vehicle_age' else '…')}" if rule.takes_value else ""
        )
        sheet.write_string(row, 2, f"{name}{value}")
