"""Every key of the params file: its kind and default from the models, its meaning from ``keys.yml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from csanalysis.params.model import Params

BEFORE_MODELS = ("extends", "stores")
"""Keys that are gone when the models see the file: what it builds on, and the stores of a group."""

_MEANINGS = Path(__file__).with_name("keys.yml")
_KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


@dataclass(frozen=True)
class Key:
    """One key: ``path`` such as ``churn.rule``, ``kind`` in English, ``default`` as the file writes it."""

    path: str
    kind: str
    default: str
    required: bool
    section: bool

    def meaning(self, language: str) -> str:
        """What it means, in ``zh`` or ``en``."""
        return _meanings()[self.path][language]


def keys() -> list[Key]:
    """All keys in the order of the models; a section stands before its own."""
    before = [Key(name, "text", "", required=False, section=False) for name in BEFORE_MODELS]
    return [*before, *_keys(Params, "")]


def _keys(model: type[BaseModel], prefix: str) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner = list(dict.fromkeys(_models(field.annotation)))
        default = (
            "" if field.is_required() or inner else _written(field.get_default(call_default_factory=True))
        )
        yield Key(path, _kind(field.annotation), default, field.is_required(), bool(inner))
        for each in inner:
            yield from _keys(each, f"{path}.")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _kind(annotation: Any) -> str:
    """``one of zh, en``, ``list of text``, ``whole number``; null is left out."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(parts[0])
    if origin is Literal:
        return "one of " + ", ".join(map(str, parts))
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_kind(part) for part in parts if part is not NoneType))
    if origin is list:
        return f"list of {_kind(parts[0])}"
    if origin is dict:
        return "section a name" if next(_models(parts[1]), None) else "names with values"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    return _KINDS.get(annotation, getattr(annotation, "__name__", "text"))


def _written(value: Any) -> str:
    """A default as YAML has it; empty where nothing is."""
    if value is None or value is PydanticUndefined or value == "":
        return ""
    return (
        yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=500)
        .strip()
        .removesuffix("\n...")
    )


@cache
def _meanings() -> Mapping[str, Mapping[str, str]]:
    held: Mapping[str, Mapping[str, str]] = yaml.safe_load(_MEANINGS.read_text(encoding="utf-8"))
    return held
