"""The manufacturer's own count of customers lost, as it publishes it: not quite as the store counts."""

from datetime import date

import numpy as np
import pandas as pd

from csanalysis.demo.export import Export, parse_columns
from csanalysis.demo.forms import chinese_month, mixed_forms, with_affixes
from csanalysis.demo.plan import FIRST_DAY, LAST_DAY, Plan, day_number

MEASURE, ANOTHER = "月度客户流失率", "售后产值达成率"
"""The measure that the store holds its own count against, and one that stands in the same file."""

EXPORT = Export(
    "oem_bulletin",
    "厂家指标通报.xlsx",
    parse_columns("month 统计月份 | measure 考核指标 | value 通报值"),
    {
        "month": chinese_month,
        "value": mixed_forms(
            lambda value, _: f"{value:.1%}",
            (with_affixes("", lambda value, _: f"{value * 100:.2f}", " %"), 0.1),
        ),
    },
    sheet="通报",
    title="厂家售后指标通报",
    remarks=("说明", "流失率：六个月前结算的车辆中此后未再进厂的比例，不含事故车。"),
)
"""How the store files the bulletin."""

_LAG = 6
_SINCE = date(2024, 1, 1)
_NOT_COUNTED = ("accident", "other")
_SCATTER = 0.002


def oem_bulletin(plan: Plan, orders: pd.DataFrame) -> pd.DataFrame:
    """Each month's share of vehicles of six months before that are not back.

    The manufacturer counts an order in the month in which it is closed, leaves out accidents and other work,
    and receives a few orders too late.
    """
    counted = orders[~orders["service_type"].isin(_NOT_COUNTED)]
    month = counted["close_date"].fillna(counted["visit_date"]).to_numpy().astype("datetime64[M]")
    seen = pd.DataFrame({"vin": counted["vin"].to_numpy(), "month": month.astype("int64")}).drop_duplicates()
    seen = seen.sort_values(["vin", "month"])
    following = seen.groupby("vin")["month"].shift(-1)
    lost = following.isna() | (following - seen["month"] > _LAG)
    rates = lost.groupby(seen["month"] + _LAG).mean()
    first = np.datetime64(max(day_number(_SINCE), FIRST_DAY), "D").astype("datetime64[M]").astype("int64")
    last = np.datetime64(LAST_DAY, "D").astype("datetime64[M]").astype("int64")
    rates = rates[(rates.index >= first) & (rates.index <= last)]
    rng = plan.rng("oem_bulletin")
    scatter, reached = rng.normal(0, _SCATTER, len(rates)), rng.normal(1, 0.06, len(rates))
    months = rates.index.to_numpy().astype("datetime64[M]").astype("datetime64[D]")
    values = ((MEASURE, np.clip(rates.to_numpy() + scatter, 0, 1)), (ANOTHER, reached))
    rows = [pd.DataFrame({"month": months, "measure": name, "value": np.round(of, 3)}) for name, of in values]
    return pd.concat(rows).sort_values("month", kind="stable", ignore_index=True)
