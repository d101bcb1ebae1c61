"""What the plan does not call, and why: cases of its moves left out, and lists that are no move."""

from collections.abc import Mapping

from csanalysis.catalogue import group_label
from csanalysis.chapters.plan.reading import basis_of
from csanalysis.display.prose import SentenceWriter
from csanalysis.metrics.stats.proof import ESTIMATES, HISTORY

CAPACITY = "capacity"
"""Why a case is left out that could be called."""


def whole_calls(tell: SentenceWriter, value: float | None) -> str | None:
    """Calls are spoken of in whole numbers."""
    return None if value is None else tell.formatted("move_calls", float(round(value)))


def cases_left(tell: SentenceWriter, plan_year: int, move: str) -> str:
    """``48 with no call free in time, 14 with a wrong number``: cases of a list left out, the most first."""
    return tell.listed(
        [
            tell.say(
                "plan.left_each",
                count=tell.formatted("move_left_out", float(count)),
                why=group_label("why_not", why, tell.language),
            )
            for why, count in _reasons(tell, plan_year, move)
        ]
    )


def lists_left(tell: SentenceWriter, plan_year: int, chosen: list[str]) -> str:
    """The lists that are no move, by why they are not: outbid, not to be called, without effect or record."""
    keys = ("no_calls", "not_chosen", "not_callable", "no_effect", "not_proven", "no_record")
    said: dict[str, list[str]] = {key: [] for key in keys}
    rows = tell.results.select("move_value", "year", "move", period=str(plan_year))
    for move, value in zip(rows["move"], rows["value"], strict=True):
        cases = tell.value("move_cases", plan_year, move=move)
        if move in chosen or not cases:
            continue
        counted = {
            "move": group_label("move", move, tell.language),
            "cases": tell.formatted("move_cases", cases),
        }
        if value != value:
            known = "not_proven" if _seen(tell, plan_year, move) else "no_record"
            said[known].append(tell.say("plan.counted", **counted))
        elif value <= 0 or _unsure(tell, plan_year, move):
            said["no_effect"].append(tell.say("plan.counted", **counted))
        elif not tell.value("move_calls", plan_year, move=move):
            worth = tell.formatted("move_value", value)
            said["no_calls"].append(tell.say("plan.no_calls_each", move=counted["move"], value=worth))
        elif _barred(tell, plan_year, move):
            left = cases_left(tell, plan_year, move)
            said["not_callable"].append(tell.say("plan.not_callable_each", move=counted["move"], left=left))
        else:
            said["not_chosen"].append(_outbid(tell, plan_year, move, counted))
    return tell.paragraph(
        *(tell.say(f"plan.{key}", moves=tell.listed(each)) for key, each in said.items() if each)
    )


def _outbid(tell: SentenceWriter, plan_year: int, move: str, counted: Mapping[str, str | None]) -> str:
    key = "not_chosen_at_most" if basis_of(tell.results, plan_year, move) == HISTORY else "not_chosen_each"
    calls = whole_calls(tell, tell.value("move_calls", plan_year, move=move))
    value = tell.number("move_value", plan_year, move=move)
    return tell.say(f"plan.{key}", calls=calls, value=value, **counted)


def _reasons(tell: SentenceWriter, plan_year: int, move: str) -> list[tuple[str, int]]:
    """Why cases of a list are not called and how many, the most first."""
    rows = tell.results.select("move_left_out", "year", "why_not", period=str(plan_year), move=move)
    ordered = rows.sort_values("value", ascending=False, kind="stable")
    return [(str(why), int(count)) for why, count in zip(ordered["why_not"], ordered["value"], strict=True)]


def _barred(tell: SentenceWriter, plan_year: int, move: str) -> bool:
    """Whether most cases of a list could not be called whatever calls were free."""
    reasons = _reasons(tell, plan_year, move)
    return bool(reasons) and reasons[0][0] != CAPACITY


def _seen(tell: SentenceWriter, plan_year: int, move: str) -> bool:
    """Whether past cases were there to show an effect."""
    rows = tell.results.select("move_effect", "year", "basis", period=str(plan_year), move=move)
    return bool((rows["denominator"] > 0).any())


def _unsure(tell: SentenceWriter, plan_year: int, move: str) -> bool:
    """Whether an estimate may as well be nil."""
    rows = tell.results.select("move_effect", "year", "basis", period=str(plan_year), move=move)
    return bool((rows["basis"].isin(ESTIMATES) & ~(rows["low"] > 0)).any())
