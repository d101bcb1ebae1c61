"""What the network needs of each store's numbers, read as columns: a few hundred of tens of thousands."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pyarrow as pa

from csanalysis.chapters.network.wanted import Wanted
from csanalysis.ingest.parquet import parquet_table
from csanalysis.json_files import parsed_json
from csanalysis.metrics.network.group import FEWEST_FOR_MEANS
from csanalysis.metrics.results import NUMBERS
from csanalysis.network.duck import database, stores_table
from csanalysis.network.members import Member

_NUMBERS = """
SELECT dealership, metric::VARCHAR AS metric, period::VARCHAR AS period, "group"::VARCHAR AS "group",
  {numbers}
FROM read_parquet(?, filename = true) AS told
JOIN stores ON stores.file = told.filename
SEMI JOIN wanted ON wanted.metric = told.metric AND wanted."group" = told."group"
  AND starts_with(told.period, wanted.begins) AND length(told.period) <= wanted.longest
WHERE told.metric IN ({metrics})
ORDER BY store, metric, period, "group"
"""
_MEANS = """
SELECT period::VARCHAR AS month, "group"::VARCHAR AS "group", avg(value) AS regional_mean,
  count(value)::BIGINT AS store_count
FROM read_parquet(?)
WHERE metric IN ('item_score', 'programme_score') AND length(period) = 7 AND value IS NOT NULL
GROUP BY ALL HAVING count(value) >= ?
"""


def stores_numbers(members: Sequence[Member], wanted: Sequence[Wanted]) -> pd.DataFrame:
    """The stores' numbers that are wanted.

    Returns
    -------
    DataFrame
        ``dealership`` (the member's name), ``metric``, ``period``, ``group`` (a split as JSON text) and the
        five numbers, undefined ones NaN; ordered by the first four.

    Raises
    ------
    ReportError
        A store's numbers cannot be read.
    """
    asked = pd.DataFrame([(w.metric, w.text, w.begins, w.longest) for w in wanted])
    asked.columns = pd.Index(["metric", "group", "begins", "longest"])
    metrics = ", ".join(f"'{name}'" for name in sorted({w.metric for w in wanted}))  # names of the catalogue
    query = _NUMBERS.format(numbers=", ".join(NUMBERS), metrics=metrics)

    def ask(files: Sequence[Path]) -> pd.DataFrame:
        with database() as connection:
            connection.register("wanted", asked)
            named = dict(zip([member.name for member in members], files, strict=True))
            return connection.execute(query, [stores_table(connection, named)]).df()

    return _of_all(members, ask)


def survey_means(members: Sequence[Member]) -> pd.DataFrame:
    """What a distribution centre's bulletin would say: the stores' mean score of each item and month.

    Returns
    -------
    DataFrame
        ``month``, ``programme``, ``item_code`` (``total`` for a programme's own score), ``regional_mean``,
        ``store_count``, as ``survey_benchmarks`` has them; months of under three stores are left out, for of
        two stores each could tell the other's score.

    Raises
    ------
    ReportError
        A store's numbers cannot be read.
    """

    def ask(files: Sequence[Path]) -> pd.DataFrame:
        with database() as connection:
            return connection.execute(_MEANS, [[str(path) for path in files], FEWEST_FOR_MEANS]).df()

    found = _of_all(members, ask)
    splits = [parsed_json(group) for group in found.pop("group")]
    codes = [
        split.get("item_code", "total") if split.keys() <= {"programme", "item_code"} else None
        for split in splits
    ]
    found.insert(1, "programme", [split.get("programme") for split in splits])
    found.insert(2, "item_code", codes)
    keys = ["month", "programme", "item_code"]
    return found.dropna(subset=keys).sort_values(keys, ignore_index=True)


def _of_all(members: Sequence[Member], ask: Callable[[Sequence[Path]], pd.DataFrame]) -> pd.DataFrame:
    """What is asked of every member's numbers; of those damaged within, ``metrics.json`` tells them."""
    with TemporaryDirectory(prefix="csanalysis-") as name:
        folder = Path(name)
        files = [member.numbers(folder) for member in members]
        try:
            return ask(files)
        except duckdb.Error:
            mended = [_mended(member, file, folder) for member, file in zip(members, files, strict=True)]
            if mended == files:
                raise
            return ask(mended)


def _mended(member: Member, file: Path, folder: Path) -> Path:
    try:
        parquet_table(file)
        return file
    except (OSError, pa.ArrowException):
        return member.numbers_from_json(folder)
