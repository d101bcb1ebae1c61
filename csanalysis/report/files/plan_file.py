"""Freeze the year's targets in ``plan.json``, and read them back."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from csanalysis.errors import PlanError
from csanalysis.messages import Message, unreadable, unwritable

if TYPE_CHECKING:
    from csanalysis.chapters.review.plan_model import FrozenPlan

PLAN = "plan.json"


@dataclass(frozen=True)
class Frozen:
    """Where a plan was frozen, and where the one before it went."""

    path: Path
    replaced: Path | None


def plan_path(output: Path, dealership: str, plan_year: int) -> Path:
    """Where a year's frozen plan lies, beside its report."""
    return output / dealership / str(plan_year) / PLAN


def freeze(plan: "FrozenPlan", output: Path, *, replace: bool = False) -> Frozen:
    """Write ``plan.json``; an existing one is never written over.

    Raises
    ------
    PlanError
        There is one and ``replace`` is not asked for, or the folder cannot be written.
    """
    path = plan_path(output, plan.dealership, plan.plan_year)
    replaced = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if not replace:
                raise PlanError(
                    Message(
                        "{path}: the plan of {year} is frozen already; delete it, or freeze anew with "
                        "--replace, which keeps the old one beside it",
                        "{path}：{year} 年的计划已经冻结；请先删除，"
                        "或用 --replace 重新冻结（旧计划会保留在旁边）",
                        path=path,
                        year=plan.plan_year,
                    )
                )
            replaced = _aside(path)
        with path.open("x", encoding="utf-8") as stream:  # refuses where another run froze it meanwhile
            stream.write(plan.model_dump_json(indent=1) + "\n")
    except FileExistsError:
        raise PlanError(
            Message(
                "{path}: another run has just frozen this plan; look at it first",
                "{path}：另一次运行刚刚冻结了这份计划；请先查看",
                path=path,
            )
        ) from None
    except OSError as error:
        raise PlanError(unwritable(path, error)) from error
    return Frozen(path, replaced)


def _aside(path: Path) -> Path:
    """Rename the old plan by the time it was last written; returns its new name."""
    when = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y%m%d-%H%M%S")
    replaced, again = path.with_name(f"plan-{when}.json"), 1
    while replaced.exists():
        again += 1
        replaced = path.with_name(f"plan-{when}-{again}.json")
    path.rename(replaced)
    return replaced


def read_plan(path: Path, *, dealership: str, plan_year: int) -> "FrozenPlan":
    """The frozen plan of a dealership's year.

    Raises
    ------
    PlanError
        There is none, or the file is not this dealership's plan of this year.
    """
    from csanalysis.chapters.review.plan_model import parse_plan  # it brings the chapters along

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PlanError(
            Message(
                "{path}: there is no frozen plan of {year}; "
                "freeze one with 'csanalysis plan PARAMS --freeze'",
                "{path}：{year} 年还没有冻结的计划；请用“csanalysis plan PARAMS --freeze”冻结",
                path=path,
                year=plan_year,
            )
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(unreadable(path, error)) from None
    return parse_plan(text, place=str(path), dealership=dealership, plan_year=plan_year)
