"""A report that was made, read back: its numbers, and what it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from csanalysis.desk.catalogue import MetricList
from csanalysis.desk.numbers import metric_frame, told
from csanalysis.errors import ReportError
from csanalysis.json_files import read_json
from csanalysis.messages import Message
from csanalysis.metrics.results import Results


@dataclass(frozen=True, repr=False)
class Report:
    """The numbers of one report; ``results`` holds them all."""

    folder: Path
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
    folder : path
        Such as ``outputs/haibin/2026``, or the metrics.json in it.

    Raises
    ------
    ReportError
        There is no metrics.json, or it cannot be read.
    """
    place = Path(folder)
    path = place if place.name == "metrics.json" else place / "metrics.json"
    try:
        held = read_json(path)
        results = Results.from_records(held["metrics"])
        return Report(path.parent, held["dealership"], held["plan_year"], held["as_of"], results)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(
            Message(
                "{path}: no numbers of a report; give the folder of one, such as outputs/haibin/2026",
                "{path}：读不到报告的数据；请给出报告所在的文件夹，例如 outputs/haibin/2026",
                path=path,
            )
        ) from error
