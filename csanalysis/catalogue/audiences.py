"""Whom an event is for, in words."""

from csanalysis.catalogue.formats import Language
from csanalysis.catalogue.texts import group_label, text
from csanalysis.schema.audiences import AudiencePart, parse_audience


def audience_words(audience: str, language: Language) -> str:
    """``visitors, gender=female`` as 进店客户、女性, or "visitors, women"."""
    return text("sign.comma", language).join(_part(part, language) for part in parse_audience(audience))


def _part(part: AudiencePart, language: Language) -> str:
    if part.rule.name in ("state", "visit_class"):
        return group_label(part.rule.name, part.value, language)
    if part.rule.name == "gender":
        return text(f"audience.{part.value}", language)
    return text(f"audience.{part.rule.name}", language, value=part.value)
