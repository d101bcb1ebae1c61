"""The workbook of work lists as it is written and read back: names that both sides must agree on."""

from dataclasses import dataclass
from typing import Literal

META_SHEET = "_csanalysis"
"""The hidden sheet that says which dealership's lists these are, and that they are ours."""

MARKER = "csanalysis work lists"
VERSION = "3"
"""Since 2 the hidden sheet says what contact an answer on each list is (:data:`PURPOSE_OF`).

Since 3 a caller has a sheet of cases with several calls each, and :data:`CASES_SHEET` says what each case is.
"""

CASES_SHEET = "_cases"
"""The very hidden sheet with a line a case: by it a filled-in workbook is read back."""

CASE_COLUMNS = ("case", "vin", "lead_id", "day", "owner", "purpose", "planned", "worth")
"""Its columns: ``day`` an ISO date or empty, ``planned`` 1 or 0, ``worth`` [yuan] or empty."""

LOOK_UP_SHEETS: dict[str, dict[str, str]] = {
    "this_week": {"zh": "本周", "en": "This week"},
    "not_planned": {"zh": "未排入", "en": "Not planned"},
    "to_mend": {"zh": "号码待补", "en": "Phones to mend"},
}
"""Sheets of a workbook in which nothing is filled in."""

CASE_LIST = "case"
"""What stands for the list in the key of a row that is a case."""

TRIES = 5
"""Calls that a row of a caller's sheet has room for."""

PURPOSE_OF = "purpose."
"""Before the name of a call list, in a line of the hidden sheet that says its purpose."""

HEADINGS: dict[str, dict[str, str]] = {
    "row_id": {"zh": "行标识", "en": "Row key"},
    "vin": {"zh": "车架号", "en": "VIN"},
    "lead_id": {"zh": "线索号", "en": "Lead"},
    "owner": {"zh": "负责人", "en": "Owner"},
    "result": {"zh": "联系结果", "en": "Result"},
    "result_date": {"zh": "联系日期", "en": "Contact date"},
    "note": {"zh": "备注", "en": "Note"},
    "tries": {"zh": "已打次数", "en": "Calls so far"},
    **{
        f"try{number}_{part}": {"zh": f"第{number}次{zh}", "en": f"Call {number} {en}"}
        for number in range(1, TRIES + 1)
        for part, zh, en in (
            ("date", "日期", "date"),
            ("result", "结果", "result"),
            ("next", "约定日期", "next date"),
        )
    },
}
"""What the columns that are read back are headed."""


def try_column(part: Literal["date", "result", "next"], number: int) -> str:
    """Name of a column about a row's call of a number, counted from 1."""
    return f"try{number}_{part}"


OPEN_COLUMNS = (*(name for name in HEADINGS if name.startswith("try")), "note")
"""The columns of a caller's sheet that staff fill in; all others are locked."""

ANSWERS = ("result", "result_date", "note")
"""The columns that staff fill in; all others are locked."""

WHOM = ("vin", "lead_id")
"""The columns that say who was called: a list has one of them."""

RESULT_WORDS: dict[str, dict[str, str]] = {
    "booked": {"zh": "已预约", "en": "Booked"},
    "will_come": {"zh": "自行到店", "en": "Will drop in"},
    "later": {"zh": "再考虑", "en": "Call later"},
    "no_answer": {"zh": "无人接听", "en": "No answer"},
    "wrong_number": {"zh": "号码无效", "en": "Wrong number"},
    "declined": {"zh": "拒绝", "en": "Declined"},
    "too_dear": {"zh": "嫌价格高", "en": "Too expensive"},
    "too_far": {"zh": "离店远", "en": "Too far away"},
    "poor_service": {"zh": "服务不满", "en": "Unhappy with the service"},
    "elsewhere": {"zh": "在别处保养", "en": "Goes elsewhere"},
    "sold_or_moved": {"zh": "车已卖或已迁走", "en": "Sold or moved away"},
    "scrapped": {"zh": "车已报废", "en": "Scrapped"},
    "do_not_call": {"zh": "不再接受来电", "en": "Do not call again"},
    "other": {"zh": "其他", "en": "Other"},
}
"""What a call may end in; :mod:`csanalysis.schema.call_results` says what each does."""

