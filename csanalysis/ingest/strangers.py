"""Answers about vehicles that the exports do not have any more."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from csanalysis.ingest.rejects import no_rejects
from csanalysis.ingest.reports import TableReport
from csanalysis.messages import Message

Places = Mapping[str, tuple[str, str, int]]


def without_strangers(
    tables: Mapping[str, pd.DataFrame], report: TableReport, answered: Places
) -> tuple[pd.DataFrame, TableReport, pd.DataFrame]:
    """The contacts without answers, filled in in a workbook of ours, on vehicles that are in no export.

    Parameters
    ----------
    tables : mapping
        Clean tables; ``contacts`` is among them.
    report : TableReport
        What reading the contacts came to.
    answered : mapping
        File, sheet and row of each contact that stands in a workbook.

    Returns
    -------
    tuple
        Contacts, their report, and a reject for each answer set aside.
    """
    contacts = tables["contacts"]
    vehicles = pd.concat(
        [tables[name]["vin"] for name in ("vehicle_sales", "service_visits") if name in tables]
    )
    known = contacts["vin"].isna() | contacts["vin"].isin(vehicles)
    strange = ~known & contacts["contact_id"].isin(list(answered))
    if not strange.any():
        return contacts, report, no_rejects()
    count = int(strange.sum())
    rejects = pd.DataFrame([_reject(*answered[contact]) for contact in contacts.loc[strange, "contact_id"]])
    reasons = {**report.rejected_reasons, "vin not_in_exports": count}
    told = replace(
        report, rejected=report.rejected + count, kept=report.kept - count, rejected_reasons=reasons
    )
    return contacts[~strange].reset_index(drop=True), told, rejects.astype(no_rejects().dtypes.to_dict())


def _reject(file: str, sheet: str, row: int) -> dict[str, object]:
    reason = Message(
        "the vehicle of this answer is in no export any more; check that sales ledger and visits are whole",
        "这个结果的车辆已不在任何导出里；请核对销售台账和维修委托书是否完整",
    )
    return {
        "table": "contacts",
        "file": file,
        "sheet": sheet,
        "row": row,
        "column": "vin",
        "problem": "not_in_exports",
        "reason": str(reason),
        "reason_zh": reason.zh,
        "value": None,
        "cell": None,
    }
