"""A goal of the year: its target, the measure it is held against, and everything that is particular to it.

Each subject declares its own in its ``goals.py``; :mod:`csanalysis.chapters.plan.goals` puts them in order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.catalogue import METRICS, Language, format_period, format_value, text
from csanalysis.display.prose import SentenceWriter
from csanalysis.metrics.periods import PeriodKind, last_complete_year
from csanalysis.metrics.plan import rule_backtests, target_ranges
from csanalysis.metrics.results import Results
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]
Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Steps:
    """What the first step toward a goal is worded with.

    ``day`` is the plan's first working day as written, ``serving`` gives the plan's moves that bring a target
    nearer, the most valuable first, and ``names`` are the survey items' by programme and code.
    """

    results: Results
    plan_year: int
    language: Language
    day: str
    serving: Callable[[str], Sequence[str]]
    names: Mapping[str, Mapping[str, str]]

    def call(self, goal: "Goal") -> str:
        """The most valuable work list that serves the goal, as far as the calls reach; else empty."""
        move = next(iter(self.serving(goal.target)), None)
        if move is None:
            return ""
        return self.count(move, "move_cases", str(self.plan_year), move=move, part="planned")

    def count(self, key: str, metric: str, period: str | None, **group: str) -> str:
        """A step that names a count; empty where there is nothing to count."""
        value = None if period is None else self.results.value(metric, period, **group)
        return self.say(key, count=self.written(value, metric)) if value else ""

    def say(self, key: str, **values: str | None) -> str:
        """The words under ``plan.action``; they may name ``day`` and ``month``. Empty if a value is None."""
        if None in values.values():
            return ""
        month = format_period(f"{self.plan_year}-01", self.language, short=True)
        return text(f"plan.action.{key}", self.language, day=self.day, month=month, **values)

    def written(self, value: float | None, metric: str) -> str | None:
        """A value of a metric as it is written."""
        return None if value is None else format_value(value, METRICS[metric].format, self.language)


@dataclass(frozen=True)
class Asked:
    """What the sentence about a target is worded with.

    ``came`` is the latest year's number as written, ``worth`` the worth of meeting the target [yuan];
    ``said`` holds ``target``, ``before`` (that latest year) and ``worth``, all as written.
    """

    tell: SentenceWriter
    plan_year: int
    came: str | None
    worth: float | None
    said: Mapping[str, str | None]

    def say(self, template: str, **values: str | None) -> str:
        """A template with ``said`` and more values filled in; empty where one of them is None."""
        return self.tell.say(template, **values, **self.said)


@dataclass(frozen=True)
class StandIn:
    """A count that the monthly review follows in place of a measure that has no months.

    ``total(results, target, plan_year)`` is what the count adds up to in a year that just meets the target,
    None if unknown. ``restated(year, target, total, forecast)`` turns the count's forecast (``value``,
    ``low``, ``high``) back into the measure, as frames by metric;
    ``note(results, plan_year, target, language)`` says that in words.
    """

    measure: str
    better: Better
    total: Callable[[Results, float, int], float | None]
    restated: Callable[[int, float, float, pd.Series], dict[str, pd.DataFrame]]
    note: Callable[[Results, int, float, Language], str | None]


def as_last_year(params: Params, results: Results, goal: "Goal") -> target_ranges.Range:
    """The normal year of a measure that starts from last year and changes as much as it used to."""
    highest = 1.0 if goal.unit == "rate" else np.inf
    return target_ranges.around_last_year(goal.past(params, results), lowest=goal.lowest, highest=highest)


def the_rules_number(params: Params, results: Results, goal: "Goal") -> float:
    """What the rule asks for in the plan year; NaN where it could not be set."""
    value = results.value(goal.target, params.plan_year, **goal.group)
    return np.nan if value is None else value


def no_price(params: Params, results: Results, goal: "Goal") -> float:
    """The worth of a target that no table puts a price on: NaN."""
    return np.nan


def one_rule(params: Params, results: Results, goal: "Goal", language: Language) -> str:
    """The words of the only rule there is, under ``plan.rule`` and the target's name."""
    return text(f"plan.rule.{goal.target}", language)


