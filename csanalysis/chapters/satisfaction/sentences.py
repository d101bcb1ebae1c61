"""What the survey numbers say: standing, the own survey, weak items and their rectification."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, Missing, format_value, group_label, text
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import Q_VALUE

SCORE, GAP, RANK, STORES = (f"programme_{name}" for name in ("score", "gap", "rank", "store_count"))
WEAK, ITEM_GAP, PRIORITY = "weak_item", "item_gap", "item_priority"
ITEM = ["programme", "item_code"]
Names = Mapping[str, Mapping[str, str]]

STRONG, SOME = 0.7, 0.4
"""Correlations from which two surveys are said to tell the same, or something of the same."""


def about_standing(results: Results, *, year: int, language: Language) -> Prose | Missing:
    """Each programme's score against the region and the year before, and its rank."""
    tell = SentenceWriter(results, language)
    return tell.prose([_standing(tell, name, year) for name in programmes_of(results, SCORE)], needs=[SCORE])


def about_own_survey(results: Results, *, year: int, language: Language) -> Prose | Missing:
    """How much kinder customers are to the store's own callers, and whether the calls foretell anything."""
    tell = SentenceWriter(results, language)
    lines = []
    for name in programmes_of(results, "internal_oem_gap"):
        gap = tell.value("internal_oem_gap", year, programme=name)
        interval = interval_written(results, "internal_oem_gap", year, language, programme=name)
        if gap is None:
            continue
        sure = _off_zero(results, "internal_oem_gap", year, programme=name)
        way = "unsure" if not sure else "kinder" if gap > 0 else "stricter"
        lines.append(
            tell.paragraph(
                tell.say(
                    f"satisfaction.own_{way}",
                    programme=group_label("programme", name, language),
                    year=tell.period(year),
                    points=points_written(gap, language),
                    interval=interval,
                ),
                *(_agreement(tell, name, over) for over in ("months", "items")),
            )
        )
    return tell.prose(lines, needs=["internal_score", "internal_oem_gap"])


def about_weak_items(
    results: Results,
    *,
    year: int,
    language: Language,
    names: Names,
    q_value: float = 0.05,
    min_responses: int = 30,
) -> Prose | Missing:
    """How many items were judged, which are weak, and which to mend first; that none is, where none is."""
    tell, period = SentenceWriter(results, language), str(year)
    judged = results.select(WEAK, None, *ITEM, period=period).dropna(subset="value")
    if judged.empty:
        return tell.prose(needs=[WEAK, ITEM_GAP])
    tested = results.select("item_q_value", None, *ITEM, period=period)["value"].notna().sum()
    weak = judged.set_index(ITEM)["value"].eq(1)
    weak = weak[weak]
    head = tell.say(
        f"satisfaction.weak_{'some' if len(weak) > 1 else 'one' if len(weak) else 'none'}",
        year=tell.period(year),
        judged=len(judged),
        count=len(weak),
    )
    rest = len(judged) - int(tested)
    how = tell.say(
        "satisfaction.weak_how_mixed" if rest else "satisfaction.weak_how",
        tested=int(tested),
        rest=rest,
        q=format_value(q_value, "percent", language, decimals=0),
        least=min_responses,
    )
    priority = results.select(PRIORITY, None, *ITEM, period=period).set_index(ITEM)["value"]
    urgent = priority.reindex(weak.index).sort_values(ascending=False, na_position="last")
    lines = [_weak(tell, str(programme), str(code), period, names) for programme, code in urgent.index]
    return tell.prose(tell.paragraph(head, how), lines, needs=[WEAK])


def about_rectification(
    results: Results,
    *,
    actions: pd.DataFrame | None,
    year: int,
    as_of: object,
    language: Language,
    names: Names,
    min_responses: int = 30,
) -> Prose | Missing:
    """How many actions stand where, what those that are done brought, and weak items that nobody mends."""
    tell, day = SentenceWriter(results, language), str(as_of)
    counts = results.select("rectification_actions", None, "progress", period=day).set_index("progress")[
        "value"
    ]
    if actions is None or counts.empty:
        return tell.prose(needs=["rectification_actions"])
    done = counts["done"] + counts["done_late"]
    head = tell.say(
        "satisfaction.actions",
        total=int(counts.sum()),
        done=int(done),
        open=int(counts["open"]),
        overdue=int(counts["overdue"]),
    )
    changes = results.select("action_effect", None, "action_id", *ITEM, period=day).dropna(subset="value")
    clear = results.select("action_q_value", None, "action_id", *ITEM, period=day).dropna(subset="value")
    sure = changes[(clear["value"].astype(float) <= Q_VALUE).to_numpy()]
    effect = tell.say(
        "satisfaction.effects" if len(changes) else "satisfaction.no_effects",
        judged=len(changes),
        better=int((sure["value"] > 0).sum()),
        worse=int((sure["value"] < 0).sum()),
        unsure=len(changes) - len(sure),
        least=min_responses,
    )
    weak = results.select(WEAK, None, *ITEM, period=str(year))
    working = set(actions.loc[actions["done_date"].isna(), "item_code"])
    alone = [
        item_called(names, programme, code)
        for programme, code, value in zip(weak["programme"], weak["item_code"], weak["value"], strict=True)
        if value == 1 and code not in working
    ]
    rest = tell.say("satisfaction.unattended", items=tell.listed(alone)) if alone else ""
    return tell.prose(tell.paragraph(head, effect, rest), needs=["rectification_actions"])


