"""What the title page says, from the params."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from csanalysis.catalogue import format_period, text
from csanalysis.params import Params


def cover(params: Params, *, made: datetime, accepted: Sequence[str] = ()) -> dict[str, Any]:
    """The report's metadata: language, titles, whom it is about, and which data it rests on.

    ``accepted`` are shortcomings of the exports that the params accept, a sentence each.
    """
    language = params.language
    return {
        "language": language,
        "title": text("cover.title", language, year=params.plan_year),
        "dealership": params.dealership.title,
        "brand": params.dealership.brand,
        "group": params.dealership.group,
        "plan_year": params.plan_year,
        "as_of": format_period(params.as_of.isoformat(), language),
        "accepted": [*accepted],
        "made": made.isoformat(timespec="seconds"),
        "made_on": format_period(made.date().isoformat(), language),
    }
