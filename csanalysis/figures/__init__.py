"""Figures of the report, one function each: results in, an SVG with title and alternative text out."""

from csanalysis.figures.churn import ceiling_by_month, churn_backtest, churn_by_year, retention
from csanalysis.figures.customer_base import bridge, class_migration, lifecycle
from csanalysis.figures.first_service import curve, ratio_and_cohort, return_rate_by_month, target_by_month
from csanalysis.figures.first_service_checks import backtest, lag_sensitivity
from csanalysis.figures.splits import rates_by_split
from csanalysis.figures.teams import assessed_churn, classes_by_team, receptions
from csanalysis.figures.theme import ReportFigure

__all__ = [
    "ReportFigure",
    "assessed_churn",
    "backtest",
    "bridge",
    "ceiling_by_month",
    "churn_backtest",
    "churn_by_year",
    "class_migration",
    "classes_by_team",
    "curve",
    "lag_sensitivity",
    "lifecycle",
    "rates_by_split",
    "ratio_and_cohort",
    "receptions",
    "retention",
    "return_rate_by_month",
    "target_by_month",
]
