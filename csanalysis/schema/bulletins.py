"""Tables that the manufacturer publishes: survey results of the region, its own count of customers."""

from csanalysis.schema.model import Column, Table
from csanalysis.schema.model import required_column as _required

BULLETINS = (
    Table(
        "survey_benchmarks",
        "分销中心满意度通报",
        (
            _required("month", "月份", "month"),
            _required("programme", "调查项目"),
            _required("item_code", "题号"),
            _required("regional_mean", "分中心均值", "number"),
            Column("own_score", "本店得分", "number"),
            Column("rank", "排名", "integer"),
            Column("store_count", "参评店数", "integer"),
        ),
        key=("month", "programme", "item_code"),
        dated_by="month",
    ),
    Table(
        "oem_bulletin",
        "厂家指标通报",
        (
            _required("month", "月份", "month"),
            _required("measure", "指标"),
            _required("value", "数值", "number"),
        ),
        key=("month", "measure"),
        dated_by="month",
    ),
)
"""As parts of :data:`csanalysis.schema.tables.TABLES`."""
