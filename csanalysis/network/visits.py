"""The last visit of each vehicle to each store, found file by file and handed on as Arrow."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from csanalysis.network.members import Member

_NEVER = 2**31 - 1
"""A day after all others; its negative comes before all."""

_COLUMNS = pa.schema({"store": pa.int32(), "vin": pa.string(), "last_visit": pa.date32()})


def last_visits(members: Sequence[Member]) -> pa.RecordBatchReader:
    """``store`` (its place among the members), ``vin`` and ``last_visit``, up to each store's ``as_of``.

    Rows without a VIN are left out. One file at a time is held; a reader is read once.
    """
    batches = (batch for place, member in enumerate(members) for batch in _of_store(place, member))
    return pa.RecordBatchReader.from_batches(_COLUMNS, batches)


def _of_store(place: int, member: Member) -> Iterator[pa.RecordBatch]:
    # Parquet has numbered a file's VINs already, so that no text is compared.
    with pq.ParquetFile(member.visits, read_dictionary=["vin"], pre_buffer=False) as file:
        visits = file.read(["vin", "visit_date"], use_threads=False)
    for batch in visits.unify_dictionaries().combine_chunks().to_batches():
        vins, days = batch["vin"], _days(batch["visit_date"])
        last = np.full(len(vins.dictionary), -_NEVER, dtype="int32")
        counted = (days <= _day(member.params.as_of)) & vins.is_valid().to_numpy(zero_copy_only=False)
        np.maximum.at(last, vins.indices.fill_null(0).to_numpy()[counted], days[counted])
        seen = last > -_NEVER
        stores = np.full(seen.sum(), place, dtype="int32")
        texts = vins.dictionary.filter(pa.array(seen)).cast(pa.string())
        yield pa.record_batch([stores, texts, pa.array(last[seen]).view(pa.date32())], schema=_COLUMNS)


def _days(times: pa.Array) -> NDArray[np.int32]:
    """Days since 1970; what is no day comes after all others."""
    days: NDArray[np.int32] = (
        times.cast(pa.date32(), safe=False).view(pa.int32()).fill_null(_NEVER).to_numpy()
    )
    return days


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days
