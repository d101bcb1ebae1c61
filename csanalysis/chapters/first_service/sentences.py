"""What the first-service numbers say."""

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.chapters.first_service.goals import errors_beside, method_of
from csanalysis.display.prose import POINT, Prose, SentenceWriter
from csanalysis.metrics.first_service.planned import WAITING_TIMES
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.intervals import intervals_overlap

RATE, POOLED, AVERAGE = (
    "first_service_return_rate",
    "first_service_return_rate_pooled",
    "first_service_return_rate_average",
)
COHORT, CURVE = "first_service_cohort_rate", "first_service_curve"
TARGET, VISITS, EXPECTED = "first_service_target", "first_service_visits", "first_service_expected"
FORECAST, ERROR = "first_service_forecast", "first_service_backtest_error"


def about_return_rate(results: Results, *, language: Language, years: int = 3) -> Prose | Missing:
    """The average over its years, each year, the change, and where pooling would say something else.

    ``years`` is how many the average should have; fewer are mentioned.
    """
    tell = SentenceWriter(results, language)
    average = tell.defined_values(AVERAGE, "span")
    yearly = tell.defined_values(RATE, "year")
    sentences = []
    if len(average):
        period = str(average.index[-1])
        first, last = (int(year) for year in period.split("/"))
        used = yearly[[str(year) for year in range(first, last + 1) if str(year) in yearly.index]]
        sentences += [
            tell.say(
                "first_service.average" if len(used) > 1 else "first_service.average_of_one",
                period=tell.period(period),
                average=tell.number(AVERAGE, period),
                years=tell.listed(
                    f"{tell.period(str(y))} {tell.formatted(RATE, v)}" for y, v in used.items()
                ),
            ),
            tell.say("first_service.average_interval", interval=tell.interval(AVERAGE, period)),
        ]
        if last - first + 1 < years:
            sentences.append(tell.say("first_service.fewer_years", found=last - first + 1, wanted=years))
    if len(yearly) > 1:
        (before, last_year), change = yearly.index[-2:], yearly.iloc[-1] - yearly.iloc[-2]
        way = "steady" if abs(change) < POINT else "rose" if change > 0 else "fell"
        sentences.append(
            tell.say(
                f"first_service.{way}",
                year=tell.year_of(RATE, last_year),
                rate=tell.number(RATE, last_year),
                before=tell.period(before),
                points=tell.points(change),
            )
        )
        rows = results.select(RATE, "year").set_index("period")
        if way != "steady" and intervals_overlap(rows.loc[before], rows.loc[last_year]):
            sentences.append(tell.say("first_service.chance", interval=tell.interval(RATE, last_year)))
    apart = [_pooled_apart(tell, str(year), rate) for year, rate in yearly.iloc[-years:].items()]
    if any(apart):
        sentences.append(tell.say("first_service.pooled", years=tell.enumerated(filter(None, apart))))
    return tell.prose(tell.paragraph(*sentences), needs=[RATE, AVERAGE])


def _pooled_apart(tell: SentenceWriter, year: str, rate: float) -> str:
    """The year's pooled rate beside its mean of months, where they differ by more than a point."""
    pooled = tell.value(POOLED, year)
    if pooled is None or abs(pooled - rate) <= POINT:
        return ""
    return tell.say(
        "first_service.pooled_year",
        year=tell.period(year),
        pooled=tell.formatted(POOLED, pooled),
        mean=tell.formatted(RATE, rate),
    )


