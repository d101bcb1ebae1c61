"""Whether grading helped, said as plainly as the data allow."""

from csanalysis.catalogue import Language, Missing
from csanalysis.display.prose import POINT, Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.standardisation import NOTHING, Estimate
from csanalysis.metrics.upsell.effect import effect_verdict

CHANGE, STANDARDISED = "upsell_success_change", "upsell_success_change_standardised"
STEP, GROWTH = "upsell_success_step", "upsell_success_growth"
REVENUE, SAME_REVENUE = "revenue_per_visit_change", "revenue_per_visit_change_standardised"
REVENUE_STEP, REVENUE_GROWTH = "revenue_per_visit_step", "revenue_per_visit_growth"


def about_grading_effect(results: Results, *, graded_since: object, language: Language) -> Prose | Missing:
    """Success and revenue before and after grading, crude and at the same mix, and what may be claimed.

    Parameters
    ----------
    results : Results
        The changes, steps and relative changes of the chapter.
    graded_since : date or None
        First day of grading.
    language : Language
        ``zh`` or ``en``.
    """
    tell = SentenceWriter(results, language)
    if graded_since is None:
        return Prose(tell.say("upsell_effect.no_date", metric=""))
    day = tell.period(f"{graded_since:%Y-%m-%d}")
    success = _told(tell, "success", day, (CHANGE, STANDARDISED, STEP, GROWTH))
    revenue = _told(tell, "revenue", day, (REVENUE, SAME_REVENUE, REVENUE_STEP, REVENUE_GROWTH))
    return tell.prose(success, revenue, needs=[CHANGE, REVENUE])


def _told(tell: SentenceWriter, of: str, day: str, metrics: tuple[str, str, str, str]) -> str:
    crude, standardised, step, growth = metrics
    if of == "success" and crude not in tell.results.names:
        return ""
    found = [_latest(tell, metric) for metric in (crude, standardised, step)]
    period = next((period for period, _ in found if period), None)
    if period is None:
        return tell.say(f"upsell_effect.{of}_unknown", day=day)
    (_, raw), (_, same), (_, jump) = found
    said = effect_verdict(same, jump)
    sentences = [
        tell.say(f"upsell_effect.{of}_{said}", day=day),
        tell.say(
            f"upsell_effect.{of}_changes",
            crude=tell.formatted(crude, raw.value),
            interval=tell.interval(crude, period),
            same=tell.formatted(standardised, same.value),
            same_interval=tell.interval(standardised, period),
        ),
        tell.say(
            f"upsell_effect.{of}_step",
            step=tell.formatted(step, jump.value),
            interval=tell.interval(step, period),
        ),
    ]
    level = 1.0 if of == "success" else _level_before(tell, growth)
    if abs(raw.value - same.value) >= POINT * level:
        way = "reverses" if raw.value * same.value < 0 else "flatters" if raw.value > same.value else "hides"
        sentences.append(tell.say(f"upsell_effect.mix_{way}"))
    sentences.append(tell.say(f"upsell_effect.{of}_growth", growth=tell.number(growth, period)))
    return tell.paragraph(*sentences)


def _latest(tell: SentenceWriter, metric: str) -> tuple[str | None, Estimate]:
    rows = tell.results.select(metric, "date").dropna(subset="value")
    if rows.empty:
        return None, NOTHING
    row = rows.iloc[-1]
    return str(row["period"]), Estimate(row["value"], row["low"], row["high"])


def _level_before(tell: SentenceWriter, growth: str) -> float:
    """What there was before grading, which the relative change divides by."""
    rows = tell.results.select(growth, "date").dropna(subset="denominator")
    return float(rows["denominator"].iloc[-1]) if len(rows) else 0.0
