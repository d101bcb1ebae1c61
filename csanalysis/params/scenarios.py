"""What-if years of the simulation: what would be other than in the store's own years."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from csanalysis.messages import BadValueError, joined
from csanalysis.params.strict import STRICT, Rate

Relative = Annotated[float, Field(gt=-1, le=1)]
Points = Annotated[float, Field(ge=-1, le=1)]
ASSUMED = 0.6
"""What is taken for an electric vehicle's visits, and for what one brings, where nothing better is known."""

CHANGES = ("sales", "ev_share", "first_service", "visits", "retention", "upsell")


class Scenario(BaseModel):
    """One what-if year; a change that is not named stays as the store's own years have it.

    ``name``
        What the report calls it.
    ``sales``, ``visits``, ``retention``
        Relative: -0.2 is a fifth less. Vehicles sold; how often all customers come; how often those come that
        have stayed away for more than six months.
    ``first_service``, ``upsell``
        Shares added: 0.05 means that of 100 vehicles sold (of 100 items proposed) five more come (are agreed
        to).
    ``ev_share``, ``ev_visits``, ``ev_revenue``
        Share of electric vehicles among those sold in the plan year; how often one comes, and what it brings
        a visit, for each 1 of another car. Where the last two are not given, the store's own electric
        vehicles tell them, and :data:`ASSUMED` as far as those are too few.
    """

    model_config = STRICT

    name: str
    sales: Relative = 0.0
    ev_share: Rate = 0.0
    ev_visits: Annotated[float, Field(gt=0, le=2)] | None = None
    ev_revenue: Annotated[float, Field(gt=0, le=3)] | None = None
    first_service: Points = 0.0
    visits: Relative = 0.0
    retention: Relative = 0.0
    upsell: Points = 0.0

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.strip():
            raise BadValueError(
                "is empty; say in a few words what the scenario is", "是空的；请用几个字说明是什么情景"
            )
        return value.strip()

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        given = {self.ev_visits, self.ev_revenue} - {None}
        if not self.ev_share and given:
            raise BadValueError(
                "scenario {name!r} says what an electric vehicle is like but sells none; give ev_share",
                "情景“{name}”写了电动车的情况，却没有卖电动车；请写 ev_share",
                name=self.name,
            )
        if not any(getattr(self, change) for change in CHANGES):
            raise BadValueError(
                "scenario {name!r} changes nothing; give one of {changes}",
                "情景“{name}”没有任何变化；请写 {changes} 之一",
                name=self.name,
                changes=joined(CHANGES),
            )
        return self


def one_of_each(scenarios: list[Scenario]) -> list[Scenario]:
    """Refuse two scenarios of one name."""
    names = [scenario.name for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise BadValueError(
                "name {name!r} stands twice; give each scenario its own",
                "名称“{name}”写了两次；请给每个情景不同的名称",
                name=name,
            )
    return scenarios
