"""What each day of a plan is: a working day, a weekend that is worked, a day off by its name."""

import re

import pandas as pd

from csanalysis.catalogue import Language, text
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.params import Params

_MOVED = re.compile(r"substituted|调休")
_LANGUAGES = {"zh": ("zh_CN", "zh"), "en": ("en_US", "en")}


def day_kinds(after: pd.Timestamp, until: pd.Timestamp, params: Params) -> dict[pd.Timestamp, str]:
    """What each day after the one and up to the other is, in words; a holiday is called by its name."""
    country, language = params.calls.country, params.language
    worked = set(working_days(after, until, country=country))
    names = _holidays(country, language, range(after.year, until.year + 1))
    kinds = {}
    for day in pd.date_range(after + pd.Timedelta(days=1), until):
        weekend = day.weekday() >= 5
        if day in worked:
            kinds[day] = text(f"call_week.{'works_instead' if weekend else 'works'}", language)
        else:
            kinds[day] = names.get(day.date()) or text("call_week.weekend", language)
    return kinds


def _holidays(country: str, language: Language, years: range) -> dict[object, str]:
    """Names of the holidays, in the language if the calendar has it."""
    import holidays

    known = holidays.country_holidays(country, years=years)
    spoken = next((each for each in _LANGUAGES[language] if each in known.supported_languages), None)
    named = holidays.country_holidays(country, years=years, language=spoken)
    moved = text("call_week.moved_off", language)
    return {day: moved if _MOVED.search(name) else name for day, name in named.items()}
