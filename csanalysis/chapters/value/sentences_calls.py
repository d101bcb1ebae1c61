"""What the numbers say of whom to call first: whom a call changes most, and what the order was worth."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, group_label
from csanalysis.chapters.value.effect_sentences import between, in_points
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.value.call_order import LEAD

GAIN, ORDER = "call_gain", "call_order_gain"
FIRST = "20"
LEAST_APART = 0.01
"""Kinds whose gains lie nearer than this [fraction] are not told apart in words."""


def about_calls(results: Results, *, language: Language) -> Prose | Missing:
    """Whom a call changes most and least, which purposes prove nothing, and what the order is worth."""
    tell = SentenceWriter(results, language)
    purposes = results.select(GAIN, None, "purpose")
    if purposes.empty:
        return tell.prose(needs=[GAIN])
    known = purposes["value"].notna()
    if not known.any():
        return tell.prose(tell.say("value.calls_unknown"), needs=[GAIN])
    said = tell.paragraph(_kinds(tell), _unproven(tell, purposes[~known]), _order(tell))
    return tell.prose(said, needs=[GAIN])


def _kinds(tell: SentenceWriter) -> str:
    kinds = tell.results.select(GAIN, None, "purpose", "state", "visit_class").dropna(subset="value")
    kinds = kinds.sort_values("value", kind="stable")
    if kinds.empty:
        return ""
    least, most = kinds.iloc[0], kinds.iloc[-1]
    said = {"points": in_points(tell, most["value"]), "interval": between(tell, most)}
    if most["value"] - least["value"] < LEAST_APART:
        return tell.say("value.calls_one", **said)
    return tell.say(
        "value.calls",
        most=_named(tell, most),
        least=_named(tell, least),
        least_points=in_points(tell, least["value"]),
        **said,
    )


def _named(tell: SentenceWriter, row: pd.Series) -> str:
    names = [group_label(name, row[name], tell.language) for name in ("purpose", "state", "visit_class")]
    return " · ".join(names)


def _unproven(tell: SentenceWriter, rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    names = [group_label("purpose", name, tell.language) for name in rows["purpose"]]
    return tell.say("value.calls_purposes", purposes=tell.listed(names))


def _order(tell: SentenceWriter) -> str:
    rows = tell.results.select(ORDER, None, "share", "order", share=FIRST).set_index("order")
    if rows.empty or rows["value"].isna().any():
        return ""
    lead = rows.loc[LEAD]
    low, high = (tell.formatted(ORDER, rows[end][LEAD]) for end in ("low", "high"))
    return tell.say(
        "value.call_order",
        years=tell.period(str(lead["period"])),
        interval=tell.say("value.between", low=low, high=high),
        sure=tell.say("value.call_order_sure" if lead["low"] > 0 else "value.call_order_unsure"),
        **{str(order): tell.formatted(ORDER, value) for order, value in rows["value"].items()},
    )
