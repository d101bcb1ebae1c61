"""What chapters share, kept between runs: an answer is measured again when a table that it read changed."""

import hashlib
import io
import json
import os
import pickle  # nosec B403  # read by _Known alone, which makes nothing but data
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, is_dataclass
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
from csanalysis.report.files.chapter_cache import rows_sha256
from csanalysis.report.files.fingerprint import sha256_of
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

    One serves again if the params, the program and every table that it looked at are the same. Of the run's
    own params it is kept for the run's own tables alone; of others, such as those of an earlier day, for
    which tables are cut anew each time, for tables of the same rows. A file that is damaged, or holds
    anything but numbers, text and frames of them, is none.

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
        self._hashed: dict[int, tuple[weakref.ref[pd.DataFrame], str]] = {}

    def find(self, name: str, params: Params | None, tables: Mapping[str, pd.DataFrame]) -> Kept | None:
        """The kept answer of this name for these params and tables; None where it is to be measured."""
        if not self._reuse:
            return None
        with suppress(*_DAMAGED):
            path = self._path(name, params)
            head, _, body = path.read_bytes().partition(b"\n")
            entry = parsed_json(head)
            if entry["made_from"] != self._made_from:
                return None
            seen: dict[str, pd.DataFrame | None] = {}
            # In the order in which it was measured: up to the first that changed it would be read again, so
            # whoever notes what a chapter reads hears of no other.
            for table, known in entry["read"].items():
                seen[table] = frame = tables.get(table)
                if self._content_of(table, frame, params) != known:
                    return None
            if entry["sha256"] != hashlib.sha256(body).hexdigest():  # a machine lost its power
                return None
            answer = _Known(io.BytesIO(body)).load()
            os.utime(path)
            return Kept(seen, answer)
        return None

    def keep(self, name: str, params: Params | None, kept: Kept, seconds: float) -> None:
        """Keep an answer that took so long, if it is of the store as it stands or stood on another day."""
        if seconds < FEWEST_SECONDS:
            return
        with suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
            read = {table: self._content_of(table, frame, params) for table, frame in kept.tables.items()}
            if None in read.values():
                return
            body = pickle.dumps(kept.result, protocol=5)
            head = {
                "made_from": self._made_from,
                "read": read,
                "sha256": hashlib.sha256(body).hexdigest(),
            }
            private_folder(self._folder, below=self._cache)
            written = (
                json.dumps(head).encode() + b"\n" + body
            )  # cut short, it differs from its hash and is none
            write_whole(self._path(name, params), written, synced=False)

    def _path(self, name: str, params: Params | None) -> Path:
        """The file of an answer: of the run's own params, or of others, such as those of an earlier day."""
        if params is None or self._of_store(params):
            return self._folder / f"{name}.answer"
        asked = [params.model_dump(mode="json"), [asdict(target) for target in params.standing]]
        return self._folder / f"{name}-{sha256_of(asked)}.answer"

    def _content_of(self, name: str, table: pd.DataFrame | None, params: Params | None) -> str | None:
        """What a table's rows are told apart by; None for one that the run's own params were not given."""
        if self._tables.get(name) is table:
            return self._content(name)
        if self._of_store(params):
            return None
        if table is None:
            return ""
        known = self._hashed.get(id(table))
        if known is None or known[0]() is not table:
            known = self._hashed[id(table)] = (weakref.ref(table), rows_sha256(table))
        return known[1]

    def _of_store(self, params: Params | None) -> bool:
        return params is None or params is self._params or params == self._params


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