def _standing(tell: SentenceWriter, name: str, year: int) -> str:
    score, gap = (tell.value(metric, year, programme=name) for metric in (SCORE, GAP))
    before = tell.value(SCORE, year - 1, programme=name)
    change = None if score is None or before is None else score - before
    return tell.paragraph(
        tell.say(
            "satisfaction.score",
            programme=group_label("programme", name, tell.language),
            year=tell.period(year),
            score=tell.formatted(SCORE, score),
        ),
        ""
        if gap is None
        else tell.say(
            f"satisfaction.{'ahead' if gap >= 0 else 'behind'}", points=points_written(gap, tell.language)
        ),
        ""
        if change is None
        else tell.say(
            f"satisfaction.{'up' if change >= 0 else 'down'}",
            points=points_written(change, tell.language),
            before=tell.period(year - 1),
        ),
        tell.say(
            "satisfaction.rank",
            rank=tell.number(RANK, year, programme=name),
            stores=tell.number(STORES, year, programme=name),
        ),
    )


def _agreement(tell: SentenceWriter, name: str, over: str) -> str:
    rows = tell.results.select("internal_oem_correlation", "span", programme=name, over=over).dropna(
        subset="value"
    )
    if rows.empty:
        return ""
    row = rows.iloc[-1]
    # A correlation whose interval holds 0 foretells nothing, however large it looks.
    level = (
        "none"
        if row["low"] <= 0
        else "strong"
        if row["value"] >= STRONG
        else "some"
        if row["value"] >= SOME
        else "none"
    )
    return tell.say(
        f"satisfaction.{over}_{level}", r=tell.formatted("internal_oem_correlation", row["value"])
    )


def _weak(tell: SentenceWriter, programme: str, code: str, period: str, names: Names) -> str:
    group = {"programme": programme, "item_code": code}
    change = tell.value("item_gap_change", period, **group)
    moved = ""
    if change is not None:
        sure = _off_zero(tell.results, "item_gap_change", period, **group)
        way = "unmoved" if not sure else "gained" if change > 0 else "lost"
        moved = tell.say(f"satisfaction.weak_{way}", points=points_written(change, tell.language))
    return tell.paragraph(
        tell.say(
            "satisfaction.weak_item",
            item=item_called(names, programme, code),
            programme=group_label("programme", programme, tell.language),
            points=points_written(tell.value(ITEM_GAP, period, **group) or 0.0, tell.language),
        ),
        tell.say(
            "satisfaction.weak_interval",
            interval=interval_written(tell.results, ITEM_GAP, period, tell.language, behind=True, **group),
        ),
        tell.say("satisfaction.weak_months", months=tell.number("item_months_below", period, **group)),
        moved,
    )


def _off_zero(results: Results, metric: str, period: str | int, **group: str) -> bool:
    rows = results.select(metric, None, period=str(period), **group)
    return bool(len(rows) and (rows["low"].iloc[0] > 0 or rows["high"].iloc[0] < 0))


def interval_written(
    results: Results,
    metric: str,
    period: str | int,
    language: Language,
    *,
    behind: bool = False,
    **group: str,
) -> str | None:
    """``-0.85 to 0.54``; ``behind`` tells how far behind, with the sign turned. None where there is none."""
    rows = results.select(metric, None, period=str(period), **group)
    if rows.empty or rows[["low", "high"]].iloc[0].isna().any():
        return None
    low, high = rows["low"].iloc[0], rows["high"].iloc[0]
    ends = (-high, -low) if behind else (low, high)
    return text("sign.to", language).join(format_value(end, "score", language, decimals=2) for end in ends)


def points_written(value: float, language: Language) -> str:
    """The size of a difference in points, without its sign."""
    return format_value(abs(value), "score", language)


def item_called(names: Names, programme: str, code: str) -> str:
    """``11.10 等待时间``; the code alone where nobody gave it a name."""
    return f"{code} {names.get(programme, {}).get(code, '')}".rstrip()


def programmes_of(results: Results, metric: str) -> list[str]:
    """The programmes that a metric is given of, each once."""
    return list(dict.fromkeys(row.group["programme"] for row in results.rows(metric)))
