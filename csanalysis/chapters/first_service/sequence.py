"""Maintenance after maintenance and the warranty's end: the numbers, and who comes to the hardest step."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.metrics.first_service import sequence, warranty_end
from csanalysis.metrics.first_service.rates import sold_vehicles
from csanalysis.metrics.periods import month_numbers
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.cases import OfRows
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def steps(params: Params, tables: Tables) -> sequence.ServiceSteps:
    """The way of every vehicle that we sold and that the repair orders have known from its sale on."""
    sold = sold_vehicles(
        tables["vehicle_sales"],
        as_of=pd.Timestamp(params.as_of),
        local_only=params.first_service.local_only,
    )
    return _steps_of(params, tables, sold)


def vehicle_counts(params: Params, tables: Tables) -> dict[str, tuple[OfRows, tuple[str, ...]]]:
    """The same numbers as functions of the vehicles followed, each with the columns it is always split by."""
    as_of, followed = pd.Timestamp(params.as_of), partial(_steps_of, params, tables)

    def came(rows: pd.DataFrame) -> pd.DataFrame:
        return _warranty_visits(params, tables, _known_throughout(rows, tables))

    return {
        "service_sequence_rate": (lambda rows: sequence.service_sequence_rate(followed(rows)), ("step",)),
        "service_step_loss_rate": (lambda rows: sequence.service_step_loss_rate(followed(rows)), ("step",)),
        "service_step_waiting": (lambda rows: sequence.service_step_waiting(followed(rows)), ("step",)),
        "warranty_visit_share": (
            lambda rows: warranty_end.warranty_visit_share(came(rows), as_of=as_of),
            ("warranty_year",),
        ),
        "warranty_cliff": (lambda rows: warranty_end.warranty_cliff(came(rows), as_of=as_of), ("change",)),
    }


def measure_sequence(params: Params, tables: Tables) -> Results:
    """How many vehicles keep coming in time, where they stop, and what the end of the warranty changes.

    Returns
    -------
    Results
        ``service_sequence_rate``, ``service_step_loss_rate``, ``service_step_waiting``,
        ``warranty_visit_share``, ``warranty_cliff``.
    """
    followed, as_of = steps(params, tables), pd.Timestamp(params.as_of)
    came = _warranty_visits(params, tables, followed.vehicles)
    return Results(
        {
            "service_sequence_rate": sequence.service_sequence_rate(followed),
            "service_step_loss_rate": sequence.service_step_loss_rate(followed),
            "service_step_waiting": sequence.service_step_waiting(followed),
            "warranty_visit_share": warranty_end.warranty_visit_share(came, as_of=as_of),
            "warranty_cliff": warranty_end.warranty_cliff(came, as_of=as_of),
        }
    )


def before_hardest_step(params: Params, tables: Tables) -> tuple[str | None, frozenset[str]]:
    """The step at which most are lost beyond chance, and the vehicles that come to it next; None and nobody.

    Of the first step the first-service invitations know already.
    """
    followed = steps(params, tables)
    _, by_step = sequence.service_step_loss_rate(followed)
    step = sequence.hardest_step(by_step)
    return step, frozenset() if step is None else frozenset(sequence.waiting_for(followed, step))


def _steps_of(params: Params, tables: Tables, sold: pd.DataFrame) -> sequence.ServiceSteps:
    return sequence.service_steps(
        _known_throughout(sold, tables),
        tables["service_visits"],
        window_months=params.first_service.window_months,
        step_months=params.service_interval.allowed_months,
        as_of=pd.Timestamp(params.as_of),
    )


def _warranty_visits(params: Params, tables: Tables, vehicles: pd.DataFrame) -> pd.DataFrame:
    return warranty_end.warranty_visits(
        vehicles,
        tables["service_visits"],
        months=params.warranty.months,
        km=params.warranty.km,
        as_of=pd.Timestamp(params.as_of),
    )


def _known_throughout(sold: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Vehicles sold in or after the month of the first visit: of older ones a maintenance may be unknown."""
    begin = month_numbers(pd.Series([tables["service_visits"]["visit_date"].min()]))[0]
    return sold[month_numbers(sold["sale_date"]) >= begin].reset_index(drop=True)
