"""``outputs/status.html``: for each store, what ran last, how it ended, and when it runs next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from babel.dates import format_datetime, get_timezone_name

from csanalysis.catalogue import Language, text
from csanalysis.report.document.pages import write_page
from csanalysis.schedule.state import Ending, Entry

FILE = "status.html"
_LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
_TONES: dict[Ending, str] = {"made": "good", "failed": "bad", "ended": "warn", "running": "muted"}


@dataclass(frozen=True)
class Row:
    """One store as the page shows it; its texts are masked already."""

    name: str
    cron: str | None
    entry: Entry | None
    next_run: datetime | None
    params_problems: tuple[str, ...] = ()


def write_status(
    output: Path,
    rows: Sequence[Row],
    *,
    language: Language,
    zone: tzinfo,
    now: datetime,
    stopped: bool = False,
    refresh: int = 60,
) -> Path:
    """Write the page in ``language``, its times as told in ``zone``; returns its path."""

    def local_time(time: datetime | None) -> str:
        if time is None:
            return text("status.none", language)
        pattern = "y年M月d日 HH:mm" if language == "zh" else "d MMM y, HH:mm"
        return format_datetime(time.astimezone(zone), pattern, locale=_LOCALES[language])

    path, endings = output / FILE, Counter(str(row.entry.outcome) for row in rows if row.entry)
    write_page(
        path,
        "status.html.j2",
        language,
        package="csanalysis.schedule",
        rows=rows,
        counts=[(ending, count) for ending in _TONES if (count := endings[ending])],
        stopped=stopped,
        refresh=refresh,
        now=local_time(now),
        zone=getattr(zone, "key", None) or get_timezone_name(now, locale=_LOCALES[language]),
        local_time=local_time,
        tones=_TONES,
        seconds=lambda spent: f"{spent:.0f}",
    )
    return path
