"""What the numbers of value created say: where the money came from, and how sure that is."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, format_value, group_label
from csanalysis.chapters.value.effect_sentences import about_effect, between, proof_of
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import clearly_above, extremes_differ
from csanalysis.metrics.stats.proof import HISTORY

VALUE, ERROR, COVERAGE, BAND = (
    "value_created",
    "service_due_error_days",
    "service_due_coverage",
    "service_due_band_days",
)
REVENUE, EFFECT = "reminder_revenue", "reminder_effect"
ATTEMPTS, HOLDOUT, CALLED = "contacts_to_arrival", "holdout_effect", "holdout_called_share"
AGAIN, FALSE, DEFEATED = "leads_reactivated", "false_defeat_rate", "leads_defeated"
REBATE, REFERRERS, TOPICS = "referral_rebate", "referrer_share", "complaints_by_topic"
CALIBRATED = (0.75, 0.85)

AT_MOST = ("lead_cost_saved",)
"""Sources with nothing beside them: part of it would have come by itself."""


def about_value_created(results: Results, *, language: Language) -> Prose | Missing:
    """The last year's sum, and each source with what it rests on."""
    tell = SentenceWriter(results, language)
    year = results.latest(VALUE, "year")
    if year is None:
        return tell.prose(needs=[VALUE])
    sources = results.select(VALUE, None, "value_source", period=year).dropna(subset="value")
    basis = {name: results.value(VALUE, year, basis=name) or 0.0 for name in ("counted", "estimate")}
    head = tell.say(
        "value.created",
        year=tell.year_of(REBATE, year),
        total=tell.number(VALUE, year),
        counted=tell.formatted(VALUE, basis["counted"]),
        estimate=tell.formatted(VALUE, basis["estimate"]),
    )
    # An upper bound never stands before a number that says how much.
    sources = sources.assign(bound=sources["value_source"].isin(AT_MOST))
    ordered = sources.sort_values(["bound", "value"], ascending=[True, False])
    lines = [_source(tell, year, name) for name in ordered["value_source"]]
    return tell.prose(head, lines, needs=[VALUE])


def _source(tell: SentenceWriter, year: str, source: str) -> str:
    """One source and what it brought."""
    interval = tell.interval(VALUE, year, value_source=source)
    proof = HISTORY if source in AT_MOST else proof_of(tell.results)[0]
    key = "at_most" if source in AT_MOST else "estimate" if interval else "source"
    return tell.say(
        f"value.created_{key}",
        source=group_label("value_source", source, tell.language),
        amount=tell.number(VALUE, year, value_source=source),
        interval=interval or "",
        proof=group_label("basis", proof, tell.language),
    )


