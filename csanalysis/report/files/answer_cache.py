"""What chapters share, kept between runs: an answer is measured again when a table that it read changed."""

import hashlib
import io
import json
import os
import pickle  # nosec B403  # read by _Known alone, which makes nothing but data
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from csanalysis.chapters.shared import Kept
from csanalysis.ingest import Store
from csanalysis.json_files import parsed_json
from csanalysis.metrics.results import Results
from csanalysis.params import Params
from csanalysis.privacy.files import private_folder
from csanalysis.whole_files import write_whole

FEWEST_SECONDS = 0.02
"""What is measured in less is measured again: to keep it would take as long."""

_MAKERS = {
    "builtins": {"slice", "set", "frozenset"},
    "datetime": {"date", "datetime"},
    "numpy": {"dtype", "ndarray"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.numeric": {"_frombuffer"},
    "pandas": {
        *("BooleanDtype", "Categorical", "CategoricalDtype", "DataFrame", "DatetimeIndex", "Float64Dtype"),
        *("Index", "Int64Dtype", "MultiIndex", "RangeIndex", "Series", "StringDtype"),
    },
    "pandas.arrays": {"BooleanArray", "DatetimeArray", "FloatingArray", "IntegerArray", "StringArray"},
    "pandas._libs.arrays": {"__pyx_unpickle_NDArrayBacked"},
    "pandas._libs.internals": {"_unpickle_block"},
    "pandas._libs.tslibs.timestamps": {"_unpickle_timestamp"},
    "pandas.core.indexes.base": {"_new_Index"},
    "pandas.core.indexes.datetimes": {"_new_DatetimeIndex"},
    "pandas.core.internals.managers": {"BlockManager", "SingleBlockManager"},
}
"""What an answer is made of, beside the program's own records; by these names pickle knows them."""


_RECORDS = (tuple, BaseModel, Results)
"""What the program's own records are, beside data classes."""


_DAMAGED = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, ImportError, EOFError),
    pickle.UnpicklingError,
)


class AnswerCache:
    """The shared answers of one store's last run, in ``cache/answers/<id>/<year>``; a file an answer.

    One serves again if the params, the program and every table that it looked at are the same; a file that
    is damaged, or holds anything but numbers, text and frames of them, is none.

    Parameters
    ----------
    cache : Path
        The cache folder; one that cannot be written is done without.
    store : Store
        What the run was given.
    made_from : str
        What all answers are made from but the tables: params, program, installed packages.
    content : callable
        What a table's rows are told apart by, from its name; nothing for a table that is not there.
    reuse : bool
        Whether to take what is kept; what is measured is kept in any case.
    """

    def __init__(
        self,
        cache: Path,
        store: Store,
        *,
        made_from: str,
        content: Callable[[str], str],
        reuse: bool = True,
    ) -> None:
        self._cache = cache.absolute()  # a chapter is run in the folder of its notebook
        self._folder = self._cache / "answers" / store.params.dealership.id / str(store.params.plan_year)
        self._params, self._tables = store.params, dict(store.tables)
        self._made_from, self._content, self._reuse = made_from, content, reuse

    def find(self, name: str, params: Params | None, tables: Mapping[str, pd.DataFrame]) -> Kept | None:
        """The kept answer of this name for these params and tables; None where it is to be measured."""
        if not self._reuse or not self._of_store(params):
            return None
        with suppress(*_DAMAGED):
            path = self._folder / f"{name}.answer"
            head, _, body = path.read_bytes().partition(b"\n")
            entry = parsed_json(head)
            if entry["made_from"] != self._made_from:
                return None
            read: dict[str, str] = entry["read"]
            if any(self._content(table) != known for table, known in read.items()):
                return None
            if entry["sha256"] != hashlib.sha256(body).hexdigest():  # a machine lost its power
                return None
            # Asked for last: whoever notes what a chapter reads hears of it, and only where it serves.
            seen = {table: tables.get(table) for table in read}
            if not self._are_of_store(seen):
                return None
            answer = _Known(io.BytesIO(body)).load()
            os.utime(path)
            return Kept(seen, answer)
        return None

    def keep(self, name: str, params: Params | None, kept: Kept, seconds: float) -> None:
        """Keep an answer that took so long, if it is of the store as the run was given it."""
        if seconds < FEWEST_SECONDS or not (self._of_store(params) and self._are_of_store(kept.tables)):
            return
        with suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
            body = pickle.dumps(kept.result, protocol=5)
            head = {
                "made_from": self._made_from,
                "read": {table: self._content(table) for table in kept.tables},
                "sha256": hashlib.sha256(body).hexdigest(),
            }
            private_folder(self._folder, below=self._cache)
            written = (
                json.dumps(head).encode() + b"\n" + body
            )  # cut short, it differs from its hash and is none
            write_whole(self._folder / f"{name}.answer", written, synced=False)

    def _of_store(self, params: Params | None) -> bool:
        return params is None or params is self._params or params == self._params

    def _are_of_store(self, tables: Mapping[str, pd.DataFrame | None]) -> bool:
        return all(self._tables.get(name) is table for name, table in tables.items())


class _Known(pickle.Unpickler):
    """Reads what :data:`_MAKERS` can make, and nothing that does anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """The maker of this name; UnpicklingError for one that no answer needs."""
        if name in _MAKERS.get(module, ()):
            return super().find_class(module, name)
        if module.startswith("csanalysis."):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, _RECORDS)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
