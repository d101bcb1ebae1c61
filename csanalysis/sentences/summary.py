"""The plan in a few sentences, and why each target is what it is."""

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.metrics.results import Results
from csanalysis.sentences.churn import CEILING, rule_in_use
from csanalysis.sentences.churn import TARGET as CHURN
from csanalysis.sentences.first_service import AVERAGE, VISITS
from csanalysis.sentences.first_service import TARGET as FIRST_SERVICE
from csanalysis.sentences.prose import Prose, Teller


def summary(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """One sentence a target."""
    tell = Teller(results, language)
    rates = tell.known("annual_churn_rate", "year")
    last = str(rates.index[-1]) if len(rates) else None
    lines = [
        tell.say(
            "summary.first_service",
            year=tell.period(plan_year),
            target=tell.number(FIRST_SERVICE, plan_year),
            before=tell.year_of(VISITS, plan_year - 1),
            visits=tell.number(VISITS, plan_year - 1),
        ),
        tell.say(
            "summary.churn",
            target=tell.number(CHURN, plan_year),
            before=None if last is None else tell.period(last),
            rate=tell.number("annual_churn_rate", last),
        ),
        tell.say("summary.ceiling", total=tell.number(CEILING, plan_year)),
        tell.say("summary.value", amount=tell.number("retention_value", plan_year, points="1")),
    ]
    return tell.prose(lines, needs=[FIRST_SERVICE, CHURN])


def reasons(
    results: Results,
    *,
    plan_year: int,
    language: Language,
    rule: str | None = None,
    uplift: float = 0.0,
    lag_months: int = 3,
) -> dict[str, str]:
    """Why each target is what it is, by target measure; those that cannot be told are left out.

    ``rule``, ``uplift`` and ``lag_months`` are the params that the targets were made with; without ``rule``,
    the first one whose rate is the target's.
    """
    tell = Teller(results, language)
    span, rate_span = (_last_span(tell, metric) for metric in ("annual_churn_rate_average", AVERAGE))
    rule = rule or rule_in_use(tell, plan_year)
    told = {
        FIRST_SERVICE: tell.say(
            "summary.why_first_service_uplifted" if uplift else "summary.why_first_service",
            period=None if rate_span is None else tell.period(rate_span),
            average=tell.number(AVERAGE, rate_span),
            lag=lag_months,
            uplift=tell.written(AVERAGE, uplift),
        ),
        CHURN: tell.say(
            "summary.why_churn",
            rule=None if rule is None else group_label("rule", rule, language),
            period=None if span is None else tell.period(span),
            average=tell.number("annual_churn_rate_average", span),
        ),
        CEILING: tell.say("summary.why_ceiling", target=tell.number(CHURN, plan_year)),
    }
    return {metric: why for metric, why in told.items() if why and tell.value(metric, plan_year) is not None}


def _last_span(tell: Teller, metric: str) -> str | None:
    spans = tell.known(metric, "span").index
    return str(spans[-1]) if len(spans) else None
