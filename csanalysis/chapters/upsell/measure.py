"""Upsell: what is proposed and agreed to, what becomes of the rest, and whether grading helped."""

from collections.abc import Mapping, Sequence

import pandas as pd

from csanalysis.chapters.standing import reckoned_anew, standing
from csanalysis.chapters.upsell.cases import cases, proposed
from csanalysis.metrics.periods import complete_years, last_complete_year
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.metrics.stats.cases import Cases
from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.upsell import effect as upsell_effect
from csanalysis.metrics.upsell import grading, open_items
from csanalysis.metrics.upsell import people as upsell_people
from csanalysis.metrics.upsell import rates as upsell_rates
from csanalysis.metrics.upsell import revenue as upsell_revenue
from csanalysis.metrics.upsell import targets as upsell_targets
from csanalysis.metrics.upsell.cases import upsell_cases, upsell_warnings
from csanalysis.params import Params

SPLITS: tuple[tuple[str, ...], ...] = (
    (),
    ("grade",),
    ("advisor",),
    ("team",),
    ("technician",),
    ("advisor", "grade"),
)
YEARLY_SPLITS: tuple[tuple[str, ...], ...] = (("item",), ("price_band",))
REASONS: tuple[tuple[str, ...], ...] = (
    (),
    ("grade",),
    ("decline_reason",),
    ("price_band",),
    ("decline_reason", "grade"),
    ("price_band", "decline_reason"),
)
OF_VISITS: tuple[tuple[str, ...], ...] = ((), ("service_type",), ("team",))
PROPOSING: tuple[tuple[str, ...], ...] = ((), ("advisor",), ("team",), ("service_type",))
GRADING: tuple[tuple[str, ...], ...] = ((), ("technician",))
PEOPLE = ("advisor", "technician", "team")
OPEN: tuple[tuple[str, ...], ...] = ((), ("grade",), ("age_days",), ("age_days", "grade"))
TARGET_YEARS = 3

Metrics = dict[str, pd.DataFrame | Sequence[pd.DataFrame]]


