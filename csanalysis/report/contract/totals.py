"""Whether the published parts add up to the published wholes."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from csanalysis.metrics.results import Results
from csanalysis.report.contract.breach import Breach


@dataclass(frozen=True)
class Total:
    """``metric`` adds up over its months to the year, or over the values of ``by``.

    Where some are ``unnamed``, of no value of ``by``, the parts may make less than the whole.
    """

    metric: str
    by: str = ""
    unnamed: bool = False


TOTALS = (
    Total("new_vehicle_sales"),
    Total("first_service_visits"),
    Total("first_service_target"),
    Total("first_service_target", "agent"),
    Total("first_service_planned"),
    Total("first_service_planned", "agent"),
    Total("monthly_churn_ceiling"),
    Total("monthly_lapse_ceiling"),
    Total("monthly_lapse_planned"),
    Total("lapsed_vehicles"),
    Total("referral_rebate"),
    Total("leads_reactivated"),
    Total("effective_base", "team", unnamed=True),
)
"""Only what adds up by its definition: a vehicle is counted in one month, one team, one agent's share."""


def totals(results: Results, *, checks: Iterable[Total] = TOTALS) -> list[Breach]:
    """A breach for each whole that its parts, all of them known, do not make."""
    breaches = []
    for check in checks:
        whole = results.select(check.metric, None if check.by else "year").set_index("period")["value"]
        if check.by:
            split = results.select(check.metric, None, check.by)
            parts = split["value"].groupby(split["period"])
        else:
            months = results.select(check.metric, "month")
            full = months.groupby(months["period"].str[:4]).filter(lambda year: len(year) == 12)
            parts = full["value"].groupby(full["period"].str[:4])
        for period, part in parts:
            total, added = whole.get(period, math.nan), part.sum(skipna=False)
            right = math.isclose(total, added, rel_tol=1e-9) or (check.unnamed and added < total)
            if not (math.isnan(total) or math.isnan(added) or right):
                where = f"{check.metric} {period}" + (f" · {check.by}" if check.by else "")
                breaches.append(Breach("total_differs", where, f"{added:g} ≠ {total:g}"))
    return breaches
