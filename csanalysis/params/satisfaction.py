"""The part of the params file on surveys: rebates by score and pay by score."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from csanalysis.params.strict import STRICT, Amount, Positive


class _Strict(BaseModel):
    model_config = STRICT


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
        _refuse_hidden("tier", [tier.min_score for tier in value])
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
            raise ValueError("a streak needs either at_least or below")
        if (self.amount is None) == (self.flag is None):
            raise ValueError("a streak needs either amount or flag")
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
        _refuse_hidden("band", [band.min for band in self.bands], highest=1.0 if is_share else None)
        for streak in self.streaks:
            if is_share and (streak.at_least or 0) > 1:
                raise ValueError(
                    f"streak at_least {streak.at_least:g}: a share is at most 1; write 95 % as 0.95"
                )
        return self


def _refuse_hidden(what: str, floors: list[float], *, highest: float | None = None) -> None:
    """Refuse bands that no score can reach, for the highest band reached is the one that counts."""
    ordered = sorted(floors, reverse=True)
    for upper, lower in pairwise(ordered):
        names = f"{what}s {upper:g} and {lower:g}"
        if upper == lower:
            raise ValueError(f"{names} overlap: both begin at the same score; keep one")
        if upper <= 0:
            raise ValueError(f"{names}: no score lies below 0, so {lower:g} is never reached; take it out")
        if highest is not None and upper > highest:
            raise ValueError(
                f"{names}: a share is at most 1, so {upper:g} is never reached; write 95 % as 0.95"
            )
    if highest is not None and ordered[0] > highest:
        raise ValueError(
            f"{what} {ordered[0]:g}: a share is at most 1, so it is never reached; write 95 % as 0.95"
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
                raise ValueError(f"programme {name!r} has two tables of tiers; put them into one")
        return value
