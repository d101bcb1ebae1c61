"""What each kind of job does, in the process that makes it. What a kind needs is imported by it alone."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal

from csanalysis.fleet.job import Job, Kind, Outcome
from csanalysis.messages import Message

Step = Callable[[str], None]


def make(job: Job, on_step: Step) -> Outcome:
    """Do what the job asks; errors are for the caller."""
    return _MAKERS[job.task.kind](job, on_step)


def _report(job: Job, on_step: Step) -> Outcome:
    from csanalysis.report.changes.changes_file import line_of_changes
    from csanalysis.report.making import make_report

    made = make_report(job.params_file, job.output, job.options, others=job.others, on_step=on_step)
    if made.unchanged_since:
        return Outcome(job.params_file, made.place, unchanged=made.unchanged_since)
    return Outcome(job.params_file, made.place, changed=line_of_changes(made.place))


def _freeze(job: Job, on_step: Step) -> Outcome:
    from csanalysis.report.files.plan_file import freeze
    from csanalysis.report.packs.planning import draft_plan

    on_step("plan")
    frozen = freeze(draft_plan(job.params_file, job.output), job.output, replace=job.task.replace)
    before = Message("the plan before: {path}", "原来的计划：{path}", path=frozen.replaced)
    told = Message(str(frozen.path), str(frozen.path))
    notes = (before,) if frozen.replaced else ()
    return Outcome(job.params_file, frozen.path.parent, kind="freeze", told=(told,), notes=notes)


def _lists(job: Job, on_step: Step) -> Outcome:
    from csanalysis.report.packs.work_lists import build_lists

    on_step("lists")
    task = job.task
    made = build_lists(
        job.params_file,
        job.output,
        day=date.fromisoformat(task.day) if task.day else date.today(),
        weeks=task.weeks,
        as_of=date.fromisoformat(task.until) if task.until else None,
        split=task.split,
    )
    kept = [
        Message("kept, with what was filled in: {path}", "已填写的旧清单保留在：{path}", path=path)
        for path in made.kept
    ]
    told = tuple(Message(str(path), str(path)) for path in made.paths)
    return Outcome(job.params_file, made.paths[0].parent, kind="lists", told=told, notes=(*made.notes, *kept))


def _review(job: Job, on_step: Step) -> Outcome:
    from csanalysis.report.packs.review import build_review

    made = build_review(
        job.params_file, job.output, job.task.period, limits=job.options.limits, on_step=on_step
    )
    digest = made.digest.rstrip("\n")
    return Outcome(
        job.params_file, made.place, kind="review", told=(Message(digest, digest),), found=made.alerts
    )


def _meeting(job: Job, on_step: Step) -> Outcome:
    from csanalysis.report.packs.meeting import build_meeting

    place = build_meeting(
        job.params_file, job.output, job.task.period, limits=job.options.limits, on_step=on_step
    )
    return Outcome(job.params_file, place, kind="meeting")


def _network(job: Job, on_step: Step) -> Outcome:
    """A store's part: a report that can be laid beside others, and its clean visits where they are read."""
    from csanalysis.network.members import part_of

    on_step("read")
    place = part_of(job.params_file, job.output, cache=job.output / ".cache")
    return Outcome(job.params_file, place, kind="network")


def _group(job: Job, on_step: Step) -> Outcome:
    """The group's report, of parts that are ready."""
    from csanalysis.network.build import build_network

    asked = job.task.language
    language: Literal["zh", "en"] | None = "zh" if asked == "zh" else "en" if asked == "en" else None
    place = build_network(
        [Path(store) for store in job.task.stores],
        job.output,
        language=language,
        limits=job.options.limits,
        on_step=on_step,
    )
    return Outcome(job.params_file, place, kind="group")


def _verify(job: Job, on_step: Step) -> Outcome:
    from csanalysis.fleet.verifying import verdict_lines, verify

    place = job.params_file
    params = job.task.params
    verdict = verify(place, params_file=Path(params) if params else None, on_step=on_step)
    told = tuple(verdict_lines(verdict, place))
    return Outcome(place, place, kind="verify", told=told, found=len(verdict.differences))


_MAKERS: dict[Kind, Callable[[Job, Step], Outcome]] = {
    "report": _report,
    "freeze": _freeze,
    "lists": _lists,
    "review": _review,
    "meeting": _meeting,
    "network": _network,
    "group": _group,
    "verify": _verify,
}


def leaves_a_page(job: Job) -> bool:
    """Whether a failure is told on a page too: of what lies among the reports, not of what reads them."""
    return job.task.kind not in ("freeze", "network", "group", "verify")
