"""Tables and key figures of the report, built from results and the catalogue."""

from csanalysis.tables.cards import Cards, Key, cards
from csanalysis.tables.cells import Show
from csanalysis.tables.definitions import definitions
from csanalysis.tables.listing import listing
from csanalysis.tables.model import Cell, Column, HeaderGroup, ReportTable, Row
from csanalysis.tables.periods import by_period, periods_down
from csanalysis.tables.rebates import incentive_budget, item_improvement, rebate_tiers, score_targets
from csanalysis.tables.satisfaction import own_survey, rectification, standing, survey_agreement, weak_points
from csanalysis.tables.splits import cross, split
from csanalysis.tables.targets import GOALS, Goal, headlines, targets

__all__ = [
    "GOALS",
    "Cards",
    "Cell",
    "Column",
    "Goal",
    "HeaderGroup",
    "Key",
    "ReportTable",
    "Row",
    "Show",
    "by_period",
    "cards",
    "cross",
    "definitions",
    "headlines",
    "incentive_budget",
    "item_improvement",
    "listing",
    "own_survey",
    "periods_down",
    "rebate_tiers",
    "rectification",
    "score_targets",
    "split",
    "standing",
    "survey_agreement",
    "targets",
    "weak_points",
]
