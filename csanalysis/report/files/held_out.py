"""The calls to vehicles that were kept apart, each with its file, sheet and row: lines of ``rejects.csv``."""

import pandas as pd

from csanalysis.catalogue import group_label, text
from csanalysis.chapters.work_lists import held_out_calls
from csanalysis.ingest import Store
from csanalysis.ingest.locating import located
from csanalysis.ingest.rejects import no_rejects
from csanalysis.metrics.results import Results


def held_out_rows(store: Store, results: Results) -> pd.DataFrame:
    """Rows as those of ``store.rejects``; the calls count, but what they were to show is lost.

    None where nobody who was kept apart was called, and none of a database, whose rows have no place.
    """
    rows = no_rejects().drop(columns="cell")
    kept = results.select("holdout_called_share", "year", "list", arm="kept")
    if not kept["numerator"].sum() > 0:
        return rows
    calls = held_out_calls(store.params, store.tables)
    places = located(store.params, store.params_file.parent, "contacts", set(calls["contact_id"]))
    said = {
        language: {
            name: text("list_reason.held_out", language, list=group_label("list", name, language))
            for name in calls["list"].unique()
        }
        for language in ("zh", "en")
    }
    lines = [
        {
            "table": "contacts",
            "file": file,
            "sheet": sheet,
            "row": row,
            "column": "vin",
            "problem": "held_out",
            "reason": said["en"][name],
            "reason_zh": said["zh"][name],
            "value": None,
        }
        for contact, name in zip(calls["contact_id"], calls["list"], strict=True)
        if contact in places
        for file, sheet, row in [places[contact]]
    ]
    return pd.DataFrame(lines, columns=list(rows)).astype(rows.dtypes.to_dict())
