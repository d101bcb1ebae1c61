"""``plan.json`` as it is read back: what was promised, by which rules, from which data."""

import json
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from csanalysis.catalogue import METRICS, Language, format_value, group_label, text
from csanalysis.catalogue.formats import format_interval
from csanalysis.chapters.goal import StandIn
from csanalysis.chapters.plan.goals import goal_named
from csanalysis.errors import PlanError
from csanalysis.json_files import parsed_json
from csanalysis.messages import BadValueError, Message
from csanalysis.metrics.plan.control_chart import Kind
from csanalysis.params.standing import StandingTarget

SCHEMA_VERSION = 1

Number = Annotated[float, Field(allow_inf_nan=False)]
Twelve = Annotated[tuple[Number, ...], Field(min_length=12, max_length=12)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LastYear(_Strict):
    """What the last complete year brought."""

    year: int
    value: Number | None
    months: Annotated[tuple[Number | None, ...], Field(min_length=12, max_length=12)]


class FrozenGoal(_Strict):
    """One target of the year.

    ``measured`` is the metric that is held against it month by month; ``kind`` tells how months make a
    year. ``year`` is the target as the plan gives it, ``total`` what the months of a count add up to.
    ``months`` is the plan of each month, ``seasonality`` the year's course in the past (a count's shares,
    else deviations from the year), ``sigma`` the scatter of a normal month, ``likeness`` and ``change`` how
    months hang together and years differ, ``volume`` the trials to be expected of a share, ``history`` the
    years that all this rests on.
    """

    target: str
    actual: str
    measured: str
    owner: str
    better: Literal["higher", "lower"]
    group: dict[str, str]
    kind: Kind
    year: Number
    total: Number | None
    months: Twelve
    seasonality: Twelve
    sigma: Number | None
    volume: Twelve | None
    history: tuple[int, ...]
    last_year: LastYear | None
    likeness: Number = 0.0
    change: Number = 0.0

    @property
    def key(self) -> dict[str, str]:
        """How the review's numbers name the goal."""
        return {"goal": self.target, **self.group}

    @property
    def aim(self) -> float:
        """The year's target in the measure that is followed: a count's total, else the target itself."""
        return self.year if self.total is None else self.total

    @property
    def lowest(self) -> float:
        """Least value the measure can have."""
        goal = goal_named(self.target)
        return 0.0 if goal is None or self.stand_in else goal.lowest

    @property
    def stand_in(self) -> StandIn | None:
        """What the followed measure stands in for, where it is not the goal's own."""
        goal = goal_named(self.target)
        return None if goal is None or self.measured == self.actual else goal.followed

    @property
    def is_total(self) -> bool:
        """Whether the months of the goal's own measure add up to its year."""
        return self.kind == "count" and self.measured == self.actual

    @property
    def standing(self) -> StandingTarget:
        """The target as a report of the year holds to it."""
        months = self.months if self.is_total else None
        return StandingTarget(self.target, dict(self.group), self.year, months)

    @property
    def is_allowance(self) -> bool:
        """Whether its months are an allowance that can be used up: a count that should stay small."""
        return self.is_total and self.better == "lower"

    def label(self, language: Language) -> str:
        """What is followed, as in table heads, with its split."""
        label = METRICS[self.measured].label(language)
        splits = [group_label(name, value, language) for name, value in self.group.items()]
        inner = text("sign.comma", language).join(splits)
        return label + text("sign.brackets", language, inner=inner) if splits else label

    def written(self, value: float | None, language: Language) -> str:
        """A value of the measure that is followed, as it is written: vehicles, people and ranks whole."""
        format = METRICS[self.measured].format
        return format_value(value, format, language, decimals=0 if format == "count" else None)

    def range_written(self, low: float | None, high: float | None, language: Language) -> tuple[str, str]:
        """Two ends of a range of it."""
        if METRICS[self.measured].format == "count":
            return self.written(low, language), self.written(high, language)
        return format_interval(low, high, METRICS[self.measured].format, language)

    def needed_word(self, required: float | None) -> str | None:
        """What to say in place of a pace that is not needed any more, or cannot be had; else None.

        ``year_over``, ``met``, ``used_up`` or ``out_of_reach``, under ``review`` in the catalogue's texts.
        """
        if required is None:
            return "year_over"
        if self.kind == "count" and required <= 0:
            return "met" if self.better == "higher" else "used_up"
        possible = required >= self.lowest and not (self.kind == "share" and required > 1)
        return None if possible else "out_of_reach"


class FrozenPlan(_Strict):
    """``plan.json``: what was promised, by which rules, from which data."""

    schema_version: Literal[1]
    dealership: str
    name: str
    language: Language
    plan_year: int
    as_of: date
    frozen: str
    version: str
    rules: dict[str, Any]
    goals: Annotated[tuple[FrozenGoal, ...], Field(min_length=1)]
    inputs: tuple[dict[str, Any], ...]
    params_sha256: str

    @model_validator(mode="after")
    def _each_goal_once(self) -> Self:
        keys = [json.dumps(goal.key, sort_keys=True) for goal in self.goals]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise BadValueError("names a goal twice: {goal}", "同一目标写了两次：{goal}", goal=min(twice))
        return self


def parse_plan(text: str, *, place: str, dealership: str, plan_year: int) -> FrozenPlan:
    """A frozen plan read back.

    Raises
    ------
    PlanError
        It is no plan of this program, or another dealership's or year's; ``place`` names the file.
    """
    try:
        data = parsed_json(text)
    except ValueError as error:
        raise PlanError(
            _unusable(place, Message("is no JSON ({why})", "不是 JSON（{why}）", why=error))
        ) from None
    if not isinstance(data, dict) or "schema_version" not in data:
        raise PlanError(_unusable(place, Message("is no frozen plan", "不是冻结的计划")))
    if data["schema_version"] != SCHEMA_VERSION:
        version = Message(
            "has schema_version {version!r}, this program reads {ours}",
            "schema_version 是 {version}，本程序读取 {ours}",
            version=data["schema_version"],
            ours=SCHEMA_VERSION,
        )
        raise PlanError(_unusable(place, version))
    if data.get("dealership") != dealership:
        raise PlanError(
            Message(
                "{place}: is the plan of dealership {other!r}, not of {dealership!r}; "
                "put this store's own plan.json there, or check dealership.id",
                "{place}：这是“{other}”的计划，不是“{dealership}”的；"
                "请放入本店自己的 plan.json，或检查 dealership.id",
                place=place,
                other=data.get("dealership"),
                dealership=dealership,
            )
        )
    if data.get("plan_year") != plan_year:
        raise PlanError(
            Message(
                "{place}: is the plan of {other!r}, not of {year}; check plan_year",
                "{place}：这是 {other} 年的计划，不是 {year} 年的；请检查 plan_year",
                place=place,
                other=data.get("plan_year"),
                year=plan_year,
            )
        )
    try:
        return FrozenPlan.model_validate_json(text)
    except ValidationError as error:
        detail = error.errors()[0]
        where = ".".join(map(str, detail["loc"])) or Message("the file", "文件")
        wrong = Message("{where}: {what}", "{where} 的内容不对（{what}）", where=where, what=detail["msg"])
        raise PlanError(_unusable(place, wrong)) from None


def _unusable(place: str, why: Message) -> Message:
    return Message(
        "{place}: {why}; freeze the plan again with 'csanalysis plan PARAMS --freeze --replace'",
        "{place}：{why}；请用“csanalysis plan PARAMS --freeze --replace”重新冻结计划",
        place=place,
        why=why,
    )
