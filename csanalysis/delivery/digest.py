"""What a message says of a run: the store, the year's targets, or what went wrong."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csanalysis.catalogue import (
    METRICS,
    UNDEFINED,
    Language,
    format_period,
    format_value,
    group_label,
    text,
)
from csanalysis.delivery.addressee import Addressee
from csanalysis.delivery.masking import flat, masked
from csanalysis.fleet import Outcome
from csanalysis.json_files import read_json
from csanalysis.messages import said
from csanalysis.metrics.results import Results
from csanalysis.report.files.fingerprint import file_sha256, sha256_of

MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Target:
    """One target of the plan year beside last year's figure, ``before``; both also as written."""

    metric: str
    group: Mapping[str, str]
    label: str
    value: float
    formatted: str
    before: str


@dataclass(frozen=True)
class Digest:
    """One run in short. A failed one has ``problems``; a made one the ``folder`` its files lie in.

    ``fingerprint`` changes with what its readers would find new: data, params, plan and targets of a report,
    the problems of a failure; not with the program's version or the hour.
    """

    dealership: str
    store: str
    language: Language
    plan_year: int | None = None
    as_of: str | None = None
    targets: tuple[Target, ...] = ()
    problems: tuple[str, ...] = ()
    more_problems: int = 0
    fingerprint: str = ""
    said: tuple[str, ...] = ()
    """What a review says in short, a line each."""
    outcome: Outcome = field(kw_only=True)

    @property
    def made(self) -> bool:
        """Whether there is a report."""
        return self.outcome.made

    @property
    def item(self) -> str:
        """Under what is kept which of these was sent last: a report of the year, or the store's failure."""
        return self.page.removesuffix("/report.html") if self.page else self.failure

    @property
    def failure(self) -> str:
        """The item of a failure of this store."""
        kind = self.outcome.kind
        return f"{self.dealership}/failed" if kind == "report" else f"{self.dealership}/{kind}/failed"

    @property
    def page(self) -> str | None:
        """The report's own path under outputs/."""
        if self.outcome.place is None:
            return None
        folder = _FOLDERS.get(self.outcome.kind)
        below = f"{folder}/{self.period}" if folder else self.plan_year
        return f"{self.dealership}/{below}/report.html"

    @property
    def period(self) -> str:
        """The month or week of a review or of a meeting's pack."""
        return self.outcome.place.name if self.outcome.place and self.outcome.kind in _FOLDERS else ""

    @property
    def file_name(self) -> str:
        """What its files are called that are sent, without their endings."""
        return "-".join(map(str, filter(None, (self.dealership, self.period or self.plan_year))))

    def link(self, base: str | None) -> str | None:
        """The report's address where outputs/ is found under ``base``."""
        return f"{base}/{self.page}" if base and self.page else None

    @property
    def target_lines(self) -> list[str]:
        """A line a target, with last year's figure in brackets."""
        if self.plan_year is None:
            return []
        colon = text("sign.colon", self.language)
        year = format_period(str(self.plan_year - 1), self.language)
        return [
            f"{target.label}{colon}{target.formatted}"
            + text("sign.brackets", self.language, inner=f"{year}{colon}{target.before}")
            for target in self.targets
        ]

    @property
    def subject(self) -> str:
        """One line that names the store and what happened."""
        key = "delivery.subject" if self.made else "delivery.failed_subject"
        kind = self.outcome.kind
        if kind in _FOLDERS or kind == "lists":
            key = f"delivery.{kind}.{'subject' if self.made else 'failed_subject'}"
        period = format_period(self.period, self.language) if self.period else ""
        return flat(text(key, self.language, store=self.store, year=self.plan_year, period=period))

    @property
    def lead(self) -> str:
        """The first sentence."""
        if not self.made:
            return text("delivery.failed_lead", self.language)
        if self.period:
            period = format_period(self.period, self.language)
            return text(f"delivery.{self.outcome.kind}.lead", self.language, period=period)
        as_of = format_period(self.as_of, self.language) if self.as_of else UNDEFINED
        return text("delivery.lead", self.language, year=self.plan_year, as_of=as_of)


def digest(outcome: Outcome, addressee: Addressee, *, secrets: Collection[str] = ()) -> Digest:
    """The digest of one outcome; a made report is read from its own files."""
    if outcome.place is None:
        lines = [said(problem, addressee.language) for problem in outcome.problems]
        problems = [masked(line, secrets) for problem in lines for line in problem.splitlines()]
        return Digest(
            addressee.dealership,
            flat(addressee.store),
            addressee.language,
            problems=tuple(problems[:MOST_PROBLEMS]),
            more_problems=max(0, len(problems) - MOST_PROBLEMS),
            fingerprint=_fingerprint(problems),
            outcome=outcome,
        )
    if outcome.kind in _FOLDERS:
        return _of_pack(outcome, outcome.place, addressee, secrets)
    run = read_json(outcome.place / "run.json")
    targets = _targets(outcome, run)
    origin = {key: made for key, made in run.get("made_from", {}).items() if key in _ORIGIN}
    goals = [(target.metric, sorted(target.group.items()), target.value) for target in targets]
    return Digest(
        run["dealership"],
        flat(run["name"]),
        run["language"],
        run["plan_year"],
        run["as_of"],
        targets,
        fingerprint=_fingerprint([run["as_of"], sorted(origin.items()), goals]),
        outcome=outcome,
    )


_FOLDERS = {"review": "review", "meeting": "meetings"}
"""Where below a store's folder what is no plan lies."""


def _of_pack(outcome: Outcome, place: Path, addressee: Addressee, secrets: Collection[str]) -> Digest:
    """A review with what it says in short, or a meeting's pack; news where its numbers are."""
    file, lines = place / "digest.txt", list[str]()
    if file.is_file():
        lines = [masked(line, secrets).strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return Digest(
        addressee.dealership,
        flat(addressee.store),
        addressee.language,
        said=tuple(filter(None, lines)),
        fingerprint=_fingerprint([lines, file_sha256(place / "metrics.json")]),
        outcome=outcome,
    )


_ORIGIN = ("params", "inputs", "chapters", "plan")
"""What a report is made from and its readers care about."""


def _fingerprint(parts: object) -> str:
    return sha256_of(parts)[:16]


def _targets(outcome: Outcome, run: dict[str, Any]) -> tuple[Target, ...]:
    """The goals that could be set, in the order of the plan."""
    # All subjects come with the goals; a service that waits for its hour need not carry them.
    from csanalysis.chapters.plan.goals import GOALS, goals_of

    assert outcome.place is not None
    wanted = {name for goal in GOALS for name in (goal.target, goal.planned, goal.actual)}
    records = read_json(outcome.place / "metrics.json")["metrics"]
    results = Results.from_records(row for row in records if row["metric"] in wanted)
    year, language = run["plan_year"], run["language"]
    found = []
    for goal in goals_of(results, plan_year=year):
        value = results.value(goal.metric(results), year, **goal.group)
        if value is None:
            continue
        metric = METRICS[goal.metric(results)]
        before = results.value(goal.actual, year - 1, **goal.group)
        splits = [group_label(name, label, language) for name, label in goal.group.items()]
        formatted = format_value(value, metric.format, language)
        found.append(
            Target(
                goal.target,
                goal.group,
                flat(" · ".join([metric.label(language), *splits])),
                value,
                f"{formatted} {metric.unit(language) or ''}".strip(),
                format_value(before, METRICS[goal.actual].format, language),
            )
        )
    return tuple(found)
