"""What changed since the last run of the same plan: which numbers moved, and because of what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from pydantic import ValidationError

from csanalysis.chapters.everything import measure_all
from csanalysis.errors import CsanalysisError
from csanalysis.ingest import Store
from csanalysis.ingest.asof import with_vehicles
from csanalysis.metrics.exports.changes import (
    Corrected,
    Key,
    NewRows,
    ResultChanges,
    changed_params,
    compare_results,
    table_changes,
)
from csanalysis.metrics.results import Results
from csanalysis.params import Params
from csanalysis.report.changes.previous import Previous, Tables
from csanalysis.report.files.manifest import git_revision, params_as_used, versions
from csanalysis.schema import TABLES

CAUSES = ("program", "corrected", "new_data", "params")
"""In the order in which they are applied to the last run, one after the other."""

_ELSEWHERE = ("as_of", "sources", "schedule", "language", "dealership")  # params that set no number


@dataclass(frozen=True)
class Changed:
    """One thing that was set otherwise: a param by its dotted key, or a part of the program."""

    what: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Changes:
    """A run compared with the one before it.

    ``causes`` has the causes of every number that moved, in order: of :data:`CAUSES`, or ``data`` where
    corrections and new data cannot be told apart, or ``unexplained``. ``note`` says why they cannot:
    ``cache`` (the old tables are gone), ``params`` (this program cannot use the old params), ``earlier``
    (the last run was of a later day).
    """

    since: str
    as_of: tuple[str, str]
    before: Results
    after: Results
    moved: ResultChanges
    causes: Mapping[Key, tuple[str, ...]]
    new: tuple[NewRows, ...] = ()
    corrected: tuple[Corrected, ...] = ()
    params: tuple[Changed, ...] = ()
    program: tuple[Changed, ...] = ()
    note: str | None = None

    @property
    def months(self) -> list[str]:
        """The months of new rows."""
        return sorted({rows.month for rows in self.new} - {""})


def what_changed(previous: Previous, store: Store, results: Results, program: Mapping[str, str]) -> Changes:
    """Compare a run with the last one; only where several causes meet are chapters measured again.

    Parameters
    ----------
    previous : Previous
        The last run of the same plan.
    store, results
        This run's dealership and everything that its chapters published.
    program : mapping of str to str
        What :func:`csanalysis.report.files.program.program_fingerprint` gives.

    Notes
    -----
    Causes are applied one after the other: the last run as recorded; today's program on its tables and
    params; then corrections of the past; then new data; then today's params, which is this run. A number
    has every cause at whose step it moved, so a number that two causes move back and forth has both.
    """
    settings = _params(previous, store)
    parts = _program(previous.run, program)
    new, corrected, past, note = _data(previous, store)
    unsplit = note in ("cache", "earlier")
    found = {
        "program": bool(parts),
        "corrected": bool(corrected),
        "new_data": bool(new) or (previous.as_of != store.params.as_of and not unsplit),
        "params": any(change.what.split(".")[0] not in _ELSEWHERE for change in settings),
    }
    present = [cause for cause in CAUSES if found[cause]] + (["data"] if unsplit else [])
    difference = compare_results(previous.results, results)
    causes: dict[Key, tuple[str, ...]] = {}
    if difference.keys:
        states = None
        if not unsplit and len(present) > 1:
            states = _states(previous, store, results, present, past if new or corrected else None)
            note = note if states else "params"
        causes = _causes(difference.keys, present, states)
    return Changes(
        previous.run["started"],
        (previous.run["as_of"], store.params.as_of.isoformat()),
        previous.results,
        results,
        difference,
        causes,
        new,
        corrected,
        settings,
        parts,
        note,
    )


def _params(previous: Previous, store: Store) -> tuple[Changed, ...]:
    """Params that differ; where files lie and the day up to which they count show in the data."""
    old, new = dict(previous.run["params"]), params_as_used(store)
    for params in (old, new):
        params.pop("as_of", None)
        params["sources"] = {
            table: {part: source.get(part) for part in ("columns", "words")}
            for table, source in params["sources"].items()
        }
    return tuple(Changed(*change) for change in changed_params(old, new))


def _program(run: Mapping[str, Any], program: Mapping[str, str]) -> tuple[Changed, ...]:
    """Parts of the program that differ: none where neither code nor notebooks nor packages do."""
    before, after = run["versions"], versions()
    found = [
        Changed(name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]
    old = run.get("program") or {}
    if old.get("code") != program["code"] and "csanalysis" not in {change.what for change in found}:
        revisions = [(git or {}).get("revision", "")[:12] for git in (run.get("git"), git_revision())]
        found.insert(0, Changed("code", *(revisions if revisions[0] != revisions[1] else ("", ""))))
    if old.get("notebooks") != program["notebooks"]:
        found.append(Changed("notebooks", "", ""))
    return tuple(found)


def _data(
    previous: Previous, store: Store
) -> tuple[tuple[NewRows, ...], tuple[Corrected, ...], Tables, str | None]:
    """New rows, corrections, the last run's tables with the corrections, and why they cannot be told."""
    sources = [_reading(params) for params in (previous.run["params"], params_as_used(store))]
    files = [
        [(entry["table"], entry["sha256"]) for entry in inputs if entry["table"] in TABLES]
        for inputs in (previous.run["inputs"], store.inputs)
    ]
    as_of = previous.as_of
    if files[0] == files[1] and sources[0] == sources[1] and as_of == store.params.as_of:
        return (), (), store.as_read, None
    if as_of > store.params.as_of:
        return (), (), {}, "earlier"
    tables = previous.tables()
    if tables is None:
        return (), (), {}, "cache"
    visits = store.as_read["service_visits"]
    orders = frozenset(visits.loc[visits["visit_date"] <= pd.Timestamp(as_of), "ro_number"].tolist())
    new: list[NewRows] = []
    corrected: list[Corrected] = []
    past: Tables = {}
    for name, table in store.as_read.items():
        before = tables[name] if name in tables else table.iloc[0:0]
        changes = table_changes(name, before, table, as_of=as_of, orders=orders)
        new += changes.new
        corrected += changes.corrected
        past[name] = changes.past
    for name, table in tables.items():
        if name not in store.as_read and len(table):
            corrected.append(Corrected(name, "", 0, len(table), 0, ()))
    return tuple(new), tuple(corrected), past, None


