"""The part of the params file on when no report is made of the exports, and what is accepted all the same."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from csanalysis.messages import BadValueError
from csanalysis.params.strict import STRICT, Amount, Days, Rate, itself
from csanalysis.schema import TABLES, nearest

Check = Literal["rows_lost", "first_services_linked", "vin_shape", "export_end", "medians"]
Range = Annotated[list[Amount], Field(min_length=2, max_length=2)]


class Gate(BaseModel):
    """From where on the exports are too poor for a report.

    ``rows_lost``
        Share of a table's rows that may be set aside.
    ``first_services_linked``
        Share of first services whose vehicle the sales ledger must have. Visits of other kinds do not count:
        many vehicles were sold elsewhere.
    ``export_end``
        Days by which an export of sales or visits may end before as_of.
    ``visit_amount``, ``mileage_km``, ``price``, ``upsell_amount``
        Between which two numbers the median must lie: amounts in the wrong unit or column lie elsewhere.
    """

    model_config = STRICT
    __deepcopy__ = itself

    rows_lost: Rate = 0.05
    first_services_linked: Rate = 0.6
    export_end: Days = 15
    visit_amount: Range = [20, 10_000]
    mileage_km: Range = [1_000, 200_000]
    price: Range = [5_000, 3_000_000]
    upsell_amount: Range = [5, 10_000]

    @field_validator("visit_amount", "mileage_km", "price", "upsell_amount")
    @classmethod
    def _low_then_high(cls, value: list[float]) -> list[float]:
        if value[0] >= value[1]:
            raise BadValueError(
                "holds {first:g} before {second:g}; write the lower limit first",
                "{first:g} 写在 {second:g} 前面；请先写较低的界限",
                first=value[0],
                second=value[1],
            )
        return value


class Acceptance(BaseModel):
    """A shortcoming of the exports that a report is made in spite of; its first page gives the reason."""

    model_config = STRICT

    check: Check
    table: str | None = None
    reason: str

    @field_validator("reason")
    @classmethod
    def _says_why(cls, value: str) -> str:
        if not value.strip():
            raise BadValueError(
                "is empty; say why the report is right all the same: its first page shows it",
                "是空的；请写明为什么报告仍然可用：首页会写出这个理由",
            )
        return " ".join(value.split())

    @field_validator("table")
    @classmethod
    def _known_table(cls, value: str | None) -> str | None:
        if value is not None and value not in TABLES:
            raise BadValueError(
                "{table!r} is no table{hint}",
                "没有“{table}”这张表{hint}",
                table=value,
                hint=nearest(value, TABLES),
            )
        return value
