"""The monthly review in words: are we on plan, what is wrong, what to do; and a digest for mail or chat."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, group_label, text
from csanalysis.chapters.review.measure import Review, standing, state
from csanalysis.chapters.review.plan_model import FrozenGoal
from csanalysis.chapters.satisfaction.sentences import item_called
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.stats.many import extremes_differ
from csanalysis.metrics.surveys.rectification import action_states

DIGEST_LINES = 12
_MOST = 4
"""So many targets in alarm or to watch, and so many targets off track, are told one by one in the digest."""


def about_review(review: Review, *, language: Language) -> Prose | Missing:
    """Every alarm, and all that is to be watched, with what it rests on; and what went better than chance."""
    tell = SentenceWriter(review.results, language)
    lines = [
        tell.say(f"review.{kind}", goal=goal.label(language), what=what)
        for kind, goal, what in _standing(tell, review)
    ]
    return tell.prose(lines or tell.say("review.no_alarm"), _better(tell, review), needs=["review_actual"])


def review_verdict(review: Review, *, language: Language) -> Prose | Missing:
    """Are we on plan: one sentence."""
    tell = SentenceWriter(review.results, language)
    return tell.prose(_verdict(tell, review), needs=["review_actual"])


def review_to_do(review: Review, *, language: Language) -> Prose | Missing:
    """What this month asks for: vehicles to call, targets to catch up, overdue actions."""
    tell = SentenceWriter(review.results, language)
    lines = [_call_lapsed(tell, review)]
    lines += [_catch_up(tell, review, goal) for goal in _off_track(review)]
    lines += _overdue(tell, review)
    if not any(lines):
        lines = [tell.say("review.nothing")]
    return tell.prose(lines, needs=["review_actual"])


def about_lapses(review: Review, *, language: Language) -> Prose | Missing:
    """Whether one team loses more of its vehicles than another by more than chance."""
    tell, by = SentenceWriter(review.results, language), review.carer
    if by is None:
        return tell.prose(needs=["review_lapses"])
    found = review.results.select("review_lapses", None, by, period=review.month, scope="to_date")
    found = found[found["denominator"] >= 30].sort_values("value", ascending=False)
    if len(found) < 2:
        return Prose("")
    worst, best = found.iloc[0], found.iloc[-1]
    ends: dict[str, object] = {}
    for name, row in (("worst", worst), ("best", best)):
        split = {by: str(row[by]), "scope": "to_date"}
        ends |= {
            name: group_label(by, str(row[by]), language),
            f"{name}_share": tell.number("review_lapses", review.month, **split),
            f"{name}_interval": tell.interval("review_lapses", review.month, **split),
        }
    apart = extremes_differ(found)
    if not apart:
        ends = {key: value for key, value in ends.items() if not key.endswith("_interval")}
    said = tell.say("review.teams" if apart else "review.teams_alike", **ends)
    return tell.prose(said, needs=["review_lapses"])


def about_actions(review: Review, *, language: Language) -> Prose | Missing:
    """Actions done in the month and overdue at its end, and how their effect is told."""
    tell = SentenceWriter(review.results, language)
    counts = {
        progress: tell.number("review_actions", review.month, progress=progress)
        for progress in ("done", "overdue")
    }
    rule = review.params.satisfaction.min_responses
    return tell.prose(
        tell.paragraph(tell.say("review.actions", **counts), tell.say("review.actions_early", count=rule)),
        needs=["review_actions"],
    )


def digest(review: Review, *, language: Language) -> list[str]:
    """At most twelve lines of plain text for mail or chat; no person is named in it."""
    tell = SentenceWriter(review.results, language)
    lines = [
        tell.say(
            "review.digest_title",
            dealership=review.params.dealership.title,
            month=tell.period(review.month),
        ),
        _verdict(tell, review).replace("**", ""),
    ]
    found = [
        tell.say(f"review.digest_{kind}", goal=goal.label(language), what=what)
        for kind, goal, what in _standing(tell, review)
    ]
    lines += _first(tell, found, _MOST)
    off = [_digest_off(tell, review, goal) for goal in _off_track(review)]
    away = tell.value("lapsed_still_away", review.month)
    lapsed = (
        tell.say("review.digest_lapsed", count=tell.number("lapsed_still_away", review.month)) if away else ""
    )
    actions = tell.say(
        "review.actions",
        **{name: tell.number("review_actions", review.month, progress=name) for name in ("done", "overdue")},
    )
    ends = [line for line in (lapsed, actions) if line]
    lines += _first(tell, off, DIGEST_LINES - len(lines) - len(ends) - 1)
    return [*lines, *ends]


def _first(tell: SentenceWriter, lines: list[str], most: int) -> list[str]:
    """The first of them, and how many more there are."""
    if len(lines) <= most:
        return lines
    return [*lines[:most], tell.say("review.digest_more", count=len(lines) - most)]


def _verdict(tell: SentenceWriter, review: Review) -> str:
    month = review.month
    counts = {"alarmed": "review_goals_alarmed", "watched": "review_goals_watched"}
    alarmed, watched = (tell.value(metric, month) for metric in counts.values())
    off = tell.value("review_goals", month, state="off_track")
    said = {"month": tell.period(month), "all": tell.number("review_goals", month)}
    if not (alarmed or watched):
        if off:
            said["off"] = tell.number("review_goals", month, state="off_track")
        return tell.say("review.verdict_off" if off else "review.verdict_good", **said)
    if not alarmed:
        del counts["alarmed"]
    said |= {name: tell.number(metric, month) for name, metric in counts.items()}
    said["on_plan"] = tell.number("review_goals_on_plan", month)
    said["off"] = tell.number("review_goals", month, state="off_track")
    return tell.say("review.verdict_alarm" if alarmed else "review.verdict_watch", **said)


def _standing(tell: SentenceWriter, review: Review) -> list[tuple[str, FrozenGoal, str]]:
    """Each goal in alarm, then each to be watched, and everything that is wrong with it."""
    told = []
    for kind, metric in (("alarm", "review_signal"), ("watch", "review_watch")):
        for goal in review.goals:
            if standing(review.results, goal, review.month) != kind:
                continue
            rows = review.results.select(metric, None, "rule", period=review.month, **goal.key)
            rules = [str(rule) for rule in rows["rule"][rows["value"] == 1]]
            what = tell.enumerated(_what(tell, review, goal, rule, kind) for rule in rules)
            told.append((kind, goal, what))
    return told


def _what(tell: SentenceWriter, review: Review, goal: FrozenGoal, rule: str, kind: str) -> str:
    if rule == "run_of_eight":
        return tell.say("review.run_of_eight")
    scope = "month" if rule == "beyond_limits" else "to_date"
    actual, plan = (
        review.results.value(metric, review.month, scope=scope, **goal.key)
        for metric in ("review_actual", "review_plan")
    )
    if actual is None or plan is None:
        return ""
    written = [goal.written(number, tell.language) for number in (actual, plan)]
    if kind == "watch":
        return tell.say(f"review.watch_{scope}", actual=written[0], plan=written[1])
    row = review.results.select("review_plan", None, period=review.month, scope=scope, **goal.key).iloc[0]
    interval = "–".join(goal.range_written(row["low"], row["high"], tell.language))
    return tell.say(f"review.{rule}", actual=written[0], plan=written[1], interval=interval)


def _better(tell: SentenceWriter, review: Review) -> str:
    names = []
    for goal in review.goals:
        signals = review.results.select("review_signal", None, "rule", period=review.month, **goal.key)[
            "value"
        ]
        if (signals == -1).any() and not (signals == 1).any():
            names.append(goal.label(tell.language))
    return tell.say("review.better", goals=tell.listed(names)) if names else ""


def _off_track(review: Review) -> list[FrozenGoal]:
    return [
        goal for goal in review.goals if state(review.results, goal, review.plan.plan_year) == "off_track"
    ]


def _outlook(tell: SentenceWriter, review: Review, goal: FrozenGoal) -> dict[str, object]:
    """Target, forecast and paces of a goal as they are written."""
    year, language = str(review.plan.plan_year), tell.language
    row = review.results.select("year_end_forecast", None, period=year, **goal.key).iloc[0]
    required = tell.value("required_run_rate", review.month, **goal.key)
    word = goal.needed_word(required)
    told: dict[str, object] = {
        "goal": goal.label(language),
        "aim": goal.written(goal.aim, language),
        "forecast": goal.written(row["value"], language),
        "interval": "–".join(goal.range_written(row["low"], row["high"], language)),
    }
    if word:
        return {**told, "word": text(f"review.{word}", language)}
    pace = tell.value("expected_run_rate", review.month, **goal.key)
    return {**told, "needed": goal.written(required, language), "pace": goal.written(pace, language)}


def _catch_up(tell: SentenceWriter, review: Review, goal: FrozenGoal) -> str:
    told = _outlook(tell, review, goal)
    kind = "lost" if "word" in told else goal.better
    return tell.say(f"review.catch_up_{kind}", owner=text(f"owner.{goal.owner}", tell.language), **told)


def _digest_off(tell: SentenceWriter, review: Review, goal: FrozenGoal) -> str:
    told = _outlook(tell, review, goal)
    return tell.say(f"review.digest_{'lost' if 'word' in told else goal.better}", **told)


def _call_lapsed(tell: SentenceWriter, review: Review) -> str:
    """Whom to call only where lapses are off plan; else the lists of the year's plan are enough."""
    over = any(
        goal.is_allowance and standing(review.results, goal, review.month) in ("watch", "alarm")
        for goal in review.goals
    )
    if not over or not tell.value("lapsed_still_away", review.month):
        return ""
    parts = []
    if review.carer:
        found = review.results.select("lapsed_still_away", None, review.carer, period=review.month)
        parts = [
            tell.say(
                "review.team_count",
                team=group_label(review.carer, str(name), tell.language),
                count=tell.formatted("lapsed_still_away", count),
            )
            for name, count in zip(found[review.carer], found["value"], strict=True)
        ]
    teams = tell.say("review.call_teams", parts=tell.listed(parts[:6])) if parts else ""
    count = tell.number("lapsed_still_away", review.month)
    return tell.say("review.call_lapsed", count=count, teams=teams)


def _overdue(tell: SentenceWriter, review: Review) -> list[str]:
    actions = review.tables.get("actions")
    if actions is None:
        return []
    open_ones = actions[actions["done_date"].isna()]
    late = open_ones[action_states(open_ones, as_of=pd.Timestamp(review.params.as_of)) == "overdue"]
    return [
        tell.say(
            "review.overdue",
            item=item_called(review.names, _programme(review, row["item_code"]), row["item_code"]),
            owner=row["owner"] if pd.notna(row["owner"]) else "—",
            due=tell.period(f"{row['due_date']:%Y-%m-%d}"),
        )
        for row in late.to_dict("records")
    ]


def _programme(review: Review, item_code: str) -> str:
    return next((name for name, items in review.names.items() if item_code in items), "")
