"""Make a report again and say whether it is the same, and if not, what differs and why."""

import hashlib
import math
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csanalysis.errors import CsanalysisError, ReportError
from csanalysis.fleet.job import with_params_file
from csanalysis.json_files import read_json
from csanalysis.messages import Message, edited, joined, placed, unreadable
from csanalysis.metrics.exports.changes import changed_params
from csanalysis.params.as_of import as_of_given, given_as_of
from csanalysis.report.files.fingerprint import file_sha256
from csanalysis.report.files.plan_file import PLAN, plan_path
from csanalysis.report.options import RunOptions

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
OnStep = Callable[[str], None]


@dataclass
class Verdict:
    """``numbers`` and ``shown`` were compared; ``differences`` and ``reasons`` hold one line each."""

    numbers: int
    shown: int
    differences: list[Message] = field(default_factory=list)
    reasons: list[Message] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether every number, figure and table is the same."""
        return not self.differences


def verify(place: Path, *, params_file: Path | None = None, on_step: OnStep = lambda step: None) -> Verdict:
    """Run the report in ``place`` again, elsewhere and from the exports' bytes on, and compare.

    Parameters
    ----------
    place : Path
        ``outputs/<id>/<year>``.
    params_file : Path, optional
        Where the params file lies now; it is where it was unless given.
    on_step : callable
        Told each step's name as it begins.

    A report that was made with another last day than the params' is made again with that one.

    Raises
    ------
    ReportError
        There is nothing to compare with, or it cannot be run again.
    """
    run, numbers = _left(place)
    found = params_file or (place / run["params_file"]).resolve()
    if not found.is_file():
        raise ReportError(
            Message(
                "{found}: the params file is not there any more; name it with --params",
                "{found}：参数文件已不在原处；请用 --params 指明",
                found=found,
            )
        )
    with tempfile.TemporaryDirectory(prefix="csanalysis-verify-") as folder:
        _take_plan_along(place, run, Path(folder))
        options = RunOptions(
            as_of=given_as_of() or run.get("as_of_given"), trust_chapters=bool(run.get("chapters_trusted"))
        )
        again, others = _left(_made_again(place, found, Path(folder), options, on_step))
    differences = [
        *_of_identity(run, again),
        *_of_numbers(numbers, others),
        *_of_shown(run["hashes"], again["hashes"]),
    ]
    shown = sum(map(len, run["hashes"].values()))
    return Verdict(len(numbers), shown, differences, list(_reasons(place, run, again)))


def _made_again(place: Path, params_file: Path, folder: Path, options: RunOptions, on_step: OnStep) -> Path:
    from csanalysis.report.making import make_report

    try:
        with as_of_given(options.as_of):
            return make_report(params_file, folder, options, on_step=on_step).place
    except CsanalysisError as error:
        problems = [with_params_file(line, params_file) for line in error.problems]
        raise ReportError(
            Message(
                "{place}: cannot be made again: {problems}",
                "{place}：无法重新生成：{problems}",
                place=place,
                problems=joined(problems, "; ", "；"),
            )
        ) from error


def _take_plan_along(place: Path, run: Run, folder: Path) -> None:
    """Let the targets be those of the frozen plan that the report was made with, if that lies there still."""
    plan = place / PLAN
    if plan.is_file() and file_sha256(plan) == run["made_from"].get("plan"):
        copy = plan_path(folder, run["dealership"], run["plan_year"])
        copy.parent.mkdir(parents=True)
        shutil.copyfile(plan, copy)


def verdict_lines(verdict: Verdict, place: Path) -> list[Message]:
    """The verdict as lines to print."""
    compared = Message(
        "{numbers} numbers, {shown} figures and tables",
        "{numbers} 个数字、{shown} 个图表",
        numbers=verdict.numbers,
        shown=verdict.shown,
    )
    if verdict.same:
        same = "{place}: the same: {compared}", "{place}：相同：{compared}"
        return [
            Message(*same, place=place, compared=compared),
            *(Message("  though {reason}", "  不过{reason}", reason=reason) for reason in verdict.reasons),
        ]
    differing = len(verdict.differences)
    more = differing - _SHOWN
    return [
        Message(
            "{place}: differs in {count} of {compared}",
            "{place}：有 {count} 处不同，共比较了 {compared}",
            place=place,
            count=differing,
            compared=compared,
        ),
        *map(_indented, verdict.differences[:_SHOWN]),
        *([Message("  and {more} more", "  另有 {more} 处", more=more)] if more > 0 else []),
        Message("because", "原因"),
        *map(_indented, verdict.reasons or [_NO_REASON]),
    ]


_NO_REASON = Message(
    "params, exports, program and packages are the same: this is a bug; please report it",
    "参数、导出文件、程序和软件包都相同：这是程序的错误，请反馈给我们",
)


def _indented(line: Message) -> Message:
    return edited(line, lambda said: f"  {said}")


def _left(place: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A run's manifest and numbers."""
    path = place / "run.json"
    try:
        run: dict[str, Any] = read_json(path)
        if missing := [name for name in _NEEDED if name not in run]:
            raise ReportError(
                Message(
                    "{path}: says no {missing}; make it anew with csanalysis run",
                    "{path}：缺少 {missing}；请用 csanalysis run 重新生成",
                    path=path,
                    missing=joined(missing),
                )
            )
        path = place / "metrics.json"
        return run, [*read_json(path)["metrics"]]
    except FileNotFoundError:
        raise ReportError(
            Message(
                "{path}: no such file; name a folder such as outputs/store/2026",
                "{path}：没有这个文件；请写报告的文件夹，如 outputs/store/2026",
                path=path,
            )
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(unreadable(path, error)) from None


_NOW = "{what}: {old}, now {new}", "{what}：原为 {old}，现为 {new}"
_WAS = "{what} was {old}, is {new}", "{what} 原为 {old}，现为 {new}"
_NOT_NOW = Message("is not there now", "现在没有")
_NOT_BEFORE = Message("was not there", "原来没有")


def _of_identity(run: Run, again: Run) -> Iterator[Message]:
    for what in _IDENTITY:
        if run[what] != again[what]:
            yield Message(*_NOW, what=what, old=run[what], new=again[what])


def _of_numbers(before: Iterable[Run], after: Iterable[Run]) -> Iterator[Message]:
    one, other = _by_key(before), _by_key(after)
    for key in dict.fromkeys([*one, *other]):
        number = Message("number {key}", "数字 {key}", key=key)
        if key not in other or key not in one:
            yield placed(number, _NOT_NOW if key in one else _NOT_BEFORE)
            continue
        for name in _NUMBERS:
            old, new = one[key].get(name), other[key].get(name)
            if not _equal(old, new):
                change = Message(
                    "{name} {old}, now {new}", "{name} 原为 {old}，现为 {new}", name=name, old=old, new=new
                )
                yield placed(number, change)


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


def _of_shown(before: Mapping[str, Run], after: Mapping[str, Run]) -> Iterator[Message]:
    for chapter in dict.fromkeys([*before, *after]):
        one, other = before.get(chapter, {}), after.get(chapter, {})
        for name in dict.fromkeys([*one, *other]):
            if one.get(name) != other.get(name):
                differs = Message("differs", "不同")
                how = _NOT_NOW if name not in other else _NOT_BEFORE if name not in one else differs
                yield placed(chapter, Message("{name} {how}", "{name} {how}", name=name, how=how))


def _reasons(place: Path, run: Run, again: Run) -> Iterator[Message]:
    """Everything that was not the same in the two runs."""
    if hashlib.sha256((place / "metrics.json").read_bytes()).hexdigest() != run["files"]["metrics.json"]:
        yield Message("metrics.json was written to after the run", "metrics.json 在生成后被改动过")
    before, after = _files(run), _files(again)
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            changed = Message("has other bytes", "内容变了")
            gone, new_one = Message("is gone", "没有了"), Message("is new", "是新增的")
            how = gone if key not in after else new_one if key not in before else changed
            yield Message("export {key} {how}", "导出文件 {key} {how}", key=key, how=how)
    for key, old, new in changed_params(run["params"], again["params"]):
        params = Message("params: {key}", "参数：{key}", key=key)
        yield Message(*_WAS, what=params, old=repr(old), new=repr(new))
    for part in dict.fromkeys([*run["program"], *again["program"]]):
        if run["program"].get(part) != again["program"].get(part):
            yield Message("the program's {part} changed", "程序的 {part} 变了", part=part)
    versions = run["versions"], again["versions"]
    for name in dict.fromkeys([*versions[0], *versions[1]]):
        if versions[0].get(name) != versions[1].get(name):
            yield Message(*_WAS, what=name, old=versions[0].get(name), new=versions[1].get(name))
    if versions[0] == versions[1] and run["made_from"]["environment"] != again["made_from"]["environment"]:
        yield Message("other installed packages or another lock file", "安装的软件包或锁定文件不同")


def _files(run: Run) -> dict[str, str]:
    return {f"{entry['file']} ({entry['table']})": entry["sha256"] for entry in run["inputs"]}
