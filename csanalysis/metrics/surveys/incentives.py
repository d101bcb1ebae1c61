"""Pay by score: bands and streaks applied to what each person reached in a month or a week.

The scores are those of :mod:`csanalysis.metrics.surveys.staff_scores`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import month_label, week_label
from csanalysis.metrics.results import tidy

Bands = Sequence[tuple[float, float]]
"""The least score and the amount of each band."""

PROCESS = "process_compliance_rate"
"""The measure that is judged by week; every other measure is a programme, judged by month."""

LABELS: dict[str, Callable[[int], str]] = {"month": month_label, "week": week_label}


def band_amounts(scores: Sequence[float] | pd.Series, bands: Bands) -> NDArray[np.float64]:
    """What the highest band reached pays for each score; 0 below all of them, NaN for no score.

    Source: 《2011年客服关系年度工作规划》.
    """
    table = np.array(sorted(bands), dtype=float)
    known = np.asarray(scores, dtype=float)
    place = np.searchsorted(table[:, 0], known, side="right")
    return np.where(np.isnan(known), np.nan, np.append(0.0, table[:, 1])[place])


def streak_completed(scores: pd.DataFrame, streak: Mapping[str, Any]) -> pd.Series:
    """Whether a run of consecutive periods is whole in this row's period.

    Parameters
    ----------
    scores : DataFrame
        ``staff``, ``place``, ``score``, one row a person and period.
    streak : mapping
        ``at_least`` or ``below``: the score that counts; ``periods``: how many in a row.

    Returns
    -------
    Series
        True at the last of ``periods``, of twice as many, … in a row; a period that the person lacks breaks
        the run.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    rows = scores.sort_values(["staff", "place"])
    floor, lid = streak.get("at_least"), streak.get("below")
    counts = rows["score"] >= floor if floor is not None else rows["score"] < lid
    follows = (
        (rows["staff"] == rows["staff"].shift())
        & (rows["place"].diff() == 1)
        & counts
        & counts.shift(fill_value=False)
    )
    run = counts.groupby((~follows).cumsum()).cumsum()
    return ((run > 0) & (run % streak["periods"] == 0)).reindex(scores.index)


def incentive_rows(
    scores: pd.DataFrame, *, measure: str, role: str, bands: Bands, streaks: Sequence[Mapping[str, Any]] = ()
) -> pd.DataFrame:
    """One rule applied.

    Parameters
    ----------
    scores : DataFrame
        What :func:`~csanalysis.metrics.surveys.staff_scores.monthly_staff_scores` or ``weekly_staff_scores``
        returns.
    measure, role : str
        What is judged, and whose.
    bands : sequence of (least score, amount)
        Of the highest reached, the amount is paid or, if negative, kept back.
    streaks : sequence of mapping
        ``at_least`` or ``below``, ``periods``, and ``amount`` or ``flag``.

    Returns
    -------
    DataFrame
        The scores with ``period`` (label), ``measure``, ``role``, ``amount``, and ``flags``, a
        tuple of words.
    """
    amount = band_amounts(scores["score"], bands)
    flags: list[tuple[str, ...]] = [()] * len(scores)
    for streak in streaks:
        whole = streak_completed(scores, streak).to_numpy(bool)
        if streak.get("flag"):
            flags = [(*old, streak["flag"]) if hit else old for old, hit in zip(flags, whole, strict=True)]
        else:
            amount = amount + np.where(whole, streak["amount"], 0.0)
    label = LABELS["week" if measure == PROCESS else "month"]
    return scores.assign(
        period=scores["place"].map(label).astype("str"),
        measure=measure,
        role=role,
        amount=amount,
        flags=pd.Series(flags, index=scores.index, dtype=object),
    )


def staff_score(rows: pd.DataFrame) -> pd.DataFrame:
    """What each person scored in the programmes that they are paid by.

    Parameters
    ----------
    rows : DataFrame
        What :func:`incentive_rows` returns, of all rules.

    Returns
    -------
    DataFrame
        One row a month, ``staff`` and ``programme``: ``denominator`` [responses], ``value`` [points].
    """
    first = rows[rows["measure"] != PROCESS].drop_duplicates(["period", "staff", "measure"])
    return tidy(
        first["period"],
        value=first["score"],
        denominator=first["size"],
        staff=first["staff"],
        programme=first["measure"],
    )


