"""Numbers of the params in prose: ``{lifecycle.marginal_months}`` in a text stands for what the params say.

Words of the YAML files are filled in as they are said, a notebook's Markdown cells when it is reported or
exported. One process reports one dealership at a time; before any is opened, the defaults are meant.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from csanalysis.messages import MessageError
from csanalysis.params import Params
from csanalysis.schema import nearest

SECTIONS = (
    "first_service",
    "churn",
    "lifecycle",
    "warranty",
    "reception",
    "satisfaction",
    "upsell",
    "value",
    "service_interval",
    "contacts",
    "workshop",
    "complaints",
)
"""The sections of the params file that prose may name."""

_SHARES = {"uplift", "industry_rate", "fixed_rate", "q_value", "holdout_share", "on_time", "show_rate"}
_PLACEHOLDER = re.compile(rf"\{{((?:{'|'.join(SECTIONS)})\.\w+)\}}")

_filled: Mapping[str, str] | None = None


class PlaceholderError(MessageError):
    """A text names a number that the params do not have."""


def fill(words: str, values: Mapping[str, str] | None = None) -> str:
    """The words with each ``{section.name}`` replaced; other braces are left alone.

    Parameters
    ----------
    words : str
        Text or Markdown.
    values : mapping of str to str, optional
        As :func:`values_of` makes them; default: those of the dealership in hand.

    Raises
    ------
    PlaceholderError
        A placeholder names a section of the params, but nothing in it that has a value.
    """
    if "{" not in words:
        return words
    known = current_values() if values is None else values

    def value(found: re.Match[str]) -> str:
        if found[1] not in known:
            en, zh = "{place} names no number of the params{hint}", "{place} 不是参数中的数字{hint}"
            raise PlaceholderError(en, zh, place=found[0], hint=nearest(found[1], known))
        return known[found[1]]

    return _PLACEHOLDER.sub(value, words)


def values_of(params: Params | None = None) -> dict[str, str]:
    """What each placeholder stands for, by ``section.name``, as both languages write it.

    Every number of :data:`SECTIONS` by its own name; of a pair ``_low`` and ``_high``. Beside them
    ``lifecycle.marginal_range`` and ``churned_range`` (6–11, 12–23: months since the last visit),
    ``contact_range`` (4–11) and ``marginal_span`` (6: month-ends at which a vehicle is marginal), and
    ``service_interval.allowed_months`` (9: the next maintenance is in time). Without params, the product's
    defaults.
    """
    held: dict[str, str] = {}
    for section in SECTIONS:
        model = getattr(params, section) if params else Params.model_fields[section].default
        for name, value in model:
            if isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)):
                pair = (("low", value[0]), ("high", value[1]))
                held |= {f"{section}.{name}_{end}": _written(name, each) for end, each in pair}
            elif _is_number(value):
                held[f"{section}.{name}"] = _written(name, value)
    ages = params.lifecycle if params else Params.model_fields["lifecycle"].default
    interval = params.service_interval if params else Params.model_fields["service_interval"].default
    return held | {
        "service_interval.allowed_months": str(interval.allowed_months),
        "lifecycle.marginal_range": _range(ages.marginal_months, ages.churned_months),
        "lifecycle.churned_range": _range(ages.churned_months, ages.permanent_months),
        "lifecycle.contact_range": _range(ages.contact_from_months, ages.churned_months),
        "lifecycle.marginal_span": str(ages.churned_months - ages.marginal_months),
    }


def fill_from(params: Params) -> None:
    """From now on, placeholders stand for these params."""
    global _filled
    _filled = values_of(params)


@contextmanager
def filled_from(params: Params) -> Iterator[None]:
    """Inside the block, placeholders stand for these params."""
    global _filled
    before = _filled
    fill_from(params)
    try:
        yield
    finally:
        _filled = before


def current_values() -> Mapping[str, str]:
    """What placeholders stand for now."""
    global _filled
    if _filled is None:
        _filled = values_of()
    return _filled


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _written(name: str, value: float) -> str:
    return f"{100 * value:g}%" if name in _SHARES else f"{value:,}" if value % 1 else f"{value:,.0f}"


def _range(first: int, after: int) -> str:
    """``6–11`` of months from 6 to below 12; ``6`` where that is all."""
    return str(first) if after - first == 1 else f"{first}–{after - 1}"
