"""Make a report again and say whether it is the same, and if not, what differs and why."""

import hashlib
import json
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csanalysis.errors import ReportError
from csanalysis.fleet.local import run_fleet
from csanalysis.metrics.exports.changes import changed_params

_SHOWN = 20  # differences of one kind that are printed
_RELATIVE = 1e-12  # sums over threads may differ in the last bits
_NUMBERS = ("value", "numerator", "denominator", "low", "high")

_IDENTITY = ("dealership", "plan_year", "as_of", "language")
_NEEDED = (
    *("params_file", "made_from", "hashes"),
    *_IDENTITY,
    *("inputs", "params", "program", "versions", "files"),
)

Run = Mapping[str, Any]


@dataclass
class Verdict:
    """``numbers`` and ``shown`` were compared; ``differences`` and ``reasons`` hold one line each."""

    numbers: int
    shown: int
    differences: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether every number, figure and table is the same."""
        return not self.differences


def verify(place: Path, *, params_file: Path | None = None) -> Verdict:
    """Run the report in ``place`` again, elsewhere and from the exports' bytes on, and compare.

    Parameters
    ----------
    place : Path
        ``outputs/<id>/<year>``.
    params_file : Path, optional
        Where the params file lies now; it is where it was unless given.

    Raises
    ------
    ReportError
        There is nothing to compare with, or it cannot be run again.
    """
    run, numbers = _left(place)
    found = params_file or (place / run["params_file"]).resolve()
    if not found.is_file():
        raise ReportError(f"{found}: the params file is not there any more; name it with --params")
    with tempfile.TemporaryDirectory(prefix="csanalysis-verify-") as folder:
        (outcome,) = run_fleet([found], Path(folder), jobs=1)
        if outcome.place is None:
            raise ReportError(f"{place}: cannot be made again: {'; '.join(outcome.problems)}")
        again, others = _left(outcome.place)
    differences = [
        *_of_identity(run, again),
        *_of_numbers(numbers, others),
        *_of_shown(run["hashes"], again["hashes"]),
    ]
    shown = sum(map(len, run["hashes"].values()))
    return Verdict(len(numbers), shown, differences, list(_reasons(place, run, again)))


def told(verdict: Verdict, place: Path) -> list[str]:
    """The verdict as lines to print."""
    compared = f"{verdict.numbers} numbers, {verdict.shown} figures and tables"
    if verdict.same:
        return [f"{place}: the same: {compared}", *(f"  though {reason}" for reason in verdict.reasons)]
    more = len(verdict.differences) - _SHOWN
    return [
        f"{place}: differs in {len(verdict.differences)} of {compared}",
        *(f"  {line}" for line in verdict.differences[:_SHOWN]),
        *([f"  and {more} more"] if more > 0 else []),
        "because",
        *(
            f"  {reason}"
            for reason in verdict.reasons
            or ["params, exports, program and packages are the same: this is a bug; please report it"]
        ),
    ]


def _left(place: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A run's manifest and numbers."""
    path = place / "run.json"
    try:
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if missing := [name for name in _NEEDED if name not in run]:
            raise ReportError(f"{path}: says no {', '.join(missing)}; make it anew with csanalysis run")
        path = place / "metrics.json"
        return run, [*json.loads(path.read_text(encoding="utf-8"))["metrics"]]
    except FileNotFoundError:
        raise ReportError(f"{path}: no such file; name a folder such as outputs/store/2026") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{path}: cannot be read ({error})") from None


def _of_identity(run: Run, again: Run) -> Iterator[str]:
    for what in _IDENTITY:
        if run[what] != again[what]:
            yield f"{what}: {run[what]}, now {again[what]}"


def _of_numbers(before: Iterable[Run], after: Iterable[Run]) -> Iterator[str]:
    one, other = _by_key(before), _by_key(after)
    for key in dict.fromkeys([*one, *other]):
        if key not in other or key not in one:
            yield f"number {key}: " + ("is not there now" if key in one else "was not there")
            continue
        for name in _NUMBERS:
            old, new = one[key].get(name), other[key].get(name)
            if not _equal(old, new):
                yield f"number {key}: {name} {old}, now {new}"


def _by_key(records: Iterable[Run]) -> dict[str, Run]:
    """Records by metric, period and group, as they are named to the user."""
    keyed = {}
    for record in records:
        group = ", ".join(f"{name} {value}" for name, value in sorted(record["group"].items()))
        keyed[f"{record['metric']} {record['period']}" + (f" ({group})" if group else "")] = record
    return keyed


def _equal(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, rel_tol=_RELATIVE, abs_tol=_RELATIVE)


def _of_shown(before: Mapping[str, Run], after: Mapping[str, Run]) -> Iterator[str]:
    for chapter in dict.fromkeys([*before, *after]):
        one, other = before.get(chapter, {}), after.get(chapter, {})
        for name in dict.fromkeys([*one, *other]):
            if one.get(name) != other.get(name):
                how = "is not there now" if name not in other else "was not there"
                yield f"{chapter}: {name} " + (how if name not in one or name not in other else "differs")


def _reasons(place: Path, run: Run, again: Run) -> Iterator[str]:
    """Everything that was not the same in the two runs."""
    if hashlib.sha256((place / "metrics.json").read_bytes()).hexdigest() != run["files"]["metrics.json"]:
        yield "metrics.json was written to after the run"
    before, after = _files(run), _files(again)
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            how = "is gone" if key not in after else "is new" if key not in before else "has other bytes"
            yield f"export {key} {how}"
    for key, old, new in changed_params(run["params"], again["params"]):
        yield f"params: {key} was {old!r}, is {new!r}"
    for part in dict.fromkeys([*run["program"], *again["program"]]):
        if run["program"].get(part) != again["program"].get(part):
            yield f"the program's {part} changed"
    versions = run["versions"], again["versions"]
    for name in dict.fromkeys([*versions[0], *versions[1]]):
        if versions[0].get(name) != versions[1].get(name):
            yield f"{name} was {versions[0].get(name)}, is {versions[1].get(name)}"
    if versions[0] == versions[1] and run["made_from"]["environment"] != again["made_from"]["environment"]:
        yield "other installed packages or another lock file"


def _files(run: Run) -> dict[str, str]:
    return {f"{entry['file']} ({entry['table']})": entry["sha256"] for entry in run["inputs"]}
