"""What in the data is odd, though it could be read: counted, so that nobody has to guess."""

import pandas as pd

from csanalysis.metrics.periods import month_labels, months_between, months_of
from csanalysis.metrics.results import tidy


def data_warnings(
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    staff: pd.DataFrame | None,
    targets: pd.DataFrame | None,
    plan_year: int,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Odd rows and gaps, by kind.

    Parameters
    ----------
    visits, sales : DataFrame
        Clean tables.
    staff, targets : DataFrame or None
        Clean tables ``staff`` and ``sales_targets``; None where the dealership gave none.
    plan_year : int
        Year whose months need a sales target.
    as_of : Timestamp
        Last day counted, the period of every figure.

    Returns
    -------
    DataFrame
        ``warning``, ``value`` [rows, vehicles or months]: ``visits_before_sale``, ``sold_before_visits``
        (vehicles first sold before the month of the first visit), ``vehicles_sold_twice``,
        ``mileage_backwards`` (visits below an earlier reading of the vehicle), ``visits_without_team``,
        ``teams_not_in_staff`` (visits of such a team; NaN where no staff member has a team),
        ``months_without_sales``, ``plan_months_without_target``.
    """
    first_sale = sales.groupby("vin")["sale_date"].min()
    counts = {
        "visits_before_sale": (
            visits["visit_date"].to_numpy() < first_sale.reindex(visits["vin"]).to_numpy()
        ).sum(),
        "sold_before_visits": _before_the_month_of(first_sale, visits["visit_date"].min()),
        "vehicles_sold_twice": sales.loc[sales["vin"].duplicated(), "vin"].nunique(),
        "mileage_backwards": _below_an_earlier_reading(visits),
        "visits_without_team": visits["team"].isna().sum(),
        "teams_not_in_staff": _teams_not_in_staff(visits, staff),
        "months_without_sales": _months_without(sales["sale_date"], as_of),
        "plan_months_without_target": 12 - len(_months_with_target(targets, plan_year)),
    }
    return tidy([as_of.strftime("%Y-%m-%d")] * len(counts), value=list(counts.values()), warning=list(counts))


def _before_the_month_of(days: pd.Series, first: pd.Timestamp) -> int:
    return int((days < first.replace(day=1)).sum()) if pd.notna(first) else 0


def _below_an_earlier_reading(visits: pd.DataFrame) -> int:
    known = visits.dropna(subset="mileage_km").sort_values(["vin", "visit_date", "ro_number"])
    highest_before = known.groupby("vin")["mileage_km"].cummax().shift()
    same = known["vin"].eq(known["vin"].shift())
    return int((same & (known["mileage_km"] < highest_before)).sum())


def _teams_not_in_staff(visits: pd.DataFrame, staff: pd.DataFrame | None) -> float:
    teams = staff["team"].dropna() if staff is not None else pd.Series(dtype="str")
    return (
        float("nan") if teams.empty else float((visits["team"].notna() & ~visits["team"].isin(teams)).sum())
    )


def _months_without(dates: pd.Series, as_of: pd.Timestamp) -> int:
    return len(set(months_between(dates.min(), as_of)) - set(month_labels(dates))) if len(dates) else 0


def _months_with_target(targets: pd.DataFrame | None, plan_year: int) -> set[str]:
    return set() if targets is None else set(month_labels(targets["month"])) & set(months_of(plan_year))
