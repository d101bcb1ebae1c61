"""Whether a store changed at all, told before anything is imported or started that makes reports."""

from pathlib import Path

from csanalysis.errors import CsanalysisError
from csanalysis.fleet.job import Outcome
from csanalysis.ingest.inputs import input_hashes, reads_over_network
from csanalysis.params import read_params
from csanalysis.report.files.fingerprint import origin_of, unchanged
from csanalysis.report.files.lock import claimed
from csanalysis.report.files.plan_file import plan_path
from csanalysis.report.options import RunOptions


def unchanged_outcome(params_file: Path, output: Path, options: RunOptions) -> Outcome | None:
    """The outcome of a store whose report need not be made again; None where its run has to tell.

    It writes nothing. A run tells where it is forced, where rows come over the network, where another run
    goes on or was killed, where the last one failed, and where strictness has anything to refuse.
    """
    if options.force:
        return None
    try:
        params = read_params(params_file)
        if reads_over_network(params):
            return None
        place = output / params.dealership.id / str(params.plan_year)
        left = any(place.parent.glob(f".{place.name}-*"))
        if left or claimed(output, place) or (place.parent / "failed").exists():
            return None
        if not (place / "run.json").is_file() or (inputs := input_hashes(params, params_file)) is None:
            return None
        plan = plan_path(output, params.dealership.id, params.plan_year)
        run = unchanged(place, origin_of(params, params_file, inputs, options, plan))
        if run is None or (options.strict and run["warnings"]):
            return None
        return Outcome(params_file, place, unchanged=run["finished"])
    except (CsanalysisError, OSError, ValueError, KeyError, TypeError):
        return None  # its own run says what is wrong