OF_A_CAR = frozenset({"sold_or_moved", "scrapped", "elsewhere"})
"""Results that a call about a lead cannot have: there is no car yet."""

_LEAVING = frozenset({"too_dear", "too_far", "poor_service", "elsewhere"})

NOT_FOR: dict[str, frozenset[str]] = {
    "insurance": frozenset({"will_come", "poor_service", "elsewhere"}),
    "post_sale": _LEAVING,
    "post_service": _LEAVING,
    "lead": _LEAVING,
}
"""Results that make no sense for a purpose of call: they are not offered there."""


def results_for(purpose: str, *, vehicle: bool = True) -> tuple[str, ...]:
    """What a call of a purpose may end in, about a vehicle or a lead, in the order of the drop-down."""
    unfit = NOT_FOR.get(purpose, frozenset()) | (frozenset() if vehicle else OF_A_CAR)
    return tuple(result for result in RESULT_WORDS if result not in unfit)


NOT_REACHED = ("no_answer", "wrong_number")
INVALID_PHONE = ("wrong_number",)

PURPOSES_BEFORE_2: dict[str, str] = {
    "first_service_invitations": "first_service",
    "service_due": "maintenance",
    "contact_window": "maintenance",
    "marginal": "maintenance",
    "win_back": "win_back",
    "declined_items": "post_service",
    "declined_c_items": "campaign",
    "key_customers": "post_service",
    "defeated_leads": "lead",
    "trade_in": "lead",
    "insurance_due": "insurance",
}
"""The call lists of a workbook of version 1, which does not say their purposes; for reading those alone."""


@dataclass(frozen=True)
class About:
    """Whose lists a workbook holds: its hidden sheet says so.

    ``day`` and ``until`` are the days of a call plan, as ISO dates: what was known at the end of the one is
    planned up to the other; empty where the workbook holds none. ``owner`` is the caller whose part it is,
    empty where it is the whole.
    """

    dealership: str
    plan_year: int
    as_of: str
    language: Literal["zh", "en"]
    day: str = ""
    until: str = ""
    owner: str = ""


@dataclass(frozen=True)
class RowKey:
    """What tells a row of the workbook apart, wherever it stands.

    ``whom`` is a digest of the VIN or lead, ``place`` of the list, its day and all that identifies the row,
    ``rest`` of every locked cell: so it shows whether one of them was changed.
    """

    list: str
    whom: str
    place: str
    rest: str

    def __str__(self) -> str:
        return f"{self.list}.{self.whom}.{self.place}.{self.rest}"

    @classmethod
    def parsed(cls, written: str) -> "RowKey | None":
        """The inverse of ``str``; None for what is no row key."""
        parts = written.split(".")
        return cls(*parts) if len(parts) == 4 and all(parts) else None

    @property
    def contact_id(self) -> str:
        """The number of the contact that the row's answer is: the same in every copy of the workbook."""
        return f"W{self.whom}{self.place}"

    def contact_of(self, number: int) -> str:
        """The number of the contact that the row's call of a number is, counted from 1."""
        return f"{self.contact_id}T{number}"


def case_place(case: str, *, dealership: str, plan_year: int, day: str) -> str:
    """What tells a case apart in the plan of a day: ``place`` in the key of its row."""
    return digest(CASE_LIST, dealership, str(plan_year), day, case)


def digest(*parts: str, length: int = 8) -> str:
    """A short digest of some texts, the same on every machine."""
    import hashlib

    joined = "\x1f".join(" ".join(part.split()) for part in parts)
    return hashlib.blake2b(joined.encode(), digest_size=length // 2).hexdigest()


def cell_text(value: object) -> str:
    """A locked cell as it counts in a row's digest: a day without time, a number with six decimals at most.

    Programs write dates and the last digits of numbers each in their own way.
    """
    import datetime as dt

    if value is None or value != value:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return f"{float(value):.6f}".rstrip("0").rstrip(".")
    return " ".join(str(value).split())
