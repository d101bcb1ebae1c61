"""What a visit of a vehicle brings: its own past visits, drawn towards those of its class."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.classes import CLASSES, WINDOW_MONTHS
from csanalysis.metrics.periods import date_plus_months

AMOUNT_MONTHS = 36
"""Visits of so many months tell what a vehicle spends."""


@dataclass(frozen=True)
class ExpectedAmounts:
    """Yuan a visit: ``own`` by VIN, for vehicles without a visit ``by_class`` (A to D), else ``overall``."""

    own: "pd.Series[float]"
    by_class: "pd.Series[float]"
    overall: float

    def of(self, cases: pd.DataFrame) -> "pd.Series[float]":
        """What a visit of each case is expected to bring.

        Parameters
        ----------
        cases : DataFrame
            ``vin`` and ``visit_class``.

        Returns
        -------
        Series
            Yuan, indexed as ``cases``; NaN only where no visit has an amount.
        """
        own = pd.Series(self.own.reindex(cases["vin"]).to_numpy(float), index=cases.index)
        of_class = cases["visit_class"].astype("object").map(self.by_class).astype(float)
        return own.fillna(of_class).fillna(self.overall)


def expected_amounts(
    visits: pd.DataFrame, day: pd.Timestamp, *, months: int = AMOUNT_MONTHS
) -> ExpectedAmounts:
    """What a visit of each vehicle is expected to bring, by what was known on a day.

    Parameters
    ----------
    visits : DataFrame
        Clean table: ``vin``, ``visit_date``, ``total_amount``; visits without an amount are left out.
    day : Timestamp
        Last day counted.
    months : int
        Visits of so many months up to it count.

    Returns
    -------
    ExpectedAmounts
        ``own`` in order of ``vin``: mean of the class + n / (n + k) x (own mean - mean of the class) for n
        visits; k is the variance of one vehicle's visits by that between vehicles of a class, all classes
        together. Where vehicles do not differ beyond chance all have the mean of their class.

    Notes
    -----
    The variances are those of the one-way layout with unequal numbers (method of moments); classes are those
    of :mod:`csanalysis.metrics.customers.classes` on the day.
    Source: H. Bühlmann and E. Straub (1970), Glaubwürdigkeit für Schadensätze.
    """
    past = (visits["visit_date"] <= day) & (visits["visit_date"] > date_plus_months(day, -months))
    rows = visits.loc[past & visits["total_amount"].notna(), ["vin", "visit_date", "total_amount"]]
    amounts = rows["total_amount"].groupby(rows["vin"])
    each = pd.DataFrame({"visits": amounts.size(), "mean": amounts.mean(), "square": amounts.var(ddof=0)})
    year = visits[past & (visits["visit_date"] > date_plus_months(day, -WINDOW_MONTHS))]
    recent = year["vin"].value_counts().reindex(each.index, fill_value=0)
    each["visit_class"] = np.array(CLASSES)[3 - np.digitize(recent, [1, 2, 4])]
    group = each["visit_class"]
    sums = (
        pd.DataFrame({"visits": each["visits"], "amount": each["visits"] * each["mean"]}).groupby(group).sum()
    )
    by_class = (sums["amount"] / sums["visits"]).reindex(list(CLASSES)).astype(float)
    usual = group.map(by_class).astype(float)
    own = usual + _credibility(each, usual) * (each["mean"] - usual)
    overall = float(rows["total_amount"].mean())
    return ExpectedAmounts(own.rename("amount"), by_class.rename("amount"), overall)


def _credibility(each: pd.DataFrame, usual: "pd.Series[float]") -> "pd.Series[float]":
    """How much of a vehicle's own mean counts, from its number of visits [fraction]."""
    count = each["visits"].astype(float)
    freedom, total = float((count - 1).sum()), float(count.sum())
    if freedom <= 0:
        return count * 0.0
    within = float((count * each["square"]).sum()) / freedom
    of_class = each.groupby("visit_class")["visits"]
    classes = each["visit_class"].nunique()
    spread = float((count * (each["mean"] - usual) ** 2).sum()) - (len(each) - classes) * within
    size = total - float((of_class.apply(lambda n: float((n.astype(float) ** 2).sum() / n.sum()))).sum())
    between = max(0.0, spread / size) if size > 0 else 0.0
    if between == 0:
        return count * 0.0
    return count / (count + within / between)
