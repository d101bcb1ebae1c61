"""What the store asks of its front desk, its workshop and of those who settle complaints."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from csanalysis.messages import BadValueError
from csanalysis.params.strict import STRICT, Days, Positive, Rate, itself


class Reception(BaseModel):
    """Receptions per advisor and day: the best range, and the limit."""

    model_config = STRICT
    __deepcopy__ = itself

    best: Annotated[list[Positive], Field(min_length=2, max_length=2)] = [8, 10]
    limit: Positive = 12

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.best[0] <= self.best[1] <= self.limit:
            raise BadValueError(
                "loads must rise: best[0] <= best[1] <= limit", "台次应依次增大：best[0] <= best[1] <= limit"
            )
        return self


class Contacts(BaseModel):
    """Days within which a sale or visit is to be followed by a contact."""

    model_config = STRICT

    post_sale_days: Days = 3
    post_service_days: Days = 3


class Workshop(BaseModel):
    """Days and shares that orders and appointments are held against.

    Work held if the vehicle is not back for it within ``rework_days``; an order is settled in time within
    ``settle_days``. ``on_time`` is the share of cars to be handed over when promised, ``show_rate`` that of
    appointments to be kept, both as the trade asks.
    """

    model_config = STRICT

    rework_days: Positive = 30
    settle_days: Days = 1
    on_time: Rate = 0.95
    show_rate: Rate = 0.8


class Complaints(BaseModel):
    """Days within which a complaint is to be closed."""

    model_config = STRICT

    close_days: Positive = 14
