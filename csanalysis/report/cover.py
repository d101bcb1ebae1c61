"""What the title page says, from the params."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from csanalysis.catalogue import format_period, text
from csanalysis.chapters.review.plan_model import FrozenPlan
from csanalysis.params import Params


def cover(
    params: Params, *, made: datetime, plan: FrozenPlan | None = None, accepted: Sequence[str] = ()
) -> dict[str, Any]:
    """The report's metadata: language, titles, whom it is about, and which data it rests on.

    It says which targets they are: those of the frozen ``plan``, while the lists are of ``as_of``; or those
    reckoned from the data.
    ``accepted`` are shortcomings of the exports that the params accept, a sentence each.
    """
    language = params.language
    as_of = format_period(params.as_of.isoformat(), language)
    return {
        "language": language,
        "title": text("cover.title", language, year=params.plan_year),
        "dealership": params.dealership.title,
        "brand": params.dealership.brand,
        "group": params.dealership.group,
        "plan_year": params.plan_year,
        "as_of": as_of,
        "accepted": [*accepted],
        "standing": text("cover.reckoned", language, as_of=as_of)
        if plan is None
        else text(
            "cover.standing",
            language,
            as_of=as_of,
            frozen=format_period(plan.frozen[:10], language),
            known=format_period(plan.as_of.isoformat(), language),
        ),
        "made": made.isoformat(timespec="seconds"),
        "made_on": format_period(made.date().isoformat(), language),
    }
