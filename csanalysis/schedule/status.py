"""``outputs/status.html``: for each store, what ran last, how it ended, and when it runs next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_datetime, get_timezone_name
from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from csanalysis.catalogue import Language, text
from csanalysis.report.colours import colours_css
from csanalysis.report.exporters import csp_hash
from csanalysis.report.labels import LABELS
from csanalysis.schedule.state import Entry, write_whole

FILE = "status.html"
_LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
_TONES = {"made": "good", "failed": "bad", "ended": "warn", "running": "muted"}


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

    def written(time: datetime | None) -> str:
        if time is None:
            return text("status.none", language)
        pattern = "y年M月d日 HH:mm" if language == "zh" else "d MMM y, HH:mm"
        return format_datetime(time.astimezone(zone), pattern, locale=_LOCALES[language])

    page = _template().render(
        language=language,
        rows=rows,
        stopped=stopped,
        refresh=refresh,
        now=written(now),
        zone=getattr(zone, "key", None) or get_timezone_name(now, locale=_LOCALES[language]),
        written=written,
        tones=_TONES,
        seconds=lambda spent: f"{spent:.0f}",
        text=lambda key, **values: text(f"status.{key}", language, **values),
        labels=LABELS[language],
        colours=Markup(colours_css()),
    )
    path = output / FILE
    write_whole(path, page, readable=True)
    return path


@cache
def _template() -> Any:
    loaders = [PackageLoader(f"csanalysis.{room}", "templates") for room in ("schedule", "report")]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["csp_hash"] = csp_hash
    return environment.get_template("status.html.j2")
