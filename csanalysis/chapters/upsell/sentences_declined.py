"""What is said of declined work, and of what the next year should bring."""

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.prose import POINT, Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.intervals import intervals_overlap, wilson
from csanalysis.privacy.publishing import OTHER

SUCCESS, DECLINES, DECLINED = "upsell_success_rate", "upsell_declines", "upsell_declined_amount"
ON_TIME, RECOVERY = "follow_up_on_time_rate", "recovery_rate"
OPEN, OPEN_ITEMS = "upsell_open_amount", "upsell_open_items"
TARGET, POINT_VALUE, GAIN = "upsell_success_target", "upsell_point_value", "upsell_target_value"
OLD = "366+"


def about_declines(results: Results, *, year: str | int, language: Language) -> Prose | Missing:
    """The commonest reason, its trend, and which reason at which grade costs most."""
    tell = SentenceWriter(results, language)
    year = str(year)
    counts = results.select(DECLINES, None, "decline_reason", period=year).set_index("decline_reason")[
        "value"
    ]
    total = tell.value(DECLINES, year)
    if counts.empty or not total:
        return tell.prose(needs=[DECLINES])
    known = counts.drop(OTHER, errors="ignore")  # what few say each is no reason, however often that happens
    counts = known if len(known) else counts
    reason = str(counts.idxmax())
    sentences = [
        tell.say(
            "upsell.reason",
            year=tell.period(year),
            total=tell.formatted(DECLINES, total),
            amount=tell.number(DECLINED, year),
            reason=group_label("decline_reason", reason, language),
            count=tell.formatted(DECLINES, counts.max()),
            share=tell.formatted(SUCCESS, counts.max() / total),
        )
    ]
    before = str(int(year) - 1)
    past, past_total = tell.value(DECLINES, before, decline_reason=reason), tell.value(DECLINES, before)
    if past is not None and past_total:
        change = counts.max() / total - past / past_total
        low, high = wilson([counts.max(), past], [total, past_total])
        now, then = ({"low": low[place], "high": high[place]} for place in (0, 1))
        alike = abs(change) < POINT or intervals_overlap(now, then)
        way = "steady" if alike else "rose" if change > 0 else "fell"
        sentences.append(
            tell.say(f"upsell.reason_{way}", before=tell.period(before), points=tell.points(change))
        )
    money = results.select(DECLINED, None, "decline_reason", "grade", period=year)
    if len(money) and money["value"].max() > 0:
        row = money.sort_values("value").iloc[-1]
        sentences.append(
            tell.say(
                "upsell.costliest",
                reason=group_label("decline_reason", row["decline_reason"], language),
                grade=group_label("grade", row["grade"], language),
                amount=tell.formatted(DECLINED, row["value"]),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[DECLINES])


def about_declined_work(
    results: Results, *, year: str | int, follow_up_days: int = 3, language: Language
) -> Prose | Missing:
    """Whether declined work is asked for again, how much comes back, and what lies on the table."""
    tell = SentenceWriter(results, language)
    year = str(year)
    rates = results.select(ON_TIME, None, "grade", period=year).dropna(subset="value")
    lines = [
        tell.say(
            f"upsell.on_time_{grade}",
            year=tell.period(year),
            days=follow_up_days,
            rate=tell.number(ON_TIME, year, grade=grade),
            recovery=tell.number(RECOVERY, year, grade=grade),
        )
        for grade in in_catalogue_order("grade", rates["grade"])
    ]
    days = results.select(OPEN, "date")["period"]
    if len(days):
        day = str(days.max())
        old = tell.value(OPEN, day, age_days=OLD) or 0.0
        dated = results.select(OPEN, None, "age_days", period=day)["value"].sum()
        lines.append(
            tell.say(
                "upsell.open",
                date=tell.period(day),
                items=tell.number(OPEN_ITEMS, day),
                amount=tell.number(OPEN, day),
                recent=tell.formatted(OPEN, dated - old),
                old=tell.formatted(OPEN, old),
            )
        )
    return tell.prose(lines, needs=[ON_TIME, OPEN])


def about_upsell_targets(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """Next year's rate of each grade, how far it is, and what a point is worth."""
    tell = SentenceWriter(results, language)
    targets = (
        results.select(TARGET, None, "grade", period=str(plan_year)).set_index("grade")["value"].dropna()
    )
    rates = tell.defined_values(SUCCESS, "year")
    rates = rates[rates.index < str(plan_year)]
    if targets.empty or rates.empty:
        return tell.prose(needs=[TARGET])
    year, lines = str(rates.index[-1]), []
    for grade in in_catalogue_order("grade", targets.index):
        last = tell.value(SUCCESS, year, grade=grade)
        if last is None:
            continue
        hold = targets[grade] - last < 0.0005
        lines.append(
            tell.say(
                "upsell.target_hold" if hold else "upsell.target_raise",
                grade=group_label("grade", grade, language),
                target=tell.formatted(TARGET, targets[grade]),
                year=tell.period(year),
                rate=tell.formatted(SUCCESS, last),
                gain=tell.number(GAIN, plan_year, grade=grade),
                point=tell.number(POINT_VALUE, plan_year, grade=grade),
            )
        )
    head = tell.say(
        "upsell.target",
        year=tell.period(plan_year),
        target=tell.number(TARGET, plan_year),
        point=tell.number(POINT_VALUE, plan_year),
    )
    return tell.prose(head, lines, needs=[TARGET])