def about_cohorts(results: Results, *, language: Language, window_months: int = 6) -> Prose | Missing:
    """The true share of vehicles that come, by year of sale, and how soon they do."""
    tell = SentenceWriter(results, language)
    cohorts, sentences = tell.defined_values(COHORT, "year"), []
    if len(cohorts):
        year = str(cohorts.index[-1])
        sentences.append(
            tell.say(
                "first_service.cohort",
                year=tell.period(year),
                months=window_months,
                rate=tell.number(COHORT, year),
                interval=tell.interval(COHORT, year),
            )
        )
        waiting = results.select(COHORT, "year")["period"]
        later = [tell.period(label) for label in sorted(waiting) if label > year]
        if later:
            sentences.append(
                tell.say("first_service.waiting", years=tell.listed(later), months=window_months)
            )
    curve = results.select(CURVE, "date", "months_since_sale").dropna(subset="value")
    if len(curve):
        curve = curve[curve["period"] == curve["period"].max()]
        by_month = (
            curve.assign(month=curve["months_since_sale"].astype(int))
            .set_index("month")["value"]
            .sort_index()
        )
        half = by_month.index[by_month >= by_month.iloc[-1] / 2][0]
        sentences.append(
            tell.say(
                "first_service.curve",
                half=half,
                at_half=tell.formatted(CURVE, by_month[half]),
                last=by_month.index[-1],
                at_last=tell.formatted(CURVE, by_month.iloc[-1]),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[COHORT, CURVE])


def about_first_service_target(
    results: Results, *, plan_year: int, language: Language, uplift: float = 0.0, lag_months: int = 3
) -> Prose | Missing:
    """What the rule gives for next year, how it comes about, its highest and its lowest month."""
    tell = SentenceWriter(results, language)
    months = tell.defined_values(TARGET, "month")
    months = months[months.index.str.startswith(f"{plan_year}-")]
    sentences = [
        tell.say("first_service.target", year=tell.period(plan_year), target=tell.number(TARGET, plan_year))
    ]
    if method_of(results, plan_year) == WAITING_TIMES:
        sentences.append(tell.say("first_service.planned", **errors_beside(results, language)))
    if len(months):
        sentences.append(
            tell.say(
                "first_service.last_year",
                year=tell.year_of(VISITS, plan_year - 1),
                visits=tell.number(VISITS, plan_year - 1),
            )
        )
        sentences.append(_how_it_is_made(tell, uplift=uplift, lag_months=lag_months))
        high, low = str(months.idxmax()), str(months.idxmin())
        sentences.append(
            tell.say(
                "first_service.months",
                high=tell.period(high, short=True),
                most=tell.formatted(TARGET, months[high]),
                low=tell.period(low, short=True),
                least=tell.formatted(TARGET, months[low]),
            )
        )
        if len(months) < 12:
            unknown = [tell.period(m, short=True) for m in months_of(plan_year) if m not in months.index]
            sentences.append(
                tell.say("first_service.unknown_months", months=tell.listed(unknown), lag=lag_months)
            )
    return tell.prose(tell.paragraph(*sentences), needs=[TARGET])


def about_backtest(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """Which method came nearer in the past, and what the other one expects of the plan year."""
    tell = SentenceWriter(results, language)
    errors = results.select(ERROR, "span", "rule").dropna(subset="value").sort_values("value")
    sentences = []
    if len(errors) > 1:
        better, worse = errors.iloc[0], errors.iloc[-1]
        sentences.append(
            tell.say(
                "first_service.backtest",
                period=tell.period(better["period"]),
                better=group_label("rule", better["rule"], language),
                less=tell.formatted(ERROR, better["value"]),
                worse=group_label("rule", worse["rule"], language),
                more=tell.formatted(ERROR, worse["value"]),
            )
        )
    expected = tell.defined_values(EXPECTED, "month")
    expected = expected[expected.index.str.startswith(f"{plan_year}-")]
    forecast = tell.value(FORECAST, plan_year)
    if len(expected) == 12:
        sentences.append(
            tell.say(
                "first_service.two_methods",
                year=tell.period(plan_year),
                forecast=tell.formatted(TARGET, None if forecast is None else round(forecast)),
                expected=tell.formatted(TARGET, round(expected.sum())),
                target=tell.number(TARGET, plan_year),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[ERROR])


def _how_it_is_made(tell: SentenceWriter, *, uplift: float, lag_months: int) -> str:
    """The rate it rests on, the units it is applied to, the uplift."""
    average = tell.defined_values(AVERAGE, "span")
    if average.empty:
        return ""
    period = str(average.index[-1])
    return tell.say(
        "first_service.how_uplifted" if uplift else "first_service.how",
        period=tell.period(period),
        average=tell.number(AVERAGE, period),
        lag=lag_months,
        uplift=tell.formatted(RATE, uplift),
    )