def _reading(params: Mapping[str, Any]) -> dict[str, Any]:
    """What decides how each table is read from its files."""
    return {
        table: {part: source.get(part) for part in ("columns", "words", "sheet")}
        for table, source in params["sources"].items()
    }


def _states(
    previous: Previous, store: Store, results: Results, present: Sequence[str], past: Tables | None
) -> list[Results] | None:
    """The results after each cause, from the last run's to this one's; None if the old params fail."""
    try:
        old = Params.model_validate(previous.run["params"])
    except ValidationError:
        return None
    states = [previous.results]
    for cause in present[:-1]:
        params = old.model_copy(update={"as_of": store.params.as_of}) if cause == "new_data" else old
        if past is None or cause == "new_data":
            tables = store.as_read
        else:
            tables = past if cause == "corrected" else previous.tables() or past
        try:
            states.append(measure_all(params, with_vehicles(tables)))
        except (CsanalysisError, KeyError, ValueError, TypeError):
            return None  # what the old params asked for, this program cannot do
    return [*states, results]


def _causes(
    keys: frozenset[Key], present: Sequence[str], states: Sequence[Results] | None
) -> dict[Key, tuple[str, ...]]:
    """The causes of each number: the steps at which it moved."""
    data = [cause for cause in present if cause in ("corrected", "new_data", "data")]
    fallback = tuple(data if data and states else present) or ("unexplained",)
    if states is None:
        return dict.fromkeys(keys, fallback)
    steps = [compare_results(before, after) for before, after in pairwise(states)]
    covered = frozenset.intersection(*(frozenset(state.keyed) for state in states))
    return {
        key: tuple(cause for cause, step in zip(present, steps, strict=True) if key in step.keys)
        if key in covered
        else fallback
        for key in keys
    }


def counted(changes: Changes) -> dict[str, Counter[str]]:
    """How many numbers of each metric ``moved``, are ``new`` or are ``gone``."""
    counts: dict[str, Counter[str]] = {}
    groups = (("moved", changes.moved.keys), ("new", changes.moved.new), ("gone", changes.moved.gone))
    for kind, keys in groups:
        for metric, *_ in keys:
            counts.setdefault(metric, Counter())[kind] += 1
    return dict(sorted(counts.items()))