def staff_incentive(rows: pd.DataFrame, *, by_measure: bool = False) -> pd.DataFrame:
    """What each person gets, or pays back, for a month or a week.

    Parameters
    ----------
    rows : DataFrame
        What :func:`incentive_rows` returns, of all rules.
    by_measure : bool
        One row a ``measure`` as well.

    Returns
    -------
    DataFrame
        One row a period and ``staff`` (and ``measure``), from the first period that anybody has a score in
        to the last: ``value`` [amount], NaN where the person has none.
    """
    by = ["staff", *(["measure"] if by_measure else [])]
    weekly = rows["measure"] == PROCESS
    parts = [
        _of_every_period(rows[of], by, LABELS[kind]) for kind, of in (("month", ~weekly), ("week", weekly))
    ]
    sums = pd.concat(parts, ignore_index=True)
    return tidy(sums["period"], value=sums["amount"], **{name: sums[name] for name in by})


def _of_every_period(rows: pd.DataFrame, by: list[str], label: Callable[[int], str]) -> pd.DataFrame:
    """The sums by period and ``by``, with a row for every period of each that has a row at all."""
    sums = rows.groupby([*by, "place"])["amount"].sum()
    places = range(int(rows["place"].min()), int(rows["place"].max()) + 1) if len(rows) else ()
    who = list(rows[by].drop_duplicates().itertuples(index=False, name=None))
    every = pd.MultiIndex.from_tuples(
        [(*one, place) for place in places for one in who], names=sums.index.names
    )
    whole = sums.reindex(every).reset_index() if len(rows) else sums.reset_index()
    return whole.assign(period=whole["place"].map(label).astype("str"))


def staff_flag(rows: pd.DataFrame) -> pd.DataFrame:
    """Who is flagged when by a streak: one row a period, ``staff`` and ``flag``, ``value`` 1."""
    flagged = rows.explode("flags").dropna(subset="flags")
    flagged = flagged.drop_duplicates(["period", "staff", "flags"])
    return tidy(
        flagged["period"],
        value=np.ones(len(flagged)),
        staff=flagged["staff"],
        flag=flagged["flags"].astype(str),
    )


def unreachable_bands(
    floors: Mapping[str, Sequence[float]], highest: Mapping[str, float], *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Bands that begin above the most points a measure can give: nobody can ever reach them.

    Parameters
    ----------
    floors : mapping of measure to sequence of float
        Where its bands begin.
    highest : mapping of measure to float
        The most points there are; NaN where that is unknown.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row, ``warning`` band_unreachable: ``value`` [bands].
    """
    count = sum(floor > highest[measure] for measure, of_measure in floors.items() for floor in of_measure)
    return tidy([str(as_of.date())], value=count, warning="band_unreachable")


def rows_in_year(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows whose month, or whose week's Thursday, lies in a year."""
    return rows[rows["period"].str[:4] == str(year)]


def incentive_budget(rows: pd.DataFrame, *, scenario: str, plan_year: int) -> dict[str, pd.DataFrame]:
    """What a year like these rows costs.

    Parameters
    ----------
    rows : DataFrame
        What :func:`incentive_rows` returns, of all rules and one year.
    scenario : str
        ``last_year`` or ``target``: what the scores are.
    plan_year : int
        The year to plan.

    Returns
    -------
    dict of DataFrame
        ``net``: ``value`` [amount] by ``scenario``; ``part``: by ``part`` (paid, deducted);
        ``rule``: by ``role`` and ``measure``. NaN where a score is unknown or there is none.
    """
    amount = rows["amount"]
    parts = {"paid": _sum(amount.clip(lower=0)), "deducted": _sum(amount.clip(upper=0))}
    rules = rows.groupby(["role", "measure"], sort=False)["amount"].apply(_sum).reset_index()
    year = str(plan_year)
    return {
        "net": tidy([year], value=_sum(amount), scenario=scenario),
        "part": tidy([year] * 2, value=list(parts.values()), part=list(parts), scenario=scenario),
        "rule": tidy(
            [year] * len(rules),
            value=rules["amount"],
            role=rules["role"],
            measure=rules["measure"],
            scenario=scenario,
        ),
    }


def _sum(amounts: pd.Series) -> float:
    """NaN where any is unknown, or there is none."""
    return float(amounts.sum(skipna=False)) if len(amounts) else np.nan
