"""What the network needs of each store's numbers, read as columns: a few hundred of tens of thousands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pyarrow as pa

from csanalysis.chapters.network.wanted import Wanted
from csanalysis.ingest.parquet import parquet_table
from csanalysis.json_files import parsed_json
from csanalysis.metrics.network.group import FEWEST_FOR_MEANS
from csanalysis.network.duck import database, stores_table
from csanalysis.network.members import Member

_SURVEYS = ("item_score", "programme_score")
# One look at the files: what is wanted comes row by row with its store, scores of surveys as mean and count
# over stores, with -1 for a store.
_NUMBERS = """
SELECT coalesce(store, -1) AS store, told.metric::VARCHAR AS metric, told.period::VARCHAR AS period,
  told."group"::VARCHAR AS "group", any_value(numerator) AS numerator, any_value(denominator) AS denominator,
  avg(value) AS value, any_value(low) AS low, any_value(high) AS high, count(value)::BIGINT AS known
FROM (
  SELECT *, file_index AS place, metric IN {surveys} AND length(period) = 7 AND value IS NOT NULL AS scored
  FROM read_parquet(?) WHERE metric IN {metrics}
) AS told
LEFT JOIN wanted ON wanted.metric = told.metric AND wanted."group" = told."group"
  AND starts_with(told.period, wanted.begins) AND length(told.period) <= wanted.longest
LEFT JOIN stores ON stores.place = told.place AND wanted.metric IS NOT NULL
WHERE wanted.metric IS NOT NULL OR scored
GROUP BY ALL
ORDER BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Told:
    """What the group's report reads of its stores' numbers.

    ``numbers`` are those that were wanted: ``dealership`` (the member's name), ``metric``, ``period``,
    ``group`` (a split as JSON text) and the five numbers, undefined ones NaN; ordered by the first four.

    ``survey_means`` are what a distribution centre's bulletin would say, the stores' mean score of each item
    and month: ``month``, ``programme``, ``item_code`` (``total`` for a programme's own score),
    ``regional_mean``, ``store_count``, as ``survey_benchmarks`` has them; months of under three stores are
    left out, for of two stores each could tell the other's score.
    """

    numbers: pd.DataFrame
    survey_means: pd.DataFrame


def stores_numbers(members: Sequence[Member], wanted: Sequence[Wanted]) -> Told:
    """The stores' numbers that are wanted, and the means of their survey scores, by one look at each file.

    Raises
    ------
    ReportError
        A store's numbers cannot be read.
    """
    asked = pd.DataFrame([(w.metric, w.text, w.begins, w.longest) for w in wanted])
    asked.columns = pd.Index(["metric", "group", "begins", "longest"])
    metrics = sorted({*(w.metric for w in wanted), *_SURVEYS})  # names of the catalogue
    query = _NUMBERS.format(surveys=_SURVEYS, metrics=tuple(metrics))

    def ask(files: Sequence[Path]) -> pd.DataFrame:
        with database() as connection:
            connection.register("wanted", asked)
            named = dict(zip([member.name for member in members], files, strict=True))
            told = connection.sql(query, params=[stores_table(connection, named)])
            return told.to_arrow_table().to_pandas()  # a million texts stay what they are

    found = _of_all(members, ask)
    scores = int((found["store"] < 0).sum())  # they come first
    numbers = found.iloc[scores:].drop(columns="known").reset_index(drop=True)
    names = pd.Index(sorted(member.name for member in members), dtype="str")
    numbers.insert(0, "dealership", names.take(numbers.pop("store").to_numpy()))
    return Told(numbers, _survey_means(found.iloc[:scores]))


def _survey_means(scores: pd.DataFrame) -> pd.DataFrame:
    """The means of at least three stores, of what a bulletin has: a programme or an item of one."""
    told = scores[scores["known"] >= FEWEST_FOR_MEANS]
    splits = [parsed_json(group) for group in told["group"]]
    codes = [
        split.get("item_code", "total") if split.keys() <= {"programme", "item_code"} else None
        for split in splits
    ]
    found = pd.DataFrame(
        {
            "month": told["period"].to_numpy(),
            "programme": [split.get("programme") for split in splits],
            "item_code": codes,
            "regional_mean": told["value"].to_numpy(),
            "store_count": told["known"].to_numpy(),
        }
    )
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
