"""Festivals by name, and the day on which each falls in any year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from csanalysis.messages import BadValueError, Message
from csanalysis.schema.naming import folded, nearest

Rule = Callable[[int], date]


@dataclass(frozen=True)
class Festival:
    """One festival: what it is called in both languages, other names it goes by, and its day of a year."""

    key: str
    zh: str
    en: str
    on: Rule
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which a calendar may call it."""
        return self.key, self.zh, self.en, *self.aliases


def festival_named(name: str) -> Festival:
    """The festival of that name, in either language.

    Raises
    ------
    ValueError
        No such festival; the nearest is named.
    """
    if not is_festival(name):
        line = "'{name}' is no festival{hint}", "“{name}”不是节日{hint}"
        raise BadValueError(*line, name=name, hint=_nearest(name))
    return _by_name()[_plain(name)]


def is_festival(name: str) -> bool:
    """Whether a festival goes by this name."""
    return _plain(name) in _by_name()


@cache
def _by_name() -> dict[str, Festival]:
    return {_plain(each): festival for festival in FESTIVALS for each in festival.names}


def _plain(name: str) -> str:
    """``Mother’s Day`` and ``mothers day`` are one."""
    return folded(name).replace("'", "").replace("’", "")


def _nearest(name: str) -> Message:
    spoken = [each for festival in FESTIVALS for each in festival.names if "_" not in each]
    close = nearest(name, spoken)
    if close.startswith("; did"):
        return close
    # Chinese names are short: one character in common says more than a ratio.
    shared = [each for each in spoken if not each.isascii() and set(each) & set(name) - {"节", "日"}]
    return nearest(shared[0], shared[:1]) if shared else nearest("", [f.zh for f in FESTIVALS])


def _solar(month: int, day: int) -> Rule:
    return lambda year: date(year, month, day)


def _lunar(month: int, day: int, *, lunar_years_back: int = 0, days: int = 0) -> Rule:
    def on(year: int) -> date:
        from borax.calendars.lunardate import LunarDate

        found: date = LunarDate(year - lunar_years_back, month, day).to_solar_date()
        return found + timedelta(days=days)

    return on


def _term(name: str) -> Rule:
    def on(year: int) -> date:
        from borax.calendars.festivals2 import TermFestival

        day = TermFestival(term=name).at(year)
        return date(day.year, day.month, day.day)

    return on


def _nth_weekday(nth: int, weekday: int, month: int) -> Rule:
    """The nth Monday (0) … Sunday (6) of a month."""

    def on(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))

    return on


def _easter(year: int) -> date:
    from dateutil.easter import easter

    return easter(year)


SUNDAY, THURSDAY = 6, 3

FESTIVALS = (
    Festival("new_year", "元旦", "New Year's Day", _solar(1, 1), ("新年", "元旦节", "New Year")),
    Festival("little_new_year", "小年", "Little New Year", _lunar(12, 23, lunar_years_back=1), ("北方小年",)),
    Festival(
        "new_years_eve", "除夕", "Chinese New Year's Eve", _lunar(1, 1, days=-1), ("大年三十", "年三十")
    ),
    Festival(
        "spring_festival",
        "春节",
        "Spring Festival",
        _lunar(1, 1),
        ("大年初一", "正月初一", "Chinese New Year", "Lunar New Year"),
    ),
    Festival("lantern_festival", "元宵节", "Lantern Festival", _lunar(1, 15), ("元宵", "上元节", "正月十五")),
    Festival("valentines_day", "情人节", "Valentine's Day", _solar(2, 14)),
    Festival(
        "womens_day", "妇女节", "Women's Day", _solar(3, 8), ("三八节", "三八妇女节", "女神节", "女王节")
    ),
    Festival("arbor_day", "植树节", "Arbor Day", _solar(3, 12)),
    Festival(
        "consumer_rights_day", "消费者权益日", "Consumer Rights Day", _solar(3, 15), ("315", "三一五", "3·15")
    ),
    Festival("easter", "复活节", "Easter", _easter, ("Easter Sunday",)),
    Festival("qingming", "清明节", "Qingming", _term("清明"), ("清明", "Tomb-Sweeping Day")),
    Festival(
        "labour_day", "劳动节", "Labour Day", _solar(5, 1), ("五一", "五一劳动节", "Labor Day", "May Day")
    ),
    Festival("youth_day", "青年节", "Youth Day", _solar(5, 4), ("五四青年节", "五四")),
    Festival("mothers_day", "母亲节", "Mother's Day", _nth_weekday(2, SUNDAY, 5)),
    Festival("childrens_day", "儿童节", "Children's Day", _solar(6, 1), ("六一", "六一儿童节", "国际儿童节")),
    Festival("dragon_boat_festival", "端午节", "Dragon Boat Festival", _lunar(5, 5), ("端午", "Dragon Boat")),
    Festival("fathers_day", "父亲节", "Father's Day", _nth_weekday(3, SUNDAY, 6)),
    Festival("party_day", "建党节", "Party Founding Day", _solar(7, 1), ("七一",)),
    Festival("army_day", "建军节", "Army Day", _solar(8, 1), ("八一", "八一建军节")),
    Festival("qixi", "七夕", "Qixi", _lunar(7, 7), ("七夕节", "乞巧节", "Double Seventh", "Qixi Festival")),
    Festival("teachers_day", "教师节", "Teachers' Day", _solar(9, 10), ("Teacher's Day",)),
    Festival(
        "mid_autumn_festival",
        "中秋节",
        "Mid-Autumn Festival",
        _lunar(8, 15),
        ("中秋", "八月十五", "Mid-Autumn", "Moon Festival"),
    ),
    Festival("national_day", "国庆节", "National Day", _solar(10, 1), ("国庆", "十一", "十一国庆")),
    Festival(
        "double_ninth_festival", "重阳节", "Double Ninth Festival", _lunar(9, 9), ("重阳", "Double Ninth")
    ),
    Festival("halloween", "万圣节", "Halloween", _solar(10, 31)),
    Festival("thanksgiving", "感恩节", "Thanksgiving", _nth_weekday(4, THURSDAY, 11), ("Thanksgiving Day",)),
    Festival("winter_solstice", "冬至", "Winter Solstice", _term("冬至"), ("冬至节",)),
    Festival("christmas_eve", "平安夜", "Christmas Eve", _solar(12, 24)),
    Festival("christmas", "圣诞节", "Christmas", _solar(12, 25), ("圣诞", "Christmas Day", "Xmas")),
)
