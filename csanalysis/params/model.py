"""Strict models of the params file; defaults are the product's, names are the interface."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from csanalysis.messages import BadValueError, joined
from csanalysis.params.as_of import as_of_day
from csanalysis.params.calendar import Calendar, as_date
from csanalysis.params.calls import Calls
from csanalysis.params.chapters import OwnChapter, one_of_each_name
from csanalysis.params.delivery import Delivery
from csanalysis.params.gate import Acceptance, Gate
from csanalysis.params.look import Look
from csanalysis.params.notes import NotesOrFile
from csanalysis.params.rules import Rule, known_service_types, rules_apart
from csanalysis.params.satisfaction import Satisfaction
from csanalysis.params.scenarios import Scenario, one_of_each
from csanalysis.params.schedule import ScheduleOrLine
from csanalysis.params.service_interval import ServiceInterval
from csanalysis.params.sources import Source, with_ids
from csanalysis.params.standing import StandingTarget
from csanalysis.params.strict import STRICT, Amount, Days, Months, Positive, Rate, Years, itself
from csanalysis.params.workshop import Complaints, Contacts, Reception, Workshop
from csanalysis.schema import REQUIRED_TABLES

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NO_SLUG = (
    "{value!r} is not a slug; use a-z, 0-9, '-' and '_', such as 'dezhou'",
    "“{value}”不能作代号；请用小写字母、数字、“-”和“_”，如“dezhou”",
)
"""What a dealership's id is made of, and what is said of one that is not, with its ``value``."""

Date = Annotated[date, BeforeValidator(as_date)]
AsOf = Annotated[date, BeforeValidator(as_of_day)]


class _Strict(BaseModel):
    model_config = STRICT
    __deepcopy__ = itself


class Dealership(_Strict):
    """Who the report is about; ``id`` names its folder under outputs/.

    A group's report holds a store beside its peers: those of its ``region``, ``size`` (a class of the group's
    own) and ``brand``.
    """

    id: str
    name: str = ""
    brand: str = ""
    group: str = ""
    region: str = ""
    size: str = ""

    @field_validator("id")
    @classmethod
    def _slug(cls, value: str) -> str:
        if not SLUG.fullmatch(value):
            raise BadValueError(*NO_SLUG, value=value)
        return value

    @field_validator("size", mode="before")
    @classmethod
    def _class_as_text(cls, value: object) -> object:
        """YAML and Excel read a class that is called 1 as a number."""
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("region", "size")
    @classmethod
    def _trimmed(cls, value: str) -> str:
        return " ".join(value.split())

    @property
    def title(self) -> str:
        """The store's name, else its id."""
        return self.name or self.id


class FirstService(_Strict):
    """How the return rate is averaged, and who invites."""

    lag_months: Annotated[int, Field(ge=0, le=24)] = 3
    years: Years = 3
    average: Literal["mean_of_years", "pooled"] = "mean_of_years"
    window_months: Months = 6
    local_only: bool = False
    uplift: Annotated[float, Field(gt=-1, lt=1)] = 0.0
    agents: dict[str, Amount] = {}

    @field_validator("agents")
    @classmethod
    def _some_weight(cls, value: dict[str, float]) -> dict[str, float]:
        if value and not sum(value.values()):
            raise BadValueError(
                "all weights are 0; give at least one agent a weight above 0",
                "权重全为 0；请至少给一名专员大于 0 的权重",
            )
        return value


class Churn(_Strict):
    """Which years are averaged, and the rule of the target."""

    years: Years = 5
    rule: Literal["not_above_average", "not_above_last_year", "not_above_industry", "fixed"] = (
        "not_above_average"
    )
    industry_rate: Rate | None = None
    fixed_rate: Rate | None = None
    never_looser: bool = True
    exclude_service_types: list[str] = []

    @model_validator(mode="after")
    def _rule_has_rate(self) -> Self:
        if self.rule == "not_above_industry" and self.industry_rate is None:
            raise BadValueError(
                "rule not_above_industry needs industry_rate", "规则 not_above_industry 需要 industry_rate"
            )
        if self.rule == "fixed" and self.fixed_rate is None:
            raise BadValueError("rule fixed needs fixed_rate", "规则 fixed 需要 fixed_rate")
        return self

    @field_validator("exclude_service_types")
    @classmethod
    def _known_types(cls, value: list[str]) -> list[str]:
        return known_service_types(value)


class Lifecycle(_Strict):
    """Ages of the last visit, in months, at which a vehicle changes its state."""

    marginal_months: Months = 6
    churned_months: Months = 12
    permanent_months: Months = 24
    contact_from_months: Months = 4

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.contact_from_months <= self.marginal_months < self.churned_months < self.permanent_months:
            raise BadValueError(
                "months must rise: {order}",
                "月数应依次增大：{order}",
                order="contact_from_months <= marginal_months < churned_months < permanent_months",
            )
        return self

    @property
    def boundaries(self) -> tuple[int, int, int]:
        """The ages at which a vehicle becomes marginal, churned and permanent."""
        return self.marginal_months, self.churned_months, self.permanent_months


