"""What every part of the params file is: strict and unchangeable, with numbers that make sense."""

from typing import Annotated

from pydantic import ConfigDict, Field

Rate = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1, le=1_000_000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Months = Annotated[int, Field(ge=1, le=600)]
Years = Annotated[int, Field(ge=1, le=50)]
Amount = Annotated[float, Field(ge=0)]

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
"""An unknown key, a value of another type, an infinite number or none is refused."""
