"""How a report looks: the store's own logo, colour and slide template."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from csanalysis.messages import BadValueError
from csanalysis.params.strict import STRICT

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def _is_colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        raise BadValueError(
            '{value!r} is no colour; write # and six digits or letters a-f, such as "#00609c"',
            '“{value}”不是颜色；请写 # 加六位十六进制数，如 "#00609c"（要加引号）',
            value=value,
        )
    return value.lower()


def _ends_in(*endings: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value.lower().endswith(endings):
            raise BadValueError(
                "{value!r} does not end in {known}",
                "“{value}”的扩展名应为 {known}",
                value=value,
                known=" / ".join(endings),
            )
        return value

    return AfterValidator(check)


class Look(BaseModel):
    """Paths are given from the params file's folder."""

    model_config = STRICT

    logo: Annotated[str, Field(min_length=1), _ends_in(".png", ".jpg", ".jpeg")] | None = None
    colour: Annotated[str, AfterValidator(_is_colour)] | None = None
    template: Annotated[str, Field(min_length=1), _ends_in(".potx", ".pptx")] | None = None
