"""What being spoken to changes for a customer who was called, how sure that is, and what it is worth."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.proof import MATCHED, NONE, Proof
from csanalysis.metrics.value.answered_calls import Estimate, answered_effect
from csanalysis.metrics.value.reminder_cases import COUNTED, HORIZONS
from csanalysis.metrics.value.reminders import reminded_visits

SPAN_YEARS = 3
"""An effect is told from the calls of so many years together: one year has too few unanswered calls."""

_MOSTLY = 0.5


class Finding(NamedTuple):
    """What some calls changed: by horizon, with the negative control beside it.

    ``basis`` is ``matched`` where the control found nothing and the calls can be told apart, else ``none``.
    """

    within: dict[str, Estimate]
    control: Estimate
    basis: Proof

    @property
    def effect(self) -> Estimate:
        """The effect that counts: on having come within six months."""
        return self.within[COUNTED]

    @property
    def claimed(self) -> bool:
        """Whether the report may say that calls bring customers in who would not have come."""
        later = self.within["12_months"].value
        return self.basis == MATCHED and self.effect.low > 0 and not later <= 0


def finding(cases: pd.DataFrame) -> Finding:
    """What being spoken to changed.

    Parameters
    ----------
    cases : DataFrame
        From :func:`csanalysis.metrics.value.reminder_cases.reminder_cases`, of the purposes and years asked
        for.

    Returns
    -------
    Finding
        The control is an outcome that lies before the call and that the same reckoning must therefore find
        unchanged: having come in the year before the last visit; where most were never seen, having answered
        the call before. Where it is found changed at 5 %, or cannot be had, nothing is claimed.
    """
    within = {name: answered_effect(cases, f"came_{name}", asked=f"asked_{name}") for name in HORIZONS}
    mostly_seen = len(cases) > 0 and cases["before"].notna().mean() > _MOSTLY
    control = (
        answered_effect(cases, "before")
        if mostly_seen
        else answered_effect(cases, "answered", habit="habit_rest")
    )
    passed = control.low <= 0 <= control.high
    known = passed and not np.isnan(within[COUNTED].value)
    return Finding(within, control, MATCHED if known else NONE)


def of_span(cases: pd.DataFrame, *, year: int) -> tuple[pd.DataFrame, str]:
    """The cases of the last years up to one, and the span that they cover, such as ``2023/2025``."""
    years = cases["period"].astype(int)
    rows = cases[((years > year - SPAN_YEARS) & (years <= year)).to_numpy(dtype=bool)]
    first = rows["period"].min() if len(rows) else str(year)
    return rows.reset_index(drop=True), f"{first}/{year}" if first != str(year) else str(year)


def reminder_effect(cases: pd.DataFrame, found: Finding, *, span: str) -> pd.DataFrame:
    """By how much likelier those spoken to were to come within six months than without.

    Parameters
    ----------
    cases : DataFrame
        Those that ``found`` is of.
    found : Finding
        Of the whole span.
    span : str
        The years of it.

    Returns
    -------
    DataFrame
        One row a year, then the span: ``denominator`` [answered calls], ``value`` [difference of two
        fractions], ``low``, ``high`` (95 %, normal, error by vehicle). NaN in all rows where the negative
        control fails, in a year also where it has too few calls. Higher is better.

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    parts = {
        str(year): answered_effect(rows, f"came_{COUNTED}")
        for year, rows in cases.groupby("period")
        if str(year) != span
    }
    if len(cases):
        parts[span] = found.effect
    table = pd.DataFrame(parts.values(), index=[*parts], columns=[*Estimate._fields], dtype=float)
    if found.basis == NONE:
        table[["value", "low", "high"]] = np.nan
    return tidy(
        table.index,
        denominator=table["answered"],
        value=table["value"],
        low=table["low"].clip(lower=-1),
        high=table["high"].clip(upper=1),
    )


