"""Chapters kept between runs: one whose inputs are unchanged is not run again.

They are the journal of a run, too: what a killed run had finished, the next one finds here.
"""

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from csanalysis.ingest import Store
from csanalysis.json_files import read_json
from csanalysis.privacy.files import keep_private, private_folder
from csanalysis.report.files.fingerprint import environment, files_in, sha256_of
from csanalysis.report.files.program import program_fingerprint
from csanalysis.report.notebook.cells import cells_of, notebook_folder
from csanalysis.report.notebook.reads import EVERYTHING, recorded_reads

_NOTEBOOK, _ENTRY = "executed.ipynb", "entry.json"


class ChapterCache:
    """The chapters of one store's last run, in ``cache/chapters/<id>/<year>``; one entry a chapter.

    An entry serves again if it is whole, and the notebook, the params, the program and every table that the
    chapter looked at are the same. Entries hold the chapter's work lists, so they stay in the hidden cache.

    Parameters
    ----------
    cache : Path
        The cache folder; one that cannot be written is done without.
    store : Store
        What the run was given.
    reuse : bool
        Whether to take what is kept; what is run is kept in any case.
    """

    def __init__(self, cache: Path, store: Store, *, reuse: bool = True) -> None:
        self._cache = cache
        self._folder = cache / "chapters" / store.params.dealership.id / str(store.params.plan_year)
        self._store = store
        self._reuse = reuse
        self._contents: dict[str, str] = {}
        self.reused: list[str] = []

    def restore(self, name: str, executed: Path, workspace: Path) -> bool:
        """Put the kept chapter ``name`` where a run of it would have; False if there is none that serves."""
        folder = self._folder / name
        if not self._reuse:
            return False
        try:
            entry = read_json(folder / _ENTRY)
            if entry["made_from"] != self._made_from(name):
                return False
            if any(self.content(what) != known for what, known in entry["read"].items()):
                return False
            if entry["files"] != _files(folder):  # a machine lost its power, or somebody was at it
                return False
            # Bytes alone: the kept copy is closed to others, the executed notebook of a report is not.
            leave = shutil.ignore_patterns(_NOTEBOOK, _ENTRY)
            shutil.copytree(folder, workspace, ignore=leave, copy_function=shutil.copyfile)
            shutil.copyfile(folder / _NOTEBOOK, executed)
            os.utime(folder / _ENTRY)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            shutil.rmtree(workspace, ignore_errors=True)
            return False
        self.reused.append(name)
        return True

    def keep(self, name: str, executed: Path, workspace: Path) -> None:
        """Keep a chapter that ran well; one that did not say what it read is not kept."""
        read = recorded_reads(workspace)
        if not read:
            return
        entry: dict[str, Any] = {
            "made_from": self._made_from(name),
            "read": {what: self.content(what) for what in read},
        }
        with suppress(OSError):
            private_folder(self._folder, below=self._cache)
            draft = Path(tempfile.mkdtemp(prefix=".part-", dir=self._folder))
            try:
                shutil.copytree(workspace, draft, dirs_exist_ok=True)
                shutil.copyfile(executed, draft / _NOTEBOOK)
                entry["files"] = _files(draft)
                (draft / _ENTRY).write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
                keep_private(draft)
                shutil.rmtree(self._folder / name, ignore_errors=True)
                draft.replace(self._folder / name)
            finally:
                shutil.rmtree(draft, ignore_errors=True)

    def tidy(self) -> None:
        """Throw away what killed runs left half written."""
        for left in self._folder.glob(".part-*"):
            shutil.rmtree(left, ignore_errors=True)

    @cached_property
    def common(self) -> str:
        """sha256 of what every chapter of the store is made from but its tables and its notebook."""
        # The executed notebook names the params file, so it is of this one.
        program = program_fingerprint()
        parts: list[Any] = [
            self._store.params.model_dump(
                mode="json",
                exclude={"delivery", "notebooks", "chapters_trusted", "report", "notes", "history"},
            ),
            [asdict(target) for target in self._store.params.standing],
            str(self._store.params_file.resolve()),
            [program["code"], program["pages"]],
            environment(),
        ]
        return sha256_of(parts)

    def _made_from(self, name: str) -> str:
        """sha256 of all that a chapter is made from but its tables."""
        return sha256_of([cells_of(notebook_folder() / f"{name}.ipynb"), self.common])

    def content(self, what: str) -> str:
        """sha256 of a table's rows, or of all tables and what is said of their files; empty for no table."""
        if what not in self._contents:
            store = self._store
            if what == EVERYTHING:
                known = {name: self.content(name) for name in sorted(store.tables)}
                self._contents[what] = sha256_of([known, store.inputs])
            else:
                self._contents[what] = _rows(store.tables[what]) if what in store.tables else ""
        return self._contents[what]


def _files(folder: Path) -> dict[str, str]:
    """sha256 of every file of an entry but the one that holds this."""
    return {name: known for name, known in files_in(folder).items() if name != _ENTRY}


def _rows(table: pd.DataFrame) -> str:
    """What a table is told apart by: its columns, every cell, and an index that does not just count."""
    columns = [[str(name), str(dtype)] for name, dtype in table.dtypes.items()]
    counted = table.index.equals(pd.RangeIndex(len(table)))
    hashes = pd.util.hash_pandas_object(table, index=not counted).to_numpy()
    return hashlib.sha256(sha256_of([columns, counted]).encode() + hashes.tobytes()).hexdigest()
