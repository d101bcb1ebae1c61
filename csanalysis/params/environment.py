"""``${NAME}`` in a url or an address: taken from the environment when it is used, and never said or kept."""

import os
import re
from collections.abc import Mapping
from typing import Any

from csanalysis.messages import BadValueError

_BLANK = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def is_variable(text: str) -> bool:
    """Whether a text is nothing but a variable."""
    return _BLANK.fullmatch(text) is not None


def variables_in(text: str) -> list[str]:
    """The environment variables that a text names."""
    return _BLANK.findall(text)


def filled(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """The text with what the variables hold.

    Raises
    ------
    BadValueError
        One of them holds nothing.
    """

    def held(match: re.Match[str]) -> str:
        if value := environment.get(match[1], "").strip():
            return value
        raise BadValueError(
            "the environment variable {name} is not set",
            "环境变量 {name} 没有设置",
            name=match[1],
        )

    return _BLANK.sub(held, text)


def filled_in(value: Any, environment: Mapping[str, str]) -> Any:
    """Plain data with every text in it filled.

    Raises
    ------
    BadValueError
        A variable holds nothing.
    """
    if isinstance(value, dict):
        return {key: filled_in(part, environment) for key, part in value.items()}
    if isinstance(value, list):
        return [filled_in(part, environment) for part in value]
    return filled(value, environment) if isinstance(value, str) else value


def variables_of(value: Any) -> list[str]:
    """The environment variables that any text of plain data names."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [name for part in parts for name in variables_of(part)]
    return variables_in(value) if isinstance(value, str) else []


def hidden(said: str, text: str, environment: Mapping[str, str] = os.environ) -> str:
    """What is said about a text, with the names of its variables in place of what they hold."""
    values = {environment.get(name, "").strip(): name for name in variables_in(text)}
    for value in sorted(filter(None, values), key=len, reverse=True):
        said = said.replace(value, f"${{{values[value]}}}")
    return said
