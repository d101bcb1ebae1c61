"""Who calls, how many calls a day, and when somebody is called again."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from csanalysis.messages import BadValueError
from csanalysis.params.strict import STRICT, Amount, Days, itself


def _has_calendar(value: str) -> str:
    from holidays import list_supported_countries

    if not re.fullmatch("[A-Z]{2}", value) or value not in list_supported_countries():
        raise BadValueError(
            "there is no calendar of {value!r}; write a country's two letters, such as CN",
            "没有“{value}”的节假日历；请写国家的两个大写字母，如 CN",
            value=value,
        )
    return value


Duty = Literal["key_customers", "post_sale", "post_service", "first_service", "insurance", "campaign"]


class Calls(BaseModel):
    """The callers and what they keep to.

    ``roles`` are the staff roles that call, ``per_day`` the calls that one of them makes on a working day
    (None: the own pace of the last complete year), ``country`` whose holidays are kept. ``duties`` are the
    calls that come before all others, whatever those bring; ``coverage`` is the share of sales, visits and
    renewals called about (None: as in the last complete year). A case is called ``tries`` times at most,
    again after ``again_after_days`` where nobody answered, after ``rest_days`` where the customer was spoken
    to in vain, after ``refused_days`` where it was refused. ``caller_cost`` is what one more caller costs a
    year [yuan].
    """

    model_config = STRICT
    __deepcopy__ = itself

    roles: Annotated[list[str], Field(min_length=1)] = ["agent"]
    per_day: Annotated[float, Field(ge=0, le=500)] | None = None
    country: Annotated[str, AfterValidator(_has_calendar)] = "CN"
    tries: Annotated[int, Field(ge=1, le=5)] = 4
    duties: list[Duty] = [
        "key_customers",
        "post_sale",
        "post_service",
        "first_service",
        "insurance",
        "campaign",
    ]
    coverage: Annotated[float, Field(ge=0, le=1)] | None = None
    again_after_days: Days = 7
    refused_days: Days = 90
    rest_days: Days = 30
    caller_cost: Amount | None = None
