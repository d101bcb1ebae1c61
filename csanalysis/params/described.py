"""What pydantic finds wrong with a params file, in our words and both languages."""

import re
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from csanalysis.messages import Message, message_of
from csanalysis.params.delivery import field_names
from csanalysis.params.model import Params
from csanalysis.schema import nearest

Problem = tuple[tuple[Any, ...], Message]


def described(detail: Any) -> Problem:
    """One problem that pydantic found, in our words: its place and what is wrong."""
    loc = tuple(part for part in detail["loc"] if not (isinstance(part, str) and "[" in part))
    given = detail.get("input")
    match detail["type"]:
        case "extra_forbidden":
            hint = nearest(str(loc[-1]), _known_keys(loc[:-1]))
            return loc, Message("is not a known key{hint}", "不是认识的键{hint}", hint=hint)
        case "missing":
            return loc, Message("must be given", "必须填写")
        case "value_error":
            return loc, message_of(detail["ctx"]["error"])
        case "literal_error":
            expected: str = detail["ctx"]["expected"]
            known = Message(expected, expected.replace(", ", "、").replace(" or ", " 或 "))
            rule = Message("must be {known}", "应为 {known}", known=known)
        case kind:
            said = detail["msg"].removeprefix("Input ").replace("valid integer", "whole number")
            said = said.partition(" or instance of")[0]
            rule = Message(said, _RULES_ZH.get(kind, said).format(**detail.get("ctx", {})))
    shown = Message(repr(given), _EMPTY_OR_SO.get(str(given), str(given)))
    line = Message("{rule}, not {given}", "{rule}，现在是 {given}", rule=rule, given=shown)
    meant = _share_meant(detail)
    if meant is None:
        return loc, line
    asked = "{line}; did you mean {meant:g}?", "{line}；是否应写 {meant:g}？"
    return loc, Message(*asked, line=line, meant=meant)


_HIGHEST_SHARE = 3
"""A limit up to here is one of shares, relative changes and the like: none is written as a percentage."""


def _share_meant(detail: Any) -> float | None:
    """The share behind a percentage, such as 0.03 behind ``3``, where a share must stand."""
    bounds = detail.get("ctx", {})
    if percent := re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*[%％]", str(detail.get("input"))):
        return float(percent[1]) / 100 if detail["type"] == "float_type" else None
    limit = next((bounds[name] for name in ("le", "lt", "ge", "gt") if name in bounds), None)
    given = detail.get("input")
    if not limit or abs(limit) > _HIGHEST_SHARE or not isinstance(given, int | float):
        return None
    beyond = abs(given) >= abs(limit) and (given > 0) == (limit > 0)
    return given / 100 if beyond and abs(given) <= 100 else None


_EMPTY_OR_SO = {"None": "空", "True": "true", "False": "false", "": "空"}
"""How a file writes what Python calls so."""

_RULES_ZH = {
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "finite_number": "应为有限的数字",
    "string_too_short": "不能为空",
    "string_type": "应为文字",
    "bool_type": "应为 true 或 false",
    "date_type": "应为日期，如 2025-12-31",
    "list_type": "应为列表",
    "dict_type": "应为“键: 值”",
    "model_type": "应为“键: 值”",
    "too_short": "应至少有 {min_length} 项",
    "too_long": "应至多有 {max_length} 项",
}


def _known_keys(loc: tuple[Any, ...]) -> list[str]:
    """Field names of the model that stands at ``loc``."""
    model: Any = Params
    named = False  # whether the next part is a key that the user chose, such as the name of a table
    for part in loc:
        if isinstance(part, int) or named:
            named = False
        elif isinstance(model, type) and issubclass(model, BaseModel):
            annotation = model.model_fields[part].annotation if part in model.model_fields else None
            model, named = _inner_model(annotation), get_origin(annotation) is dict
    return field_names(model) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for arg in get_args(annotation) if (m := _inner_model(arg)) is not None), None)