class Warranty(_Strict):
    """When the manufacturer's warranty ends: whichever comes first."""

    months: Months = 36
    km: Positive = 100_000


class Upsell(_Strict):
    """Grading of proposed items."""

    graded_since: Date | None = None
    follow_up_days: Days = 3
    confirm_above: Amount | None = None


class Value(_Strict):
    """What leads, reminders, vehicles and referrals are worth."""

    lead_cost: Annotated[list[Amount], Field(min_length=2, max_length=2)] = [300, 400]
    reminder_days: Days = 30
    revenue_per_vehicle: Amount | None = None
    referral_rebate: Amount | None = None
    holdout_share: Annotated[float, Field(ge=0, le=0.5)] = 0.0

    @field_validator("lead_cost")
    @classmethod
    def _low_then_high(cls, value: list[float]) -> list[float]:
        if value[0] > value[1]:
            raise BadValueError(
                "holds {first:g} before {second:g}; write the lower cost first",
                "{first:g} 写在 {second:g} 前面；请先写较低的成本",
                first=value[0],
                second=value[1],
            )
        return value


class Params(_Strict):
    """One dealership's plan. ``as_of`` defaults to the last day before the plan year."""

    dealership: Dealership
    plan_year: Annotated[int, Field(ge=2000, le=2100)]
    as_of: AsOf = None  # type: ignore[assignment]  # filled from plan_year below
    language: Literal["zh", "en"] = "zh"
    unit: Literal["vehicle", "customer"] = "vehicle"
    sources: dict[str, Source]
    first_service: FirstService = FirstService()
    churn: Churn = Churn()
    lifecycle: Lifecycle = Lifecycle()
    warranty: Warranty = Warranty()
    rules: Annotated[list[Rule], AfterValidator(rules_apart)] = []
    reception: Reception = Reception()
    satisfaction: Satisfaction = Satisfaction()
    upsell: Upsell = Upsell()
    value: Value = Value()
    service_interval: ServiceInterval = ServiceInterval()
    contacts: Contacts = Contacts()
    workshop: Workshop = Workshop()
    complaints: Complaints = Complaints()
    gate: Gate = Gate()
    accept: list[Acceptance] = []
    calls: Calls = Calls()
    calendar: Calendar | None = None
    scenarios: Annotated[list[Scenario], AfterValidator(one_of_each)] = []
    chapters: Annotated[list[OwnChapter], AfterValidator(one_of_each_name)] = []
    chapters_trusted: bool = False
    notebooks: Annotated[str, Field(min_length=1)] | None = None
    schedule: ScheduleOrLine = None
    report: Look = Look()
    notes: NotesOrFile = {}
    history: Annotated[int, Field(ge=0, le=1000)] = 0
    group_targets: dict[str, Amount] = {}
    delivery: Delivery | None = None
    _standing: tuple[StandingTarget, ...] = PrivateAttr(())

    @property
    def standing(self) -> tuple[StandingTarget, ...]:
        """The targets of the year's frozen plan, in no params file: they are given to a run."""
        return self._standing

    def with_standing(self, targets: Iterable[StandingTarget]) -> Self:
        """The same params with targets that stand."""
        params = self.model_copy()
        params._standing = tuple(targets)
        return params

    @model_validator(mode="before")
    @classmethod
    def _default_as_of(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("as_of") is None and isinstance(data.get("plan_year"), int):
            year = data["plan_year"]
            if 2000 <= year <= 2100:
                return {**data, "as_of": date(year - 1, 12, 31)}
        return data

    @field_validator("sources", mode="before")
    @classmethod
    def _bare_paths(cls, value: object) -> object:
        value = with_ids(value)
        if not isinstance(value, dict):
            return value
        return {
            table: {"path": source} if isinstance(source, str | list) else source
            for table, source in value.items()
        }

    @field_validator("sources")
    @classmethod
    def _required_tables(cls, value: dict[str, Source]) -> dict[str, Source]:
        missing = [table for table in REQUIRED_TABLES if table not in value]
        if missing:
            raise BadValueError(
                "{missing} must be given; every other table is optional",
                "必须给出 {missing}；其他表可以不给",
                missing=joined(missing, " and ", " 和 "),
            )
        return value

    @model_validator(mode="after")
    def _as_of_before_plan_ends(self) -> Self:
        if self.as_of.year > self.plan_year:
            raise BadValueError(
                "as_of {as_of} lies after plan_year {year}",
                "as_of {as_of} 晚于规划年度 {year}",
                as_of=self.as_of,
                year=self.plan_year,
            )
        return self