def measure(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        ``as_of``, ``plan_year`` and ``upsell`` are used.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``: service_visits; upsell_items and contacts where there are any.

    Returns
    -------
    Results
        Without upsell_items only what the visits brought; without contacts nobody knows whether items of
        grade C were followed up.
    """
    as_of, visits = pd.Timestamp(params.as_of), tables["service_visits"]
    found = cases(params, tables)
    metrics = _revenue(params, visits, as_of, found)
    if "upsell_items" in tables:
        items = proposed(params, tables)
        timeline = Timeline.spanning(items["date"], since=items["date"].min(), as_of=as_of)
        metrics |= _success(params, items, timeline, complete_years(items["date"], as_of=as_of), found)
        metrics |= _declined(items, as_of, found)
        metrics |= _grading(params, items, timeline, as_of, found)
        metrics["upsell_warnings"] = upsell_warnings(items, as_of=as_of)
    return Results(metrics)


def measure_plan(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """Of :func:`measure` what the year's plan needs: rates, targets and what meeting them is worth."""
    if (items := tables.get("upsell_items")) is None:
        return Results()
    as_of = pd.Timestamp(params.as_of)
    items = upsell_cases(items, tables["service_visits"], as_of=as_of)
    timeline = Timeline.spanning(items["date"], since=items["date"].min(), as_of=as_of)
    complete = complete_years(items["date"], as_of=as_of)
    rates = [upsell_rates.upsell_success_rate(items, timeline, by=by) for by in ((), ("grade",))]
    amounts = upsell_rates.upsell_amount_success_rate(items, timeline, by=("grade",))
    still_open = open_items.open_items(items, tables["service_visits"], as_of=as_of)
    return Results(
        {
            "upsell_success_rate": rates,
            "upsell_success_change": upsell_effect.upsell_success_change(
                items, graded_since=_graded_since(params), as_of=as_of, by_grade=False, measure="crude"
            ),
            "upsell_open_items": [open_items.upsell_open(still_open, as_of=as_of, by=by) for by in OPEN[:2]],
            **_targets(params, rates[1], amounts, complete),
        }
    )


def year_shown(params: Params, results: Results) -> str:
    """The last complete year, or where it has no proposals the latest that has some."""
    last = str(last_complete_year(pd.Timestamp(params.as_of)))
    years = sorted(results.select("upsell_success_rate", "year").dropna(subset="value")["period"])
    return last if last in years or not years else years[-1]


def _revenue(
    params: Params, visits: pd.DataFrame, as_of: pd.Timestamp, found: Mapping[str, Cases]
) -> Metrics:
    """What a visit brings, and how that changed since grading."""
    graded_since = _graded_since(params)
    series = upsell_revenue.revenue_series(visits, graded_since=graded_since)
    change, standardised = (
        upsell_revenue.revenue_per_visit_change(
            visits, graded_since=graded_since, as_of=as_of, standardised=standardised
        )
        for standardised in (False, True)
    )
    return {
        "revenue_per_visit": [found["revenue_per_visit"].by(*by) for by in OF_VISITS],
        "revenue_per_visit_change": change,
        "revenue_per_visit_change_standardised": standardised,
        "revenue_per_visit_growth": upsell_effect.relative_change(
            standardised, upsell_revenue.revenue_before(visits, graded_since=graded_since)
        ),
        "revenue_per_visit_step": upsell_effect.series_step(series, as_of=as_of),
        "revenue_per_visit_trend": upsell_effect.series_trend(series, as_of=as_of),
        "revenue_per_visit_series": upsell_effect.series_months(series),
    }


def _success(
    params: Params,
    items: pd.DataFrame,
    timeline: Timeline,
    complete: Sequence[int],
    found: Mapping[str, Cases],
) -> Metrics:
    """From visits to accepted items, by everybody and everything, and next year's targets."""
    visit_rates = [found["upsell_visit_rate"].by(*by) for by in PROPOSING]
    rates, amounts = (
        [
            *(found[name].by(*by) for by in SPLITS),
            *(with_period_kind(found[name].by(*by), "year") for by in YEARLY_SPLITS),
        ]
        for name in ("upsell_success_rate", "upsell_amount_success_rate")
    )
    return {
        "upsell_visit_rate": visit_rates,
        "upsell_success_rate": rates,
        "upsell_amount_success_rate": amounts,
        "upsell_funnel": [
            upsell_rates.upsell_visit_stages(visit_rates[0]),
            *(upsell_rates.upsell_funnel(items, timeline, by=by) for by in ((), ("grade",))),
        ],
        "upsell_funnel_amount": [
            upsell_rates.upsell_funnel(items, timeline, by=by, amounts=True) for by in ((), ("grade",))
        ],
        **{
            name: [function(items, timeline, by=by) for by in PEOPLE]
            for name, function in (
                ("upsell_success_expected", upsell_people.upsell_success_expected),
                ("upsell_success_standardised", upsell_people.upsell_success_standardised),
                ("upsell_success_limits", upsell_people.upsell_success_limits),
            )
        },
        **_targets(params, rates[1], amounts[1], complete),
    }


def _targets(
    params: Params, by_grade: pd.DataFrame, amount_by_grade: pd.DataFrame, complete: Sequence[int]
) -> Metrics:
    """Next year's success rates, what they would have been in past years, and what they are worth."""
    plan_year = params.plan_year
    target = upsell_targets.upsell_success_target(
        by_grade, complete=complete, years=TARGET_YEARS, plan_year=plan_year
    )
    point = upsell_targets.upsell_point_value(amount_by_grade, complete=complete, plan_year=plan_year)
    gain = upsell_targets.upsell_target_value(
        target, by_grade, amount_by_grade, complete=complete, plan_year=plan_year
    )
    whole = upsell_targets.upsell_success_target_overall(target, by_grade, complete=complete)
    return {
        "upsell_success_target": [standing(params, "upsell_success_target", whole), target],
        **reckoned_anew(params, "rate", {"upsell_success_target": whole}),
        "upsell_success_target_backtest": upsell_targets.upsell_success_target_backtest(
            by_grade, complete=complete, years=TARGET_YEARS
        ),
        "upsell_point_value": [upsell_targets.total_of_grades(point), point],
        "upsell_target_value": [upsell_targets.total_of_grades(gain), gain],
    }


def _declined(items: pd.DataFrame, as_of: pd.Timestamp, found: Mapping[str, Cases]) -> Metrics:
    """Why items were declined, whether anybody asked again, and what still lies on the table."""
    declined = items[~items["accepted"]]
    splits = dict.fromkeys(("upsell_declines", "upsell_declined_amount"), REASONS)
    splits |= dict.fromkeys(("follow_up_on_time_rate", "recovery_rate"), SPLITS[:2])
    still_open = dict.fromkeys(("upsell_open_items", "upsell_open_amount"), OPEN)
    curves = [
        open_items.upsell_recovery_curve(declined, as_of=as_of, by_grade=split) for split in (False, True)
    ]
    asked, left = (
        {name: [found[name].by(*by) for by in each] for name, each in of.items()}
        for of in (splits, still_open)
    )
    return {**asked, "upsell_recovery_curve": curves, **left}


def _grading(
    params: Params,
    items: pd.DataFrame,
    timeline: Timeline,
    as_of: pd.Timestamp,
    found: Mapping[str, Cases],
) -> Metrics:
    """Whether grades mean anything, who grades how, and what grading changed."""
    graded_since = _graded_since(params)
    series = upsell_effect.success_series(items, graded_since=graded_since)

    def changes(measure: upsell_effect.Measure) -> list[pd.DataFrame]:
        return [
            upsell_effect.upsell_success_change(
                items, graded_since=graded_since, as_of=as_of, by_grade=by_grade, measure=measure
            )
            for by_grade in (False, True)
        ]

    standardised = changes("standardised")
    before = upsell_effect.success_before(items, graded_since=graded_since)
    return {
        "upsell_grade_gap": grading.upsell_grade_gap(items, since=graded_since, as_of=as_of),
        "upsell_grade_gap_standardised": grading.upsell_grade_gap(
            items, since=graded_since, as_of=as_of, standardised=True
        ),
        "upsell_grade_a_share": [found["upsell_grade_a_share"].by(*by) for by in GRADING],
        "upsell_grade_a_excess": grading.upsell_grade_a_excess(items, timeline, by="technician"),
        "upsell_unconfirmed_rate": [found["upsell_unconfirmed_rate"].by(*by) for by in GRADING],
        "upsell_success_sides": [
            upsell_effect.upsell_success_sides(items, graded_since=graded_since, as_of=as_of, by_grade=split)
            for split in (False, True)
        ],
        "upsell_success_change": changes("crude"),
        "upsell_success_change_standardised": standardised,
        "upsell_success_growth": upsell_effect.relative_change(standardised[0], before),
        "upsell_success_odds_ratio": changes("odds_ratio"),
        "upsell_success_step": upsell_effect.series_step(series, as_of=as_of),
        "upsell_success_trend": upsell_effect.series_trend(series, as_of=as_of),
        "upsell_success_series": upsell_effect.series_months(series),
    }


def _graded_since(params: Params) -> pd.Timestamp | None:
    day = params.upsell.graded_since
    return None if day is None else pd.Timestamp(day)
