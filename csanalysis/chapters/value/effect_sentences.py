"""What the numbers say of the effect of reminders, and how well that is proven."""

import pandas as pd

from csanalysis.catalogue import format_value, group_label
from csanalysis.display.prose import SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.proof import HOLDOUT, NONE

PROOF, EFFECT, CONTROL = "reminder_proof", "reminder_effect", "reminder_control"
ARRIVALS, WITHIN, REVENUE = "reminder_arrival_share", "reminder_effect_within", "reminder_effect_revenue"


def proof_of(results: Results) -> tuple[str, str, bool]:
    """How well the effect of reminders is proven, of which years, and whether it is claimed."""
    rows = results.select(PROOF, None, "basis")
    if rows.empty:
        return NONE, "", False
    row = rows.iloc[-1]
    return str(row["basis"]), str(row["period"]), bool(row["value"] == 1)


def about_effect(tell: SentenceWriter, days: int) -> str:
    """What an answered reminder changes, what of it only came earlier, and how it was checked."""
    basis, span, claimed = proof_of(tell.results)
    if not span:
        return ""
    effect, control = _row(tell, EFFECT, span), _row(tell, CONTROL, span)
    said: dict[str, object] = {"years": tell.period(span)}
    if basis == NONE:
        failed = control is not None and not pd.isna(control["value"]) and not _holds_nil(control)
        said |= _control(tell, control) if failed and control is not None else {}
        return tell.say(f"value.effect_{'failed' if failed else 'unknown'}", **said)
    assert effect is not None  # what is proven has a number
    said |= {"points": in_points(tell, effect["value"]), "interval": between(tell, effect)}
    if basis == HOLDOUT:
        drawn = tell.say("value.effect_drawn" if claimed else "value.effect_drawn_unproven", **said)
        return tell.paragraph(drawn, _revenue(tell))
    checked = "" if control is None else tell.say("value.effect_checked", **_control(tell, control))
    if not claimed:
        return tell.paragraph(tell.say("value.effect_unproven", **said), _within(tell, span, days), checked)
    head = tell.say(
        "value.effect",
        called=tell.number(ARRIVALS, span, contacted="yes"),
        others=tell.number(ARRIVALS, span, contacted="no"),
        proof=group_label("basis", basis, tell.language),
        **said,
    )
    return tell.paragraph(head, _within(tell, span, days), _revenue(tell), _by_year(tell), checked)


def _within(tell: SentenceWriter, span: str, days: int) -> str:
    early, late, forward = (
        tell.value(WITHIN, span, within=name) for name in ("days", "12_months", "brought_forward")
    )
    if early is None or late is None or forward is None:
        return ""
    points = {"early": early, "late": late, "forward": max(forward, 0.0)}
    return tell.say(
        "value.effect_within", days=days, **{name: in_points(tell, value) for name, value in points.items()}
    )


def _revenue(tell: SentenceWriter) -> str:
    year = tell.results.latest(REVENUE, "year")
    if year is None:
        return ""
    return tell.say("value.effect_revenue", year=tell.period(year), amount=tell.number(REVENUE, year))


def _by_year(tell: SentenceWriter) -> str:
    """What the single years gave, so that nobody reads one of them as the effect."""
    rows = tell.results.select(EFFECT, "year").dropna(subset="value")
    if len(rows) < 2:
        return ""
    said = [
        tell.say(
            "value.effect_of_year",
            year=tell.period(str(row["period"])),
            points=in_points(tell, row["value"]),
            interval=between(tell, row),
        )
        for _, row in rows.iterrows()
    ]
    return tell.say("value.effect_years", years=tell.listed(said))


def _control(tell: SentenceWriter, row: pd.Series) -> dict[str, object]:
    return {"control": in_points(tell, row["value"]), "interval": between(tell, row)}


def _holds_nil(row: pd.Series) -> bool:
    return bool(row["low"] <= 0 <= row["high"])


def _row(tell: SentenceWriter, metric: str, span: str) -> pd.Series | None:
    rows = tell.results.select(metric, None, period=span)
    return None if rows.empty else rows.iloc[0]


def in_points(tell: SentenceWriter, value: float) -> str:
    """A difference in points, with a sign where it is below nil."""
    return format_value(value * 100, "score", tell.language, decimals=1)


def between(tell: SentenceWriter, row: pd.Series) -> str | None:
    """The ends of the interval of a difference, in points."""
    low, high = (format_value(row[end] * 100, "score", tell.language, decimals=1) for end in ("low", "high"))
    return None if pd.isna(row["low"]) else tell.say("value.between", low=low, high=high)
