"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.stats.cases import Cases, Count, by_one, each_alone
from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.upsell import grading, open_items, rates, revenue
from csanalysis.metrics.upsell.cases import upsell_cases
from csanalysis.metrics.upsell.prices import with_price_band
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def proposed(params: Params, tables: Tables) -> pd.DataFrame:
    """The proposed items with what became of them; ``upsell_items`` must be there."""
    as_of = pd.Timestamp(params.as_of)
    return with_price_band(upsell_cases(tables["upsell_items"], tables["service_visits"], as_of=as_of))


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: visits, proposed items, the declined ones, or those still to be done."""
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)

    def of_visits(count: Count, since: pd.Timestamp) -> Cases:
        spanned = by_one(partial(count, since=since, as_of=as_of))
        return Cases(visits, spanned, "service_visits", "visit_date", tables)

    found = {"revenue_per_visit": of_visits(revenue.revenue_per_visit, visits["visit_date"].min())}
    if "upsell_items" not in tables:
        return found
    items = proposed(params, tables)
    since = items["date"].min()

    def visit_rate(rows: pd.DataFrame, **known: object) -> pd.DataFrame:
        return rates.upsell_visit_rate(items, rows, **known)  # type: ignore[arg-type]

    found["upsell_visit_rate"] = of_visits(visit_rate, since)
    whole = found["upsell_visit_rate"]
    return found | _of_items(params, tables, items, since) | _of_stages(params, tables, items, since, whole)


def _of_stages(
    params: Params, tables: Tables, items: pd.DataFrame, since: pd.Timestamp, visits: Cases
) -> dict[str, Cases]:
    """The way from proposal to recovery; the stages of visits have no split that items have."""
    as_of = pd.Timestamp(params.as_of)
    timeline = Timeline.spanning(items["date"], since=since, as_of=as_of)
    of_items, in_money = (
        partial(rates.upsell_funnel, timeline=timeline, amounts=amounts) for amounts in (False, True)
    )

    def funnel(rows: pd.DataFrame, *, by: tuple[str, ...]) -> pd.DataFrame:
        found = of_items(rows, by=by)
        return found if by else pd.concat([rates.upsell_visit_stages(visits.by()), found], ignore_index=True)

    curve = each_alone(partial(open_items.upsell_recovery_curve, as_of=as_of))
    return {
        "upsell_funnel": Cases(items, funnel, "upsell_items", "date", tables, ("stage",)),
        "upsell_funnel_amount": Cases(items, in_money, "upsell_items", "date", tables, ("stage",)),
        "upsell_recovery_curve": Cases(
            items[~items["accepted"]], curve, "upsell_items", "date", tables, ("days",)
        ),
    }


def _of_items(params: Params, tables: Tables, items: pd.DataFrame, since: pd.Timestamp) -> dict[str, Cases]:
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)
    declined = items[~items["accepted"]]
    whole, refused = (Timeline.spanning(rows["date"], since=since, as_of=as_of) for rows in (items, declined))
    on_time = rates.followed_up_on_time(
        declined, visits, tables.get("contacts"), days=params.upsell.follow_up_days
    )
    left = open_items.open_items(items, visits, as_of=as_of)
    counts = {
        "upsell_success_rate": (items, partial(rates.upsell_success_rate, timeline=whole)),
        "upsell_amount_success_rate": (items, partial(rates.upsell_amount_success_rate, timeline=whole)),
        "upsell_grade_a_share": (items, partial(grading.upsell_grade_a_share, timeline=whole)),
        "upsell_unconfirmed_rate": (
            items,
            partial(grading.upsell_unconfirmed_rate, timeline=whole, above=params.upsell.confirm_above),
        ),
        "upsell_declines": (declined, partial(rates.upsell_declines, timeline=refused)),
        "upsell_declined_amount": (declined, partial(rates.upsell_declines, timeline=refused, amounts=True)),
        "follow_up_on_time_rate": (
            declined,
            partial(rates.follow_up_on_time_rate, timeline=refused, on_time=on_time),
        ),
        "recovery_rate": (declined, partial(rates.recovery_rate, timeline=refused)),
        "upsell_open_items": (left, partial(open_items.upsell_open, as_of=as_of)),
        "upsell_open_amount": (left, partial(open_items.upsell_open, as_of=as_of, amounts=True)),
    }
    return {
        name: Cases(rows, count, "upsell_items", "date", tables) for name, (rows, count) in counts.items()
    }
