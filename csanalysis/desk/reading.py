"""A report that was made, read back: its numbers, and what it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from csanalysis.addresses import is_address, shown
from csanalysis.desk.catalogue import MetricList
from csanalysis.desk.numbers import metric_frame, told
from csanalysis.errors import ReportError
from csanalysis.ingest.objects import fetch_objects
from csanalysis.json_files import parsed_json, read_json
from csanalysis.messages import Message
from csanalysis.metrics.results import Results

_NUMBERS = "metrics.json"


@dataclass(frozen=True, repr=False)
class Report:
    """The numbers of one report; ``results`` holds them all, ``folder`` is its path or address."""

    folder: Path | str
    dealership: str
    plan_year: int
    as_of: str
    results: Results

    def metric(
        self, name: str, *, by: str | Sequence[str] | None = None, period: str | int | None = None
    ) -> pd.DataFrame:
        """One metric: see :func:`csanalysis.desk.numbers.metric_frame`."""
        return metric_frame(self.results, name, by=by, period=period)

    @property
    def metrics(self) -> MetricList:
        """The metrics that it publishes."""
        return MetricList(sorted(self.results.names))

    def __repr__(self) -> str:
        return f"Report of {self.dealership}, plan {self.plan_year}, as of {self.as_of}: {told(self.results)}"


def read_report(folder: str | Path) -> Report:
    """Read the numbers of a report.

    Parameters
    ----------
    folder : path or address
        Such as ``outputs/haibin/2026`` or ``s3://bucket/reports/haibin/2026``, or the metrics.json in it. Of
        an object store metrics.json alone is fetched.

    Raises
    ------
    ReportError
        There is no metrics.json, or it cannot be read or fetched.
    """
    place = str(folder) if is_address(str(folder)) else Path(folder)
    try:
        held, home = _fetched(place) if isinstance(place, str) else _read(place)
        results = Results.from_records(held["metrics"])
        return Report(home, held["dealership"], held["plan_year"], held["as_of"], results)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(
            Message(
                "{path}: no numbers of a report; give the folder of one, such as outputs/haibin/2026",
                "{path}：读不到报告的数据；请给出报告所在的文件夹，例如 outputs/haibin/2026",
                path=f"{shown(str(place)).rstrip('/').removesuffix(f'/{_NUMBERS}')}/{_NUMBERS}",
            )
        ) from error


def _read(place: Path) -> tuple[Any, Path]:
    path = place if place.name == _NUMBERS else place / _NUMBERS
    return read_json(path), path.parent


def _fetched(address: str) -> tuple[Any, str]:
    """What metrics.json says at an address, and the report's address without secrets."""
    home = address.rstrip("/").removesuffix(f"/{_NUMBERS}")
    objects, problems = fetch_objects(f"{home}/{_NUMBERS}")
    if problems:
        raise ReportError(*problems)
    ((_, data),) = objects
    return parsed_json(data), shown(home)
