"""Dealerships on this machine, or on the workers of a Dask cluster."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from csanalysis.fleet.job import OnStep, Outcome
from csanalysis.fleet.local import run_fleet
from csanalysis.report.options import RunOptions

if TYPE_CHECKING:
    from csanalysis.fleet.stored import Stored


def run_anywhere(
    params_files: Sequence[Path],
    output: Path,
    options: RunOptions,
    *,
    jobs: int | None,
    scheduler: str | None,
    on_step: OnStep,
    stored: "Stored | None" = None,
) -> list[Outcome]:
    """Report every dealership, here unless a ``scheduler`` is named; the rest as :func:`run_fleet`.

    Raises
    ------
    ClusterError, StoreError
        The cluster or the object store cannot be reached.
    """
    if scheduler is None:
        return run_fleet(params_files, output, options, jobs=jobs, on_step=on_step, stored=stored)
    from csanalysis.fleet.cluster import run_on_cluster

    return run_on_cluster(params_files, output, options, scheduler=scheduler, on_step=on_step, stored=stored)
