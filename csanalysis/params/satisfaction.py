"""The part of the params file on surveys: rebates by score and pay by score."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from csanalysis.messages import BadValueError, Message
from csanalysis.params.strict import STRICT, Amount, Positive, itself


class _Strict(BaseModel):
    model_config = STRICT
    __deepcopy__ = itself


class Tier(_Strict):
    """What the manufacturer pays a year from a score on."""

    min_score: float
    amount: Amount


class Rebate(_Strict):
    """The tiers of one survey programme."""

    programme: str
    tiers: Annotated[list[Tier], Field(min_length=1)]

    @field_validator("tiers")
    @classmethod
    def _every_tier_counts(cls, value: list[Tier]) -> list[Tier]:
        _refuse_hidden(Message("tier", "档"), [tier.min_score for tier in value])
        return value


class Band(_Strict):
    """What a person gets, or pays back, from a score on."""

    min: float
    amount: float


class Streak(_Strict):
    """What several periods in a row bring."""

    at_least: float | None = None
    below: float | None = None
    periods: Positive
    amount: float | None = None
    flag: str | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.at_least is None) == (self.below is None):
            raise BadValueError(
                "a streak needs either at_least or below", "连续达标的规则需要 at_least 或 below 之一"
            )
        if (self.amount is None) == (self.flag is None):
            raise BadValueError(
                "a streak needs either amount or flag", "连续达标的规则需要 amount 或 flag 之一"
            )
        return self


class Incentive(_Strict):
    """One role's pay by one measure: a survey programme by month, or process compliance by week."""

    role: str
    measure: str
    bands: Annotated[list[Band], Field(min_length=1)]
    streaks: list[Streak] = []

    @model_validator(mode="after")
    def _every_band_counts(self) -> Self:
        is_share = self.measure == "process_compliance_rate"
        floors = [band.min for band in self.bands]
        _refuse_hidden(Message("band", "分数段"), floors, highest=1.0 if is_share else None)
        for streak in self.streaks:
            if is_share and (streak.at_least or 0) > 1:
                raise BadValueError(
                    "streak at_least {floor:g}: a share is at most 1; write 95 % as 0.95",
                    "streak 的 at_least {floor:g}：比例最多为 1；95% 请写成 0.95",
                    floor=streak.at_least,
                )
        return self


def _refuse_hidden(what: Message, floors: list[float], *, highest: float | None = None) -> None:
    """Refuse bands that no score can reach, for the highest band reached is the one that counts."""
    ordered = sorted(floors, reverse=True)
    for upper, lower in pairwise(ordered):
        both = {"what": what, "upper": upper, "lower": lower}
        if upper == lower:
            raise BadValueError(
                "{what}s {upper:g} and {lower:g} overlap: both begin at the same score; keep one",
                "{what} {upper:g} 和 {lower:g} 重叠：起点分数相同；请只留一个",
                **both,
            )
        if upper <= 0:
            raise BadValueError(
                "{what}s {upper:g} and {lower:g}: no score lies below 0, so {lower:g} is never reached; "
                "take it out",
                "{what} {upper:g} 和 {lower:g}：分数不会低于 0，永远到不了 {lower:g}；请删去",
                **both,
            )
        if highest is not None and upper > highest:
            raise BadValueError(
                "{what}s {upper:g} and {lower:g}: a share is at most 1, so {upper:g} is never reached; "
                "write 95 % as 0.95",
                "{what} {upper:g} 和 {lower:g}：比例最多为 1，永远到不了 {upper:g}；95% 请写成 0.95",
                **both,
            )
    if highest is not None and ordered[0] > highest:
        raise BadValueError(
            "{what} {floor:g}: a share is at most 1, so it is never reached; write 95 % as 0.95",
            "{what} {floor:g}：比例最多为 1，永远到不了；95% 请写成 0.95",
            what=what,
            floor=ordered[0],
        )


class Satisfaction(_Strict):
    """When an item is weak, and what scores pay."""

    min_responses: Annotated[int, Field(ge=2)] = 30
    q_value: Annotated[float, Field(gt=0, lt=1)] = 0.05
    rebates: list[Rebate] = []
    incentives: list[Incentive] = []

    @field_validator("rebates")
    @classmethod
    def _one_table_a_programme(cls, value: list[Rebate]) -> list[Rebate]:
        names = [rebate.programme for rebate in value]
        for name in names:
            if names.count(name) > 1:
                raise BadValueError(
                    "programme {name!r} has two tables of tiers; put them into one",
                    "调查“{name}”有两张档位表；请合成一张",
                    name=name,
                )
        return value
