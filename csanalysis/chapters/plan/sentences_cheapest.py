"""In which group of vehicles a point of churn is cheapest, where one is clearly so."""

from csanalysis.catalogue import group_label
from csanalysis.display.prose import SentenceWriter
from csanalysis.metrics.customers.vehicle_groups import UNNAMED
from csanalysis.metrics.stats.many import Q_VALUE

CALLS, DRAWN, DIFFERS = "calls_per_vehicle_kept", "calls_per_vehicle_drawn", "calls_split_q_value"


def cheapest_group(tell: SentenceWriter, plan_year: int) -> str:
    """Calls for a vehicle kept in the group that needs the fewest; or that no group stands out."""
    tested = tell.results.select(DIFFERS, "year", "split", period=str(plan_year)).dropna(subset="value")
    whole = tell.value(CALLS, plan_year)
    if tested.empty or whole is None:
        return ""
    all_of_them = tell.formatted(CALLS, whole)
    told = tested[tested["value"] <= Q_VALUE].sort_values("value", kind="stable")
    if told.empty:
        splits = [group_label("split", split, tell.language) for split in tested["split"]]
        return tell.say("plan_cheapest.none", splits=tell.listed(splits), whole=all_of_them)
    split = str(told["split"].iloc[0])
    rows = tell.results.select(DRAWN, "year", split, period=str(plan_year))
    best = rows[~rows[split].isin(UNNAMED)].sort_values("value", kind="stable").iloc[0]
    return tell.say(
        "plan_cheapest.group",
        split=group_label("split", split, tell.language),
        group=group_label(split, str(best[split]), tell.language),
        calls=tell.formatted(DRAWN, best["value"]),
        whole=all_of_them,
    )
