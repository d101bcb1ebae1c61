"""What the churn and retention numbers say."""

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.chapters.churn.goals import kept_at_last_year
from csanalysis.display.prose import POINT, Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.intervals import intervals_overlap

RATE, AVERAGE, TARGET = "annual_churn_rate", "annual_churn_rate_average", "churn_rate_target"
BACKTEST, CEILING = "churn_rate_target_backtest", "monthly_churn_ceiling"
LAPSES, LAPSE_CEILING = "lapsed_vehicles", "monthly_lapse_ceiling"
RETAINED, VALUE = "retained_share", "retention_value"
STATES, BASE = "lifecycle_vehicles", "effective_base"


def about_churn(results: Results, *, language: Language) -> Prose | Missing:
    """Last year's churn in vehicles, its change and whether that may be chance, and the average."""
    tell = SentenceWriter(results, language)
    rates = results.select(RATE, "year").dropna(subset="value").sort_values("period", ignore_index=True)
    if rates.empty:
        return tell.prose(needs=[RATE])
    last = rates.iloc[-1]
    sentences = [
        tell.say(
            "churn.last",
            year=tell.period(last["period"]),
            rate=tell.formatted(RATE, last["value"]),
            before=tell.period(int(last["period"]) - 1),
            base=tell.formatted(LAPSES, last["denominator"], format="count"),
            lost=tell.formatted(LAPSES, last["numerator"], format="count"),
        )
    ]
    if len(rates) > 1:
        earlier = rates.iloc[-2]
        change = last["value"] - earlier["value"]
        way = "steady" if abs(change) < POINT else "rose" if change > 0 else "fell"
        sentences.append(
            tell.say(f"churn.{way}", before=tell.period(earlier["period"]), points=tell.points(change))
        )
        if way != "steady" and intervals_overlap(last, earlier):
            sentences.append(tell.say("churn.chance", interval=tell.interval(RATE, last["period"])))
    for period in tell.defined_values(AVERAGE, "span").index[-1:]:
        average, interval = tell.number(AVERAGE, period), tell.interval(AVERAGE, period)
        sentences += [
            tell.say("churn.average", period=tell.period(period), average=average),
            tell.say("churn.average_interval", interval=interval),
        ]
    return tell.prose(tell.paragraph(*sentences), needs=[RATE])


def about_churn_target(
    results: Results, *, plan_year: int, rule: str | None = None, language: Language
) -> Prose | Missing:
    """The chosen rule's target and how far it is from last year; what every other rule would give.

    ``rule`` is the one in params; without it, the first whose rate is the target's.
    """
    tell = SentenceWriter(results, language)
    target = tell.value(TARGET, plan_year)
    rule = rule or rule_in_use(tell, plan_year)
    if target is None or rule is None:
        return tell.prose(needs=[TARGET])
    said = {
        "year": tell.period(plan_year),
        "rule": group_label("rule", rule, language),
        "target": tell.formatted(TARGET, target),
    }
    if (frozen := _anew(tell, plan_year)) is not None:
        head = [tell.say("churn.target_frozen", **said, now=frozen)]
    elif kept_at_last_year(results, plan_year=plan_year, rule=rule):
        head = [tell.say("churn.target_not_looser", **said, ruled=tell.number(TARGET, plan_year, rule=rule))]
    else:
        head = [tell.say("churn.target", **said)]
    rates = tell.defined_values(RATE, "year")
    if len(rates):
        gap = rates.iloc[-1] - target
        way = "target_below" if gap > 0.0005 else "target_above" if gap < -0.0005 else "target_same"
        head.append(tell.say(f"churn.{way}", year=tell.period(str(rates.index[-1])), points=tell.points(gap)))
    others = [
        tell.say(
            "churn.other_rule",
            rule=group_label("rule", other, language),
            target=tell.number(TARGET, plan_year, rule=other),
        )
        for other in in_catalogue_order("rule", results.select(TARGET, "year", "rule")["rule"])
        if other != rule
    ]
    return tell.prose(tell.paragraph(*head, _kept_before(tell, rule)), others, needs=[TARGET])


def _anew(tell: SentenceWriter, plan_year: int) -> str | None:
    """What the rule gives now, where the target is that of a frozen plan; None where it is not."""
    return tell.number("target_reckoned_rate", plan_year, target=TARGET)


