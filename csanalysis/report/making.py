"""One store's run: alone, only where something changed, and picking up what a killed one left."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csanalysis.ingest import load, preloaded
from csanalysis.ingest.inputs import input_hashes, reads_over_network
from csanalysis.json_files import read_json
from csanalysis.params import Params, read_params
from csanalysis.report.build import build_report
from csanalysis.report.failure import NOTES
from csanalysis.report.files.fingerprint import origin_of, unchanged
from csanalysis.report.files.lock import only_run
from csanalysis.report.files.plan_file import PLAN
from csanalysis.report.files.publishing import recover
from csanalysis.report.options import USUAL, RunOptions
from csanalysis.report.running import OnStep
from csanalysis.report.strictness import refuse


@dataclass(frozen=True)
class Made:
    """A report's ``place``; ``unchanged_since`` is when it was made, None if that was now."""

    place: Path
    unchanged_since: str | None = None


def make_report(
    params_file: Path,
    output: Path,
    options: RunOptions = USUAL,
    *,
    others: Sequence[tuple[str, str]] = (),
    on_step: OnStep = lambda step: None,
) -> Made:
    """The report of one dealership as :func:`csanalysis.report.build.build_report` makes it, if need be.

    It is not made again where the report in place was made from the same params, input bytes, program and
    installed packages; nor is a chapter that an earlier run, however it ended, has made from the same.
    ``options.force`` makes all again.

    Raises
    ------
    BusyError
        Another run of this dealership and year is going on.
    ParamsError, IngestError, NotebookError, ReportError
        As ``build_report``.
    """
    params = read_params(params_file)
    place = output / params.dealership.id / str(params.plan_year)
    on_step("read")  # to know the inputs may take as long as to read them
    with only_run(output, place):
        recover(place)
        with _inputs(params, params_file, output / ".cache") as inputs:
            if (
                not options.force
                and inputs is not None
                and (run := unchanged(place, origin_of(params, params_file, inputs, options, place / PLAN)))
            ):
                if options.strict:
                    refuse(run["warnings"], params_file)
                shutil.rmtree(place.parent / "failed", ignore_errors=True)
                return Made(place, run["finished"])
            _forget_failure(params_file, output)
            return Made(build_report(params_file, output, options, others=others, on_step=on_step))


@contextmanager
def _inputs(params: Params, params_file: Path, cache: Path) -> Iterator[list[dict[str, Any]] | None]:
    """What the store would be read from; rows from afar are read for it, once while the block runs."""
    if reads_over_network(params):
        store = load(params_file, cache=cache)
        with preloaded(store):
            yield store.inputs
    else:
        yield input_hashes(params, params_file)


def _forget_failure(params_file: Path, output: Path) -> None:
    """Remove the page of a failure from when the params file did not say whose it is."""
    folder = output / params_file.stem / "failed"
    try:
        if read_json(folder / NOTES)["params_file"] == params_file.name:
            shutil.rmtree(folder)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    else:
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