def about_service_due(results: Results, *, language: Language) -> Prose | Missing:
    """How far off the prediction was, whether its band holds, and what is coming."""
    tell = SentenceWriter(results, language)
    day = results.latest(ERROR, "date")
    if day is None:
        return tell.prose(needs=[ERROR])
    cases = results.select(ERROR, None, period=day)["denominator"].iloc[0]
    sentences = [
        tell.say(
            "value.due_error",
            error=tell.number(ERROR, day),
            same=tell.number(ERROR, day, method="same_interval"),
            plain=tell.number(ERROR, day, method="params_interval"),
            cases=tell.formatted(ERROR, cases, format="count"),
        )
    ]
    share = results.value(COVERAGE, day)
    if share is not None:
        way = "narrow" if share < CALIBRATED[0] else "wide" if share > CALIBRATED[1] else "calibrated"
        band = tell.say("value.due_band", width=tell.number(BAND, day), coverage=tell.number(COVERAGE, day))
        sentences.append(band + tell.say(f"value.due_{way}"))
    ahead = tell.defined_values("service_due_vehicles", "month").head(3)
    amounts = tell.defined_values("service_due_value", "month").head(3)
    if len(ahead) and len(amounts) == len(ahead):
        sentences.append(
            tell.say(
                "value.due_ahead",
                vehicles=tell.formatted("service_due_vehicles", ahead.sum()),
                amount=tell.formatted("service_due_value", amounts.sum()),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[ERROR])


def about_reminders(results: Results, *, days: int, language: Language) -> Prose | Missing:
    """What followed reminders in the last year, how many contacts it took, and what is owed to them."""
    tell = SentenceWriter(results, language)
    year = results.latest(REVENUE, "year")
    if year is None:
        return tell.prose(needs=[REVENUE])
    visits = results.select(REVENUE, None, period=year)["denominator"].iloc[0]
    gross = tell.say(
        "value.gross",
        year=tell.year_of(REVENUE, year),
        days=days,
        visits=tell.formatted(REVENUE, visits, format="count"),
        amount=tell.number(REVENUE, year),
    )
    return tell.prose(
        tell.paragraph(gross, _attempts(tell, year)), about_effect(tell, days), needs=[REVENUE, EFFECT]
    )


def _attempts(tell: SentenceWriter, year: str) -> str:
    counts = tell.results.select(ATTEMPTS, None, "attempts", period=year)
    counts = counts.assign(attempts=counts["attempts"].astype(int)).query("attempts > 0")
    if not counts["value"].sum():
        return ""
    middle = counts.loc[counts["attempts"].between(3, 5), "value"].sum() / counts["value"].sum()
    return tell.say(
        "value.attempts",
        mean=tell.number("contacts_per_arrival", year),
        share=format_value(middle, "percent", tell.language),
    )


def about_holdout(results: Results, *, share: float, language: Language) -> Prose:
    """What the last holdout showed, list by list, and whether this plan keeps one (``share``)."""
    tell = SentenceWriter(results, language)
    now = "value.holdout_set" if share else "value.holdout_none"
    head = tell.say(now, share=format_value(share, "percent", language, decimals=0))
    head = tell.paragraph(head, _planned(tell))
    rows = results.select(HOLDOUT, "year", "list")
    lines = [_held_out(tell, year, name) for year, name in zip(rows["period"], rows["list"], strict=True)]
    prose = tell.prose(head, lines, needs=[HOLDOUT])
    assert isinstance(prose, Prose)  # the first sentence is always there
    return prose


def _planned(tell: SentenceWriter) -> str:
    """What the holdout of the plan year can show, and when."""
    rows = tell.results.select("holdout_planned_power", "year").dropna(subset="value")
    if rows.empty:
        return ""
    year = str(rows["period"].iloc[-1])
    return tell.say(
        "value.holdout_planned",
        apart=tell.formatted("holdout_months_needed", rows["numerator"].iloc[-1]),
        power=tell.number("holdout_planned_power", year),
        months=tell.number("holdout_months_needed", year),
    )


def _held_out(tell: SentenceWriter, year: str, name: str) -> str:
    label = group_label("list", name, tell.language)
    apart = tell.results.select(CALLED, None, period=year, list=name, arm="kept")["numerator"].sum()
    count = tell.formatted(CALLED, apart, format="count") if apart > 0 else None
    return tell.paragraph(
        _what_it_showed(tell, year, name, label), tell.say("value.held_out_calls", count=count)
    )


def _what_it_showed(tell: SentenceWriter, year: str, name: str, label: str) -> str:
    row = tell.results.select(HOLDOUT, None, period=year, list=name).iloc[0]
    if pd.isna(row["value"]):
        kept, called = (tell.number(CALLED, year, list=name, arm=arm) for arm in ("kept", "to_call"))
        return tell.say("value.holdout_not_kept", list=label, kept=kept, called=called)
    return tell.say(
        "value.holdout_effect" if row["value"] >= 0 else "value.holdout_less",
        list=label,
        vehicles=tell.formatted(HOLDOUT, row["denominator"], format="count"),
        apart=tell.formatted(HOLDOUT, row["numerator"], format="count"),
        points=tell.points(row["value"]),
        interval=between(tell, row),
        power=tell.number("holdout_power", year, list=name),
    )


def about_leads(results: Results, *, language: Language) -> Prose | Missing:
    """Leads taken up again and what that saved, how many defeats were none, and where to look twice."""
    tell = SentenceWriter(results, language)
    year = results.latest(AGAIN, "year")
    if year is None:
        return tell.prose(needs=[AGAIN])
    saved = (tell.number("lead_cost_saved", year, bound=bound) for bound in ("low", "high"))
    low, high = saved
    sentences = [
        tell.say(
            "value.reactivated",
            year=tell.year_of(AGAIN, year),
            count=tell.number(AGAIN, year),
            won=tell.number("reactivated_won", year),
            low=low,
            high=high,
        )
    ]
    if (rated := results.latest(FALSE, "year")) is not None:
        sentences.append(
            tell.say(
                "value.false_defeats",
                year=tell.period(rated),
                defeated=tell.number(DEFEATED, rated),
                share=tell.number(FALSE, rated),
                interval=tell.interval(FALSE, rated),
            )
        )
        sentences += [_same_brand(tell, rated), _worst_reason(tell, rated)]
    return tell.prose(tell.paragraph(*sentences), needs=[AGAIN])


def _same_brand(tell: SentenceWriter, year: str) -> str:
    count = tell.value(DEFEATED, year, verdict="same_brand")
    return tell.say("value.same_brand", count=tell.formatted(DEFEATED, count)) if count else ""


def _worst_reason(tell: SentenceWriter, year: str) -> str:
    """The reason most often given for defeats that were none, if it stands clear of the whole."""
    whole = tell.value(FALSE, year)
    rows = tell.results.select(FALSE, None, "defeat_reason", period=year).dropna(subset="value")
    if whole is None or not (clear := clearly_above(rows, whole)).any():
        return ""
    worst = rows[clear].sort_values("value").iloc[-1]
    return tell.say(
        "value.worst_reason",
        reason=group_label("defeat_reason", worst["defeat_reason"], tell.language),
        share=tell.formatted(FALSE, worst["value"]),
    )


def about_referrals(results: Results, *, language: Language) -> Prose | Missing:
    """The last year's referrals and rebates, and which customers bring others."""
    tell = SentenceWriter(results, language)
    year = results.latest("referral_match_rate", "year")
    if year is None:
        return tell.prose(needs=[REBATE])
    rate = results.select("referral_match_rate", None, period=year).iloc[0]
    sentences = [
        tell.say(
            "value.referrals",
            year=tell.year_of(REBATE, year),
            invited=tell.formatted(REBATE, rate["denominator"], format="count"),
            matched=tell.formatted(REBATE, rate["numerator"], format="count"),
            rate=tell.number("referral_match_rate", year),
            amount=tell.number(REBATE, year),
        )
    ]
    classes = results.select(REFERRERS, "date", "visit_class").dropna(subset="value")
    if classes["value"].sum():
        top = classes.sort_values("value").iloc[-1]
        sentences.append(
            tell.say(
                f"value.referrers_{'apart' if extremes_differ(classes) else 'alike'}",
                top=group_label("visit_class", top["visit_class"], language),
                share=tell.formatted(REFERRERS, top["value"]),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=[REBATE])


def about_opportunities(results: Results, *, language: Language) -> Prose | Missing:
    """Cars to trade in, insurance to renew, what customers complain of."""
    tell = SentenceWriter(results, language)
    day = results.latest("trade_in_vehicles", "date")
    sentences = []
    if day is not None:
        low, high = (tell.number("trade_in_value", day, bound=bound) for bound in ("low", "high"))
        count = tell.number("trade_in_vehicles", day)
        sentences.append(tell.say("value.trade_in", count=count, low=low, high=high))
    renewals = tell.defined_values("insurance_renewals", "month").head(3)
    if len(renewals):
        count = tell.formatted("insurance_renewals", renewals.sum())
        sentences.append(tell.say("value.insurance", count=count))
    topics = results.select(TOPICS, "year", "topic")
    topics = topics[(topics["period"] == topics["period"].max()) & (topics["topic"] != "other")]
    if len(topics):
        most: pd.Series = topics.sort_values("value").iloc[-1]
        sentences.append(
            tell.say(
                "value.topics",
                year=tell.period(most["period"]),
                topic=most["topic"],
                count=tell.formatted(TOPICS, most["value"]),
            )
        )
    return tell.prose(tell.paragraph(*sentences), needs=["trade_in_vehicles", "insurance_renewals"])
