"""The stores of a group: their published numbers, and where their clean visits lie."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from csanalysis.errors import ParamsError, ReportError
from csanalysis.ingest import parquet_of
from csanalysis.metrics.results import Results
from csanalysis.params import Params, read_params


@dataclass(frozen=True)
class Member:
    """One store: ``name`` as the report shows it, ``visits`` its clean repair orders as Parquet."""

    name: str
    params: Params
    results: Results = field(repr=False)
    visits: Path


def members(params_files: Sequence[Path], output: Path, *, cache: Path) -> list[Member]:
    """Every store of the network, in the order given.

    Parameters
    ----------
    params_files : sequence of Path
        One a store, all of one plan year; at least two.
    output : Path
        Where their reports lie.
    cache : Path
        Where their clean tables lie; one that is not there is read anew.

    Raises
    ------
    ParamsError
        Params cannot be used, stores are of different plan years, or there is but one store.
    ReportError
        A store has no report yet.
    IngestError
        A store's visits cannot be read.
    """
    read = {path: read_params(path) for path in params_files}
    if len(read) < 2:
        raise ParamsError(["a network needs the params of at least two dealerships"])
    years = {params.plan_year for params in read.values()}
    if len(years) > 1:
        told = ", ".join(f"{path.name}: {params.plan_year}" for path, params in read.items())
        raise ParamsError([f"the dealerships plan different years ({told}); give those of one year"])
    titles = [params.dealership.title for params in read.values()]
    return [
        Member(
            params.dealership.title
            if titles.count(params.dealership.title) == 1
            else f"{params.dealership.title} ({params.dealership.id})",
            params,
            _published(params, path, output),
            parquet_of(path, "service_visits", cache=cache),
        )
        for path, params in read.items()
    ]


def _published(params: Params, params_file: Path, output: Path) -> Results:
    path = output / params.dealership.id / str(params.plan_year) / "metrics.json"
    try:
        return Results.from_records(json.loads(path.read_text(encoding="utf-8"))["metrics"])
    except FileNotFoundError:
        raise ReportError(f"{path}: there is no report yet; run csanalysis run {params_file} first") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ReportError(
            f"{path}: cannot be read ({error}); run csanalysis run --force {params_file}"
        ) from None
