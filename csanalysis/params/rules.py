"""Rules by which manufacturers count customers lost or kept, each its own; the known ones by name."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from csanalysis.messages import BadValueError, joined
from csanalysis.params.strict import STRICT, Months
from csanalysis.schema import VOCABULARIES, nearest, word_named

Kind = Literal["not_back", "visits_in"]

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "saic_vw": {"kind": "not_back", "months": 6},
    "nissan": {"kind": "visits_in", "months": 12, "min_visits": 2, "apart": True},
    "thirteen_months": {"kind": "not_back", "months": 13},
}
"""The rules known by name; what a params file says beside ``preset`` goes before what stands here."""


class Rule(BaseModel):
    """One rule of a manufacturer.

    ``name``
        What the report calls it; the preset's name unless given.
    ``preset``
        One of :data:`PRESETS`, which then says what is not given here.
    ``kind``, ``months``, ``min_visits``
        ``not_back``: of the vehicles with a visit ``months`` months ago, those without one since.
        ``visits_in``: of the store's vehicles those with so many visits within ``months`` months.
    ``exclude``
        Service types that are no visit by this rule.
    ``apart``
        Of ``visits_in`` twelve months: whether vehicles in their first year and in warranty are told apart.
    ``measure``
        What the manufacturer's bulletin calls the figure; ``name`` unless given.
    """

    model_config = STRICT

    name: Annotated[str, Field(min_length=1, max_length=40)]
    preset: str | None = None
    kind: Kind
    months: Annotated[Months, Field(le=60)]
    min_visits: Annotated[int, Field(ge=1, le=50)] = 1
    exclude: list[str] = []
    apart: bool = False
    measure: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _filled_from_preset(cls, data: object) -> object:
        if not isinstance(data, dict) or data.get("preset") is None:
            return data
        preset = data["preset"]
        if not isinstance(preset, str) or preset not in PRESETS:
            raise BadValueError(
                "there is no preset {preset!r}{hint}; the presets are {known}",
                "没有预设“{preset}”{hint}；可用的预设有 {known}",
                preset=preset,
                hint=nearest(str(preset), [*PRESETS]),
                known=joined([*PRESETS]),
            )
        return {"name": preset, **PRESETS[preset], **data}

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.strip():
            raise BadValueError("is empty; say in a few words whose rule it is", "是空的；请写明是哪家的规则")
        return value.strip()

    @field_validator("exclude")
    @classmethod
    def _known_types(cls, value: list[str]) -> list[str]:
        return known_service_types(value)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "not_back":
            meant = [name for name in ("min_visits", "apart") if getattr(self, name) not in (1, False)]
            if meant:
                raise BadValueError(
                    "rule {name!r} is of kind not_back, which asks whether a vehicle came at all; leave out "
                    "{meant}, or write kind: visits_in",
                    "规则“{name}”的 kind 是 not_back，只看有没有再来；请删去 {meant}，或改写 kind: visits_in",
                    name=self.name,
                    meant=joined(meant),
                )
        if self.apart and self.months != 12:
            raise BadValueError(
                "rule {name!r} tells first-year vehicles apart, which takes months: 12, not {months}",
                "规则“{name}”要分出首年车，却按 {months} 个月计算；请写 months: 12",
                name=self.name,
                months=self.months,
            )
        return self

    @property
    def published_as(self) -> str:
        """What the manufacturer's bulletin calls the figure."""
        return self.measure or self.name


def known_service_types(written: list[str]) -> list[str]:
    """Service types by our words, whichever word of theirs is written.

    Raises
    ------
    BadValueError
        One is no service type; the nearest is named.
    """
    meant = [word_named("service_type", word) for word in written]
    for word, known in zip(written, meant, strict=True):
        if known is None:
            raise BadValueError(
                "{word!r} is no service type{hint}",
                "“{word}”不是服务类型{hint}",
                word=word,
                hint=nearest(word, VOCABULARIES["service_type"]),
            )
    return [known for known in meant if known]


def rules_apart(rules: list[Rule]) -> list[Rule]:
    """Refuse two rules of one name, or of one figure of the bulletin."""
    for field, of in (("name", [rule.name for rule in rules]), ("measure", [r.published_as for r in rules])):
        for value in of:
            if of.count(value) > 1:
                raise BadValueError(
                    "{field} {value!r} stands twice; give each rule its own",
                    "{field}“{value}”写了两次；请给每条规则不同的值",
                    field=field,
                    value=value,
                )
    return rules
