"""Findings in words, made from the numbers by templates in both languages; no sentence without a number."""

from csanalysis.sentences.calendar import about_calendar, about_campaigns, about_clashes, about_gaps
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
from csanalysis.sentences.information import about_calls, about_contacts, about_files, about_records
from csanalysis.sentences.meeting import about_meeting, to_decide
from csanalysis.sentences.network import about_moved, about_stores
from csanalysis.sentences.plan import about_moves, about_plan, about_rule_backtests
from csanalysis.sentences.prose import Prose
from csanalysis.sentences.review import (
    about_actions,
    about_lapses,
    about_review,
    digest,
    review_to_do,
    review_verdict,
)
from csanalysis.sentences.satisfaction import (
    about_own_survey,
    about_rectification,
    about_standing,
    about_weak_items,
)
from csanalysis.sentences.score_targets import (
    about_incentives,
    about_process,
    about_rebates,
    about_score_targets,
)
from csanalysis.sentences.simulation import about_contradictions, about_plan_chance
from csanalysis.sentences.upsell import (
    about_grading,
    about_people,
    about_upsell,
    about_upsell_warnings,
)
from csanalysis.sentences.upsell_declined import (
    about_declined_work,
    about_declines,
    about_upsell_targets,
)
from csanalysis.sentences.upsell_effect import about_grading_effect
from csanalysis.sentences.value import (
    about_holdout,
    about_leads,
    about_opportunities,
    about_referrals,
    about_reminders,
    about_service_due,
    about_value_created,
)

__all__ = [
    "Prose",
    "about_actions",
    "about_assessed_churn",
    "about_backtest",
    "about_calendar",
    "about_calls",
    "about_campaigns",
    "about_ceiling",
    "about_churn",
    "about_churn_target",
    "about_clashes",
    "about_classes",
    "about_cohorts",
    "about_contacts",
    "about_contradictions",
    "about_declined_work",
    "about_declines",
    "about_files",
    "about_first_service_target",
    "about_gaps",
    "about_grading",
    "about_grading_effect",
    "about_holdout",
    "about_incentives",
    "about_lapses",
    "about_leads",
    "about_lifecycle",
    "about_meeting",
    "about_moved",
    "about_moves",
    "about_opportunities",
    "about_own_survey",
    "about_people",
    "about_plan",
    "about_plan_chance",
    "about_process",
    "about_rebates",
    "about_receptions",
    "about_records",
    "about_rectification",
    "about_referrals",
    "about_reminders",
    "about_retention",
    "about_return_rate",
    "about_review",
    "about_rule_backtests",
    "about_score_targets",
    "about_service_due",
    "about_standing",
    "about_stores",
    "about_upsell",
    "about_upsell_targets",
    "about_upsell_warnings",
    "about_value_created",
    "about_weak_items",
    "digest",
    "review_to_do",
    "review_verdict",
    "to_decide",
]
