"""What one dealership's exports look like, and what is wrong with them, as plain data."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from csanalysis.errors import ParamsError
from csanalysis.ingest.profile.measure import profile
from csanalysis.ingest.profile.sections import sections
from csanalysis.ingest.rejects import row_told
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.soundness import way_out
from csanalysis.ingest.store import load_with_problems
from csanalysis.messages import placed
from csanalysis.params.language import language_of


def check(params_file: str | Path, cache: Path | None = None) -> dict[str, Any]:
    """Read the exports of one params file and collect what is wrong instead of raising.

    Returns
    -------
    dict
        JSON-ready: ``params_file``, ``language``, ``dealership`` and ``as_of`` (null where the params cannot
        be read), ``tables`` (one :class:`TableReport` each, with ``hints``: how many rows were rejected for
        which reason, in words, and ``remarks``: a line for each row that is kept without a cell), ``profile``
        (:class:`csanalysis.ingest.profile.measure.Profile`), ``sections`` (the same as tables of words),
        ``problems`` (one line each, those of the gate too) and ``unusable``.
    """
    name = str(params_file)
    try:
        store, problems = load_with_problems(params_file, cache=cache)
    except ParamsError as error:
        return {
            "params_file": name,
            "language": language_of(Path(params_file)),
            "dealership": None,
            "as_of": None,
            "tables": [],
            "profile": {"paste": ""},
            "sections": [],
            "problems": error.problems,
            "unusable": True,
        }
    tables = [_plain(report, store.rejects, store.remarks) for report in store.quality]
    found = profile(store)
    if refused := found.judged.refused:
        problems += [placed(f"sources.{finding.table}", finding.line) for finding in refused]
        problems.append(way_out(refused))
    return {
        "params_file": name,
        "language": store.params.language,
        "dealership": store.params.dealership.id,
        "as_of": store.params.as_of.isoformat(),
        "tables": tables,
        "profile": found.plain(),
        "sections": [
            asdict(section) | {"marked": sorted(section.marked)}
            for section in sections(found, tables, store.params)
        ],
        "problems": problems,
        "unusable": bool(problems),
    }


def _plain(report: TableReport, rejects: pd.DataFrame, remarks: pd.DataFrame) -> dict[str, Any]:
    plain = asdict(report)
    reasons = rejects.loc[rejects["table"] == report.table, "reason"].value_counts(sort=False)
    plain["hints"] = {str(reason): int(count) for reason, count in reasons.items()}
    plain["remarks"] = [row_told(row) for row in remarks[remarks["table"] == report.table].to_dict("records")]
    for name, value in plain.items():
        if isinstance(value, tuple):
            plain[name] = list(value)
    for name in ("first_date", "last_date"):
        plain[name] = plain[name] and plain[name].isoformat()
    return plain
