"""Findings in words, made from the numbers by templates in both languages; no sentence without a number."""

from csanalysis.sentences.churn import about_ceiling, about_churn, about_churn_target, about_retention
from csanalysis.sentences.customer_base import (
    about_assessed_churn,
    about_classes,
    about_lifecycle,
    about_receptions,
)
from csanalysis.sentences.first_service import (
    about_backtest,
    about_cohorts,
    about_first_service_target,
    about_return_rate,
)
from csanalysis.sentences.prose import Prose
from csanalysis.sentences.summary import reasons, summary

__all__ = [
    "Prose",
    "about_assessed_churn",
    "about_backtest",
    "about_ceiling",
    "about_churn",
    "about_churn_target",
    "about_classes",
    "about_cohorts",
    "about_first_service_target",
    "about_lifecycle",
    "about_receptions",
    "about_retention",
    "about_return_rate",
    "reasons",
    "summary",
]
