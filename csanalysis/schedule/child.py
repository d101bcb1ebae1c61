"""One run in a process of its own: ``python -m csanalysis.schedule.child PARAMS OUTPUT ANSWER``.

The service lives for months and has threads; a run brings its own processes, memory and signals. The outcome
is left as JSON in the file ANSWER.
"""

import json
import sys
from pathlib import Path


def main(params_file: str, output: str, answer: str) -> None:
    """Run one dealership and leave its outcome."""
    from csanalysis.report import skip_iri_grammar

    skip_iri_grammar()
    from csanalysis.fleet import run_fleet

    (outcome,) = run_fleet([Path(params_file)], Path(output), jobs=1)
    Path(answer).write_text(json.dumps(outcome.to_json(), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