def rule_in_use(tell: SentenceWriter, plan_year: int) -> str | None:
    """The first rule whose rate is the target's."""
    target = tell.value(TARGET, plan_year)
    rules = tell.results.select(TARGET, "year", "rule", period=str(plan_year))
    same = rules.loc[rules["value"] == target, "rule"]
    return str(same.iloc[0]) if len(same) else None


def _kept_before(tell: SentenceWriter, rule: str) -> str:
    """In how many past years the rule's target would have been kept."""
    limits, rates = tell.defined_values(BACKTEST, "year", rule=rule), tell.defined_values(RATE, "year")
    years = [year for year in limits.index if year in rates.index]
    if not years:
        return ""
    kept = sum(rates[year] <= limits[year] for year in years)
    return tell.say(
        "churn.backtest",
        first=tell.period(years[0]),
        last=tell.period(years[-1]),
        years=len(years),
        kept=kept,
    )


def about_ceiling(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """How many vehicles may lapse in the plan year, in which months most, and how many did last year."""
    tell = SentenceWriter(results, language)
    months = tell.defined_values(LAPSE_CEILING, "month")
    months = months[months.index.str.startswith(f"{plan_year}-")]
    if months.empty:
        return tell.prose(needs=[LAPSE_CEILING])
    high, low = str(months.idxmax()), str(months.idxmin())
    lapses = tell.defined_values(LAPSES, "month")
    lapses = lapses[lapses.index.str.startswith(f"{plan_year - 1}-")]
    sentences = [
        tell.say(
            "churn.ceiling",
            year=tell.period(plan_year),
            total=tell.number(CEILING, plan_year),
            target=tell.number(TARGET, plan_year),
            lapses=tell.number(LAPSE_CEILING, plan_year),
        ),
        tell.say(
            "churn.ceiling_months",
            high=tell.period(high, short=True),
            most=tell.formatted(LAPSE_CEILING, months[high]),
            low=tell.period(low, short=True),
            least=tell.formatted(LAPSE_CEILING, months[low]),
        ),
    ]
    if len(lapses) == 12:
        total = tell.formatted(LAPSES, lapses.sum())
        sentences.append(tell.say("churn.lapsed", year=tell.period(plan_year - 1), total=total))
    return tell.prose(tell.paragraph(*sentences), needs=[LAPSE_CEILING])


def about_retention(
    results: Results, *, plan_year: int, language: Language, revenue: float | None = None
) -> Prose | Missing:
    """How many stay one year and how many longest observed, and what keeping more of them is worth.

    ``revenue`` is what a vehicle is taken to bring in a year, as the worth is reckoned with it.
    """
    tell = SentenceWriter(results, language)
    shares = results.select(RETAINED, "year", "years_later").dropna(subset="value")
    sentences = []
    if len(shares):
        shares = shares.assign(later=shares["years_later"].astype(int)).sort_values(["later", "period"])
        for template, row in (
            ("churn.retained_next", shares[shares["later"] == 1].tail(1)),
            ("churn.retained_later", shares[shares["later"] > 1].tail(1)),
        ):
            for year, later, value in zip(row["period"], row["later"], row["value"], strict=True):
                share = tell.formatted(RETAINED, value)
                sentences.append(tell.say(template, year=tell.period(year), later=later, share=share))
    sentences += [
        tell.say("churn.point_worth", amount=tell.number(VALUE, plan_year, points="1")),
        tell.say("churn.each_worth", each=tell.formatted(VALUE, revenue)),
        tell.say(
            "churn.target_worth", amount=tell.number(VALUE, plan_year), target=tell.number(TARGET, plan_year)
        )
        if tell.value(VALUE, plan_year)
        else "",
    ]
    return tell.prose(tell.paragraph(*sentences), needs=[RETAINED, VALUE])


def about_lifecycle(results: Results, *, language: Language) -> Prose | Missing:
    """How many vehicles are still worth looking after, and how many of them are about to leave."""
    tell = SentenceWriter(results, language)
    dates = results.select(STATES, "date", "state").dropna(subset="value")["period"]
    if dates.empty:
        return tell.prose(needs=[STATES])
    day = str(dates.max())
    sentences = [
        tell.say("churn.base", date=tell.period(day), base=tell.number(BASE, day)),
        tell.say(
            "churn.states",
            active=tell.number(STATES, day, state="active"),
            marginal=tell.number(STATES, day, state="marginal"),
            churned=tell.number(STATES, day, state="churned"),
        ),
        tell.say("churn.permanent", permanent=tell.number(STATES, day, state="permanent")),
    ]
    return tell.prose(tell.paragraph(*sentences), needs=[STATES])
