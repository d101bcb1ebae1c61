"""A lake of clean tables in Parquet: a folder a table, in it one a store, here or in an object store."""

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from csanalysis.addresses import is_address, shown
from csanalysis.errors import IngestError, StoreError
from csanalysis.ingest.kept import parquet_of
from csanalysis.ingest.objects import explain_error, file_system, put, refuse_no_place
from csanalysis.ingest.parquet import parquet_table
from csanalysis.messages import Message, edited, placed
from csanalysis.params import read_params
from csanalysis.params.environment import filled, hidden
from csanalysis.privacy.files import private_folder
from csanalysis.schema import TABLES
from csanalysis.whole_files import write_whole

FILE = "rows.parquet"


def partition(table: str, store: str) -> str:
    """Where a store's rows of a table lie, from the lake's own place: ``service_visits/store=dezhou``."""
    return f"{table}/store={store}"


def convert(params_file: Path, lake: str, *, cache: Path) -> Iterator[str]:
    """Write the clean tables of a store into a lake, and give the place of each as it is written.

    The rows are those that a run works with before the cut at ``as_of``; what a run sets aside is not there.
    They hold names and phones as the exports do. A store's earlier rows of the same tables are replaced.

    Raises
    ------
    ParamsError, IngestError
        As :func:`csanalysis.ingest.load`.
    StoreError
        The lake cannot be written, or its address names no place.
    """
    if is_address(lake):
        refuse_no_place(lake)
    params = read_params(params_file)
    for name in TABLES:
        if name not in params.sources:
            continue
        table = parquet_table(parquet_of(params_file, name, cache=cache))
        sink = io.BytesIO()
        pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
        place = f"{partition(name, params.dealership.id)}/{FILE}"
        yield (_put if is_address(lake) else _save)(lake, place, sink.getvalue())


def _put(lake: str, place: str, data: bytes) -> str:
    address = f"{lake.rstrip('/')}/{place}"
    try:
        files, path = file_system(filled(address))
        put(files, path, data)
    except Exception as error:  # each store's library has errors of its own
        told = edited(explain_error(error), lambda said: hidden(said, address))
        raise StoreError(placed(shown(address), told)) from error
    return shown(address)


def _save(lake: str, place: str, data: bytes) -> str:
    path = Path(lake) / place
    try:
        private_folder(path.parent)
        write_whole(path, data)
    except OSError as error:
        line = Message(
            "{path}: cannot be written ({why}); choose another --to, or mend its rights",
            "{path}：无法写入（{why}）；请换一个 --to，或检查权限",
            path=path,
            why=error.strerror or error,
        )
        raise IngestError([line]) from error
    return str(path)
