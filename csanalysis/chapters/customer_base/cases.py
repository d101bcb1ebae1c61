"""What the chapter counts of vehicles as they stand, to be split by whatever their last visit says."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.answered import still_here
from csanalysis.chapters.shared import shared
from csanalysis.metrics.customers import classes, lifecycle
from csanalysis.metrics.customers.units import Units, units
from csanalysis.metrics.stats.cases import Cases, by_one, by_team_of
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def numbered(params: Params, tables: Tables) -> Units:
    """Visits and sales by the params' unit."""
    return units(tables["service_visits"], tables["vehicle_sales"], unit=params.unit)


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: visits, of which each vehicle's last one says what group it is in."""
    as_of, ages = pd.Timestamp(params.as_of), params.lifecycle.boundaries
    visits, sales, _ = numbered(params, tables)
    rows = visits.set_axis(tables["service_visits"].index[visits["row"]], axis=0)

    def by_class(rows: pd.DataFrame, by_team: bool) -> pd.DataFrame:
        return classes.visit_class_vehicles(rows, sales, as_of=as_of, by_team=by_team)

    def assessed(rows: pd.DataFrame, by_team: bool) -> pd.DataFrame:
        here = still_here(params, tables, rows)
        return lifecycle.assessed_churn_rate(
            rows, as_of=as_of, boundaries=ages, by_team=by_team, present=here
        )

    counts = {"visit_class_vehicles": (by_class, ("visit_class",)), "assessed_churn_rate": (assessed, ())}
    return {
        name: Cases(rows, by_one(by_team_of(count)), "service_visits", "visit_date", tables, always)
        for name, (count, always) in counts.items()
    }
