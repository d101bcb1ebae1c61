"""``outputs/index.html``: every report there is, with the two numbers a director asks for first."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from csanalysis.catalogue import METRICS, Language, format_period, format_value
from csanalysis.report.document.pages import write_page
from csanalysis.report.failure import FOLDERS, NOTES, PAGE
from csanalysis.report.files.history import history_folder, kept_days
from csanalysis.report.files.manifest import read_json_or_none, runs_in
from csanalysis.report.files.summary import HEADLINES, stored_summary, summary_from

DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError)
"""What reading half a file, or one of another form, may raise."""

REVIEWS = 3
"""So many reviews of the year, the latest first, are linked beside its report, and as many meetings."""

STATUS = "status.html"
"""The page of the schedule, where there is one."""

# Work lists name customers: they are for who calls, not for who reads.
FILES = (
    "report.html",
    "plan.pdf",
    "report.pdf",
    "plan.pptx",
    "numbers.xlsx",
    "metrics.json",
)


@dataclass(frozen=True)
class Link:
    """A review or an earlier report: its time as written, where it lies, and whether an alert stood."""

    label: str
    href: str
    alarmed: bool = False


@dataclass(frozen=True)
class Entry:
    """One report: how it is named, where it lies, its headline numbers as written.

    Beside it its year's reviews, and its reports of earlier days.
    """

    name: str
    plan_year: int
    as_of: str
    folder: str
    language: str
    numbers: tuple[tuple[str, float | None], ...]
    files: tuple[str, ...]
    reviews: tuple[Link, ...]
    history: tuple[Link, ...] = ()
    meetings: tuple[Link, ...] = ()
    lists: str | None = None
    """The day on which the work lists were made; they name customers, and are not linked."""


def write_index(output: Path, *, state: str = "") -> Path:
    """List every finished report under ``output`` in ``output/index.html``; returns its path.

    ``state`` stands on the page for :func:`csanalysis.report.listed.list_reports`, which knows it again.
    """
    runs, failures = runs_in(output), _failures(output)
    spoken = Counter(run["language"] for run in runs or failures)
    language: Language = spoken.most_common(1)[0][0] if spoken else "zh"
    entries = []
    for run in runs:
        with suppress(*DAMAGED):  # or being replaced just now
            entries.append(_entry(output, run, language))
    path = output / "index.html"
    write_page(
        path,
        "index.html.j2",
        language,
        entries=sorted(entries, key=lambda entry: (-entry.plan_year, entry.folder)),
        failures=failures,
        reviewed=any(entry.reviews for entry in entries),
        kept=any(entry.history for entry in entries),
        met=any(entry.meetings for entry in entries),
        called=any(entry.lists for entry in entries),
        networks=_networks(output, language),
        status=STATUS if (output / STATUS).is_file() else None,
        headlines=[METRICS[name].label(language) for name in HEADLINES],
        state=state,
    )
    return path


def _failures(output: Path) -> list[dict[str, Any]]:
    """Stores whose last run made no report: ``name``, ``language``, and ``href`` of the page with the why."""
    found = []
    paths = [path for folder in FOLDERS.values() for path in output.glob(f"*/{folder}/{NOTES}")]
    for path in sorted(paths):
        notes = read_json_or_none(path)
        if (
            isinstance(notes, dict)
            and isinstance(notes.get("name"), str)
            and notes.get("language") in ("zh", "en")
        ):
            what = notes["what"] if notes.get("what") in FOLDERS else "report"
            found.append({**notes, "what": what, "href": (path.parent / PAGE).relative_to(output).as_posix()})
    return found


def _entry(output: Path, run: dict[str, Any], language: Language) -> Entry:
    folder = Path(run["dealership"]) / str(run["plan_year"])
    summary = stored_summary(run) or summary_from(output / folder / "metrics.json")
    return Entry(
        name=run["name"],
        plan_year=run["plan_year"],
        as_of=format_period(run["as_of"], language),
        folder=folder.as_posix(),
        language=run["language"],
        numbers=tuple(
            (format_value(value, METRICS[name].format, language), value) for name, value in summary.items()
        ),
        files=tuple(name for name in FILES if (output / folder / name).is_file()),
        reviews=_reviews(output, run, language),
        history=_history(output, run, language),
        meetings=_meetings(output, run, language),
        lists=_listed(output / folder, language),
    )


def _reviews(output: Path, run: dict[str, Any], language: Language) -> tuple[Link, ...]:
    """The last reviews of the report's year."""
    found = sorted(
        (output / run["dealership"] / "review").glob(f"{run['plan_year']}-*/run.json"), reverse=True
    )
    records = [(path, record) for path in found[:REVIEWS] if (record := read_json_or_none(path))]
    return tuple(
        Link(
            label=format_period(record["month"], language),
            href=(path.parent / "report.html").relative_to(output).as_posix(),
            alarmed=bool(record["counts"]["alerts"]),
        )
        for path, record in records
    )


def _meetings(output: Path, run: dict[str, Any], language: Language) -> tuple[Link, ...]:
    """The last packs for meetings; one is of a month, or of a week."""
    found = sorted((output / run["dealership"] / "meetings").glob("[0-9]*/report.html"), reverse=True)
    return tuple(
        Link(format_period(path.parent.name, language), path.relative_to(output).as_posix())
        for path in found[:REVIEWS]
    )


def _listed(place: Path, language: Language) -> str | None:
    with suppress(OSError):
        made = datetime.fromtimestamp((place / "lists.xlsx").stat().st_mtime)
        return format_period(made.date().isoformat(), language)
    return None


def _networks(output: Path, language: Language) -> list[Link]:
    """The group's reports, the last year first."""
    found = sorted((output / "network").glob("[0-9]*/report.html"), reverse=True)
    return [
        Link(format_period(path.parent.name, language), path.relative_to(output).as_posix()) for path in found
    ]


def _history(output: Path, run: dict[str, Any], language: Language) -> tuple[Link, ...]:
    """The reports of the plan year that are kept of other days, the last one first."""
    place = output / run["dealership"] / str(run["plan_year"])
    folder = history_folder(place).relative_to(output)
    return tuple(
        Link(format_period(day, language), (folder / day / "report.html").as_posix())
        for day in kept_days(place)
        if day != run["as_of"]
    )
