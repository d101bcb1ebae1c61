"""Figures of the report, one function each: results in, an SVG with title and alternative text out."""

from csanalysis.figures.calendar import expected_arrivals, workload, year_view
from csanalysis.figures.churn import ceiling_by_month, churn_backtest, churn_by_year, retention
from csanalysis.figures.customer_base import bridge, class_migration, lifecycle
from csanalysis.figures.first_service import curve, ratio_and_cohort, return_rate_by_month, target_by_month
from csanalysis.figures.first_service_checks import backtest, lag_sensitivity
from csanalysis.figures.information import accuracy_by_month, coverage_by_month
from csanalysis.figures.network import funnels
from csanalysis.figures.plan import against_last_year
from csanalysis.figures.process import compliance_by_person, scores_by_person
from csanalysis.figures.reminders import contacts_to_arrival, reminder_effect, service_due_error
from csanalysis.figures.review import control_charts, lapses_to_date
from csanalysis.figures.rule_backtests import rule_backtests
from csanalysis.figures.satisfaction import gap_and_importance, programme_scores, score_tiers
from csanalysis.figures.simulation import simulated_months, target_chances
from csanalysis.figures.splits import rates_by_split
from csanalysis.figures.teams import assessed_churn, classes_by_team, receptions
from csanalysis.figures.theme import ReportFigure
from csanalysis.figures.upsell import upsell_by_grade, upsell_funnel, upsell_people
from csanalysis.figures.upsell_declined import declined_by_reason, on_the_table, recovery_curve
from csanalysis.figures.upsell_effect import grading_effect, grading_series
from csanalysis.figures.value import lead_verdicts, value_created

__all__ = [
    "ReportFigure",
    "accuracy_by_month",
    "against_last_year",
    "assessed_churn",
    "backtest",
    "bridge",
    "ceiling_by_month",
    "churn_backtest",
    "churn_by_year",
    "class_migration",
    "classes_by_team",
    "compliance_by_person",
    "contacts_to_arrival",
    "control_charts",
    "coverage_by_month",
    "curve",
    "declined_by_reason",
    "expected_arrivals",
    "funnels",
    "gap_and_importance",
    "grading_effect",
    "grading_series",
    "lag_sensitivity",
    "lapses_to_date",
    "lead_verdicts",
    "lifecycle",
    "on_the_table",
    "programme_scores",
    "rates_by_split",
    "ratio_and_cohort",
    "receptions",
    "recovery_curve",
    "reminder_effect",
    "retention",
    "return_rate_by_month",
    "rule_backtests",
    "score_tiers",
    "scores_by_person",
    "service_due_error",
    "simulated_months",
    "target_by_month",
    "target_chances",
    "upsell_by_grade",
    "upsell_funnel",
    "upsell_people",
    "value_created",
    "workload",
    "year_view",
]
