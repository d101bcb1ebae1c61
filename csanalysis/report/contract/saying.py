"""What went wrong, told without the people it happened to: for pages, terminals, logs and messages."""

from collections.abc import Sequence
from pathlib import Path

from csanalysis.ingest.inputs import reads_over_network
from csanalysis.ingest.store import load_with_problems
from csanalysis.messages import Message, edited
from csanalysis.params import read_params
from csanalysis.report.contract.personal import Private, private_values, veiled

_NOBODY = Private(frozenset(), frozenset(), frozenset())


def fit_to_say(
    lines: Sequence[Message], trace: str, params_file: Path, *, cache: Path | None
) -> tuple[list[Message], str]:
    """Lines about a store, and a traceback, with its customers' names, numbers and VINs unreadable.

    The names are those of the exports as far as they can be read, and read without going over a network
    again; numbers are found by their look in any case.
    """
    private = _private(params_file, cache)
    return [edited(line, lambda said: veiled(said, private)) for line in lines], veiled(trace, private)


def _private(params_file: Path, cache: Path | None) -> Private:
    try:
        if reads_over_network(read_params(params_file)):
            return _NOBODY
        store, _ = load_with_problems(params_file, cache=cache)
        return private_values(store.params, store.tables)
    except Exception:  # what ended the run may well end this too
        return _NOBODY
