"""What every part of the params file is: strict and unchangeable, with numbers that make sense."""

from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field

Rate = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Months = Annotated[int, Field(ge=1, le=600)]
Years = Annotated[int, Field(ge=1, le=50)]
Amount = Annotated[float, Field(ge=0)]

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
"""An unknown key, a value of another type, an infinite number or none is refused."""

_Part = TypeVar("_Part")


def itself(part: _Part, memo: object = None) -> _Part:
    """The ``__deepcopy__`` of a part with a list or mapping: nobody may change it, so it is its own copy.

    pydantic would copy the default of such a part for each file that leaves it out; a group has thousands.
    """
    return part