def one_step(steps: Steps, goal: "Goal") -> str:
    """The same first step in every plan, under ``plan.action`` and the target's name."""
    return steps.say(goal.target)


def no_sentence(asked: Asked, goal: "Goal") -> str:
    """Nothing beyond the table's row."""
    return ""


@dataclass(frozen=True)
class Goal:
    """One line of the plan: ``target`` is set for the plan year, ``actual`` is what past periods gave.

    Attributes
    ----------
    target, actual : str
        Metrics of the catalogue. The target's short name stands under ``value.target``.
    owner : str
        A key under ``owner`` in the catalogue's texts: the role that answers for it.
    unit : {"rate", "count", "score"}
        What it is counted in; ranges and back-tests are kept apart by it.
    kind : {"sum", "level"}
        How months make a year: counts add up, a rate or score does not.
    better : {"higher", "lower"}
        The side of the target on which the goal is met.
    by : tuple of str
        The splits of which each value is a goal of its own.
    group : mapping of str to str
        One of those values, once :func:`csanalysis.chapters.plan.goals.goals_of` has resolved them.
    lowest : float
        Least value that the measure can have.
    headline : bool
        Whether it stands on the plan's cards.
    follows : bool
        Whether it is met or missed with another, and so stands in the table of all targets alone.
    simulated : str, optional
        The number of the simulated year that it is held against, one of
        :data:`csanalysis.metrics.simulation.chances.LEVERS`; None: years are drawn from the measure's months.
    point_value : callable, optional
        From results and plan year, the price of a point where the plan has one; else the simulated year
        gives it.
    followed : StandIn, optional
        What the monthly review follows in its place.
    normal_year, worth, rule, first_step, sentence : callable
        The range of a normal year; what meeting the target brings above last year [yuan]; the words of
        the rule behind it; the first step toward it; and what the plan says of it.
    backtest : callable, optional
        From params, tables and results of all the plan: what each of its rules would have set in past years,
        as :mod:`csanalysis.metrics.plan.rule_backtests` gives it.
    rule_in_use : callable, optional
        From the params, which of the rules tested is in use; None: the first.
    own_rule : str
        The rule tested that is called as ``rule`` says, and not by a name of its own.
    drawn : callable, optional
        Of what does not flow from the vehicles: from params, tables, goal and how many, the years that the
        next one may be, in no order; None: they are resampled from the measure's months.
    planned : str
        The metric that holds what the plan asks for (:mod:`csanalysis.chapters.simulation.aims`): ``target``
        is what the rule gives, and stands beside it.
    part : str
        The split under which the plan asks for it too: of a sum its parts, of a level what moves with it.
    follows_from : callable, optional
        What the plan asks for, where that follows from what it asks for elsewhere; None where it is unknown.
    month_shares : callable, optional
        Of a sum, by month of the plan year, in which proportion months make it.
    without_simulation : callable
        What the plan asks for where no year could be simulated.
    """

    target: str
    actual: str
    owner: str
    unit: Literal["rate", "count", "score"] = "rate"
    kind: Literal["sum", "level"] = "level"
    better: Better = "higher"
    by: tuple[str, ...] = ()
    group: Mapping[str, str] = field(default_factory=dict)
    lowest: float = 0.0
    headline: bool = False
    follows: bool = False
    simulated: str | None = None
    point_value: Callable[[Results, int], float] | None = None
    followed: StandIn | None = None
    normal_year: Callable[[Params, Results, "Goal"], target_ranges.Range] = as_last_year
    worth: Callable[[Params, Results, "Goal"], float] = no_price
    rule: Callable[[Params, Results, "Goal", Language], str] = one_rule
    first_step: Callable[[Steps, "Goal"], str] = one_step
    sentence: Callable[[Asked, "Goal"], str] = no_sentence
    backtest: Callable[[Params, Tables, Results, "Goal"], pd.DataFrame] | None = None
    rule_in_use: Callable[[Params], str] | None = None
    own_rule: str = ""
    drawn: Callable[[Params, Tables, "Goal", int], "NDArray[np.float64] | None"] | None = None
    planned: str = ""
    part: str = ""
    follows_from: Callable[[Results, int], float | None] | None = None
    month_shares: Callable[[Results, int], "pd.Series[float]"] | None = None
    without_simulation: Callable[[Params, Results, "Goal"], float] = the_rules_number

    def metric(self, results: Results) -> str:
        """The metric of what the plan asks for: ``planned`` where results have it, else ``target``.

        Whoever calls a number the target of the plan reads it here.
        """
        known = self.planned and len(results.select(self.planned, None, **self.group))
        return self.planned if known else self.target

    @property
    def key(self) -> dict[str, str]:
        """The split under which the plan's numbers about it stand."""
        return {"target": self.target, **self.group}

    def reckoned(self, results: Results, plan_year: int) -> str | None:
        """Where the target is that of a frozen plan: the metric of what the rule gives now; else None."""
        rows = results.select(self.reckoned_metric, None, period=str(plan_year), **self.key)
        return self.reckoned_metric if len(rows) else None

    def rule_words(self, params: Params, results: Results, language: Language) -> str:
        """The rule behind the target in words; of a frozen one that, and what the rule gives now."""
        if (metric := self.reckoned(results, params.plan_year)) is None:
            return self.rule(params, results, self, language)
        value = results.value(metric, params.plan_year, **self.key)
        now = format_value(value, METRICS[metric].format, language)
        return text("plan.rule.frozen" if value is not None else "plan.rule.frozen_alone", language, now=now)

    @property
    def reckoned_metric(self) -> str:
        """The metric that holds what the rule gives now, where a frozen target stands."""
        return f"target_reckoned_{self.unit}"

    @property
    def range_metric(self) -> str:
        """The metric that holds its target with the range of a normal year."""
        return f"target_range_{self.unit}"

    @property
    def backtest_metric(self) -> str:
        """The metric that holds what its rules would have set."""
        return f"rule_backtest_{self.unit}"

    @property
    def error_metric(self) -> str:
        """The metric that holds how far its rule and plain forecasts were off."""
        return f"forecast_error_{self.unit}"

    def value(self, results: Results, plan_year: int) -> float:
        """What the plan asks for in a year; NaN where it could not be set."""
        value = results.value(self.metric(results), plan_year, **self.group)
        return np.nan if value is None else value

    def last(self, params: Params, results: Results) -> float:
        """What the last complete year gave; NaN where unknown."""
        before = last_complete_year(pd.Timestamp(params.as_of))
        return float(self.past(params, results).get(before, np.nan))

    def past(self, params: Params, results: Results) -> "pd.Series[float]":
        """What came in the complete years, by year."""
        rows = results.select(self.actual, "year", **self.group)
        years = rows["period"].astype(int)
        over = years <= last_complete_year(pd.Timestamp(params.as_of))
        return pd.Series(rows["value"].to_numpy(), index=years)[over.to_numpy(dtype=bool)].sort_index()


def last_year_held(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    """The back-test of a goal whose measure also has a target for every past year: the year before."""
    targets = as_measured(results, goal.target, "year").assign(rule="last_year_held")
    return rule_backtests.with_actual(targets, as_measured(results, goal.actual, "year"))


def as_measured(results: Results, metric: str, kind: PeriodKind | None, *by: str) -> pd.DataFrame:
    """One metric as the frame it was made from: by period and ``by``, numbers as floats, undefined as NaN."""
    return results.select(metric, kind, *by)
