"""Tables and key figures of the report, built from results and the catalogue."""

from csanalysis.tables.calendar import CAMPAIGN_RATES, campaigns_expected, campaigns_held, month_pages
from csanalysis.tables.cards import Cards, Key, cards
from csanalysis.tables.cells import Show
from csanalysis.tables.definitions import definitions
from csanalysis.tables.listing import listing
from csanalysis.tables.meeting import meeting_items
from csanalysis.tables.model import Cell, Column, HeaderGroup, ReportTable, Row
from csanalysis.tables.network import best_practices, moved_vehicles
from csanalysis.tables.periods import by_period, periods_down
from csanalysis.tables.plan import moves, rule_backtests
from csanalysis.tables.rebates import incentive_budget, item_improvement, rebate_tiers, score_targets
from csanalysis.tables.rectification import action_effects, rectification
from csanalysis.tables.review import (
    review_actions,
    review_campaigns,
    review_cards,
    review_contacts,
    review_lapses,
    review_to_date,
    review_year_end,
)
from csanalysis.tables.satisfaction import own_survey, standing, standing_cards, survey_agreement
from csanalysis.tables.simulation import (
    plan_chances,
    simulated_scenarios,
    simulation_backtest,
    target_contradictions,
)
from csanalysis.tables.splits import cross, split
from csanalysis.tables.targets import headlines, targets
from csanalysis.tables.weak_points import priorities, survey_oddities, weak_points

__all__ = [
    "CAMPAIGN_RATES",
    "Cards",
    "Cell",
    "Column",
    "HeaderGroup",
    "Key",
    "ReportTable",
    "Row",
    "Show",
    "action_effects",
    "best_practices",
    "by_period",
    "campaigns_expected",
    "campaigns_held",
    "cards",
    "cross",
    "definitions",
    "headlines",
    "incentive_budget",
    "item_improvement",
    "listing",
    "meeting_items",
    "month_pages",
    "moved_vehicles",
    "moves",
    "own_survey",
    "periods_down",
    "plan_chances",
    "priorities",
    "rebate_tiers",
    "rectification",
    "review_actions",
    "review_campaigns",
    "review_cards",
    "review_contacts",
    "review_lapses",
    "review_to_date",
    "review_year_end",
    "rule_backtests",
    "score_targets",
    "simulated_scenarios",
    "simulation_backtest",
    "split",
    "standing",
    "standing_cards",
    "survey_agreement",
    "survey_oddities",
    "target_contradictions",
    "targets",
    "weak_points",
]
