"""One run in a process of its own: ``python -m csanalysis.schedule.child PARAMS OUTPUT ANSWER [WORK]``.

The service lives for months and has threads; a run brings its own processes, memory and signals. The outcome
is left as JSON in the file ANSWER. WORK is ``report``, or ``lists`` for the work lists alone.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csanalysis.fleet import Outcome

_PATIENCE = 900  # seconds in which the store's report, just being made, is done
_STEP = 5


def main(params_file: str, output: str, answer: str, work: str = "report") -> None:
    """Run one dealership and leave its outcome."""
    from csanalysis.report import skip_iri_grammar

    skip_iri_grammar()
    if work == "lists":
        outcome = _lists(Path(params_file), Path(output))
    else:
        from csanalysis.fleet import run_fleet

        (outcome,) = run_fleet([Path(params_file)], Path(output), jobs=1)
    Path(answer).write_text(json.dumps(outcome.to_json(), ensure_ascii=False), encoding="utf-8")


def _lists(params_file: Path, output: Path) -> "Outcome":
    """The work lists of the week that begins today; they wait for a report that is just being made."""
    from csanalysis.report import collect_seldom

    collect_seldom()
    from csanalysis.errors import BusyError, CsanalysisError
    from csanalysis.fleet import Outcome
    from csanalysis.fleet.job import with_params_file
    from csanalysis.report.packs.work_lists import build_lists

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            made = build_lists(params_file, output, day=date.today())
            return Outcome(params_file, made.paths[0].parent)
        except CsanalysisError as error:
            if not isinstance(error, BusyError) or time.monotonic() > until:
                problems = tuple(with_params_file(problem, params_file) for problem in error.problems)
                return Outcome(params_file, problems=problems)
        time.sleep(_STEP)


if __name__ == "__main__":
    main(*sys.argv[1:])
