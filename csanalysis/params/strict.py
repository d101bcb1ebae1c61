"""What every part of the params file is: strict and unchangeable, with numbers that make sense."""

from typing import Annotated

from pydantic import ConfigDict, Field

Rate = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Amount = Annotated[float, Field(ge=0)]

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
"""An unknown key or a value of another type is refused."""
