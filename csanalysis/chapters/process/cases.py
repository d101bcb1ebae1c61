"""What the chapter's rate counts, so that it can be split by any column."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.metrics.stats.cases import Cases
from csanalysis.metrics.surveys import process_checks
from csanalysis.metrics.surveys.incentives import PROCESS
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

KINDS = ("week", "month", "year")


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: checks at the desk, by week, month and year."""
    if (raw := tables.get("process_checks")) is None:
        return {}
    as_of, checks = pd.Timestamp(params.as_of), process_checks.valid_checks(raw)

    def count(rows: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
        rate = partial(process_checks.process_compliance_rate, rows, as_of=as_of, by=by)
        return pd.concat([rate(kind=kind) for kind in KINDS], ignore_index=True)

    return {PROCESS: Cases(checks, count, "process_checks", "check_date", tables)}
