"""The vehicles that the manufacturer may count otherwise than we do, with the reason: a sheet to look up."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, format_period, format_value, group_label, text
from csanalysis.chapters.churn.bulletin import Explained, explained, vehicles_otherwise
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.customers.bulletin import rate_otherwise
from csanalysis.metrics.customers.units import last_visits
from csanalysis.metrics.results import Results
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

COLUMNS = ("vin", "bulletin", "last_visit", "counted_here", "reason")


def bulletin_gap(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """Vehicles that may be counted otherwise in the bulletin, rule by rule and reason by reason.

    Parameters
    ----------
    params, tables
        The dealership's.
    results : Results
        Not looked at.

    Returns
    -------
    DataFrame
        One row a vehicle and reason: :data:`COLUMNS`. ``reason`` says how far all vehicles of that reason
        would close the difference.
    """
    parts = [_rows(each, params) for each in explained(params, tables)]
    return pd.concat([pd.DataFrame(columns=list(COLUMNS)), *parts], ignore_index=True)


def _rows(each: Explained, params: Params) -> pd.DataFrame:
    language, found = params.language, vehicles_otherwise(each)
    last = last_visits(each.numbered.visits, at=pd.Timestamp(params.as_of)).set_index("unit")["visit_date"]
    kind = each.rule.kind
    counted = {
        hit: text(f"list_counted.{kind}.{'hit' if hit else 'no_hit'}", language) for hit in (True, False)
    }
    reasons = {reason: _reason(each, reason, language) for reason in each.found}
    called = text(
        "list_bulletin",
        language,
        rule=group_label("rule", each.rule.name, language),
        month=format_period(each.month, language),
    )
    return pd.DataFrame(
        {
            "vin": each.numbered.names[found["unit"]].astype("str"),
            "bulletin": called,
            "last_visit": last.reindex(found["unit"]).to_numpy(),
            "counted_here": found["hit"].map(counted),
            "reason": found["gap_reason"].map(reasons),
        }
    )


def _reason(each: Explained, reason: str, language: Language) -> str:
    """A reason in words, and how the difference would change if all such vehicles counted otherwise."""
    now = rate_otherwise(each.own, []) - each.theirs
    left = rate_otherwise(each.own, [each.found[reason]]) - each.theirs
    return text(
        "list_gap",
        language,
        reason=group_label("gap_reason", reason, language),
        now=format_value(now, "points", language),
        left=format_value(left, "points", language),
    )


BULLETIN_GAP = WorkList("bulletin_gap", COLUMNS, rows=bulletin_gap, answers=())


def lists_of(tables: Tables) -> tuple[WorkList, ...]:
    """The lists of the chapter: none without a bulletin."""
    return (BULLETIN_GAP,) if "oem_bulletin" in tables else ()