def reminder_effect_within(found: Finding, *, span: str) -> pd.DataFrame:
    """The effect by horizon: what came within the reminder's days, and what of it is left later.

    Returns
    -------
    DataFrame
        One row a horizon (``within``: days, 6_months, 12_months) and ``brought_forward``, the first less
        that of six months: ``value`` [difference of two fractions], ``low``, ``high`` (95 %).
    """
    rows = found.within
    numbers = [[row.value, row.low, row.high] for row in rows.values()]
    numbers.append([rows["days"].value - rows[COUNTED].value, np.nan, np.nan])
    value, low, high = np.array(numbers, dtype=float).T
    if found.basis == NONE:
        value = low = high = np.full(len(numbers), np.nan)
    return tidy([span] * len(numbers), value=value, low=low, high=high, within=[*rows, "brought_forward"])


def reminder_control(found: Finding, *, span: str) -> pd.DataFrame:
    """The negative control: what the same reckoning finds for an outcome before the call. Should be nil.

    Returns
    -------
    DataFrame
        One row: ``denominator`` [answered calls], ``value``, ``low``, ``high`` (95 %).
    """
    control = found.control
    return tidy([span], denominator=control.answered, value=control.value, low=control.low, high=control.high)


def reminder_proof(basis: Proof, *, claimed: bool, span: str) -> pd.DataFrame:
    """How well the effect is proven.

    Returns
    -------
    DataFrame
        One row, ``basis`` (one of :data:`csanalysis.metrics.stats.proof.PROOFS`): ``value`` is 1 where an
        effect is claimed, else 0.
    """
    return tidy([span], value=float(claimed), basis=basis)


def reminder_arrival_share(cases: pd.DataFrame, effect: pd.DataFrame) -> pd.DataFrame:
    """Share that came within six months, of those spoken to (``contacted`` yes) and without (no).

    Parameters
    ----------
    cases : DataFrame
        Those of ``effect``.
    effect : DataFrame
        From :func:`reminder_effect`.

    Returns
    -------
    DataFrame
        One row a year (or the span) of which the effect is known, and ``contacted``: ``denominator``
        [answered calls], ``value`` [fraction 0-1].
    """
    spoken = cases[cases["reached"] > 0]
    came = spoken.groupby("period")[f"came_{COUNTED}"].mean()
    rows = effect[effect["value"].notna()]
    share = rows["period"].map(came).fillna(spoken[f"came_{COUNTED}"].mean()).to_numpy(float)
    without = np.clip(share - rows["value"].to_numpy(float), 0, 1)
    parts = [
        tidy(rows["period"], denominator=rows["denominator"], value=value, contacted=contacted)
        for contacted, value in (("yes", share), ("no", without))
    ]
    return pd.concat(parts, ignore_index=True)


def reminder_effect_revenue(
    effect: Estimate,
    customers: "pd.Series[float]",
    contacts: pd.DataFrame,
    visits: pd.DataFrame,
    *,
    days: int,
) -> pd.DataFrame:
    """What the visits brought that would not have come without a reminder.

    Parameters
    ----------
    effect : Estimate
        What is claimed, of the whole span.
    customers : Series
        By year, how many it holds for: those spoken to, or those to be called beside a holdout.
    contacts, visits : DataFrame
        Clean tables.
    days : int
        See :func:`csanalysis.metrics.value.reminders.reminded_visits`.

    Returns
    -------
    DataFrame
        One row a year: effect x customers x mean amount of a visit that followed a reminder [yuan], with the
        interval of the effect. Higher is better.
    """
    rows = reminded_visits(contacts, visits, days=days)
    mean = rows["total_amount"].groupby(rows["visit_date"].dt.year.astype(str)).mean()
    amount = (customers * mean.reindex(customers.index)).to_numpy(float)
    numbers = {name: getattr(effect, name) * amount for name in ("value", "low", "high")}
    return tidy(customers.index, **numbers)
