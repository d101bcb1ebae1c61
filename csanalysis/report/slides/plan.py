"""``plan.pptx``: the plan of a year as slides for the meeting at which it is decided."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from csanalysis.metrics.results import Results
from csanalysis.params import Params
from csanalysis.report.slides import plan_quality, plan_targets, plan_work
from csanalysis.report.slides.asked import Asked, Names
from csanalysis.report.slides.blocks import Slide
from csanalysis.report.slides.deck import write_deck

_SLIDES = (
    plan_targets.last_year,
    plan_targets.targets,
    plan_work.measures,
    plan_targets.first_service,
    plan_targets.churn,
    plan_quality.scores,
    plan_quality.weak_items,
    plan_quality.upsell,
    plan_work.calls,
    plan_work.value,
    plan_work.calendar,
    plan_work.risks,
    plan_work.scenarios,
    plan_work.decisions,
)


def plan_slides(
    results: Results, params: Params, *, names: Names, inputs: Sequence[Mapping[str, Any]]
) -> list[Slide]:
    """The slides behind the first one; what the store has no data for is left out.

    Parameters
    ----------
    results : Results
        All published numbers.
    params : Params
        Year, language, and what the rules are.
    names : mapping
        What survey items are called, by programme and code.
    inputs : sequence of mapping
        ``table`` of each file read.
    """
    asked = Asked(results, params, names)
    made = [slide for make in _SLIDES if (slide := make(asked)) is not None]
    return [*made, plan_work.sources(asked, inputs)]


def write_plan_slides(
    path: Path,
    results: Results,
    params: Params,
    *,
    cover: Mapping[str, Any],
    names: Names,
    inputs: Sequence[Mapping[str, Any]],
    folder: Path,
) -> None:
    """Write the deck; ``folder`` is the params file's, from which the template and the logo are named.

    Raises
    ------
    ReportError
        The store's template or logo cannot be used.
    """
    slides = plan_slides(results, params, names=names, inputs=inputs)
    write_deck(path, slides, params, cover=cover, folder=folder)
