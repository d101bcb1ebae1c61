"""Whether the exports say what they seem to: what a report made of them would get wrong without a word."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from csanalysis.ingest.rejects import reject_problem
from csanalysis.messages import Message, joined
from csanalysis.params import Params
from csanalysis.params.gate import Acceptance
from csanalysis.schema import REQUIRED_TABLES, TABLES

if TYPE_CHECKING:
    from csanalysis.ingest.store import Store

FEWEST = 20
"""Rows or vehicles from which a share or a median says something."""

_OLD_ENOUGH = pd.DateOffset(
    months=6
)  # a first service this long after the ledger begins is of a vehicle in it
_EXPECTED_ROWS = 6  # so many rows are missing with less than one chance in four hundred
_MANY_VISITS = 500  # of which at least one is a first service
_OTHER_LENGTH = 3  # characters by which VINs of one kind do not differ
_USUAL_LENGTH = 0.6
MEDIANS = {
    ("service_visits", "total_amount"): "visit_amount",
    ("service_visits", "mileage_km"): "mileage_km",
    ("vehicle_sales", "price"): "price",
    ("upsell_items", "amount"): "upsell_amount",
}
"""Table and column → the limits of its median in the params' ``gate``."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with a table, by the name of its check in the params' ``accept``."""

    check: str
    table: str
    line: Message


@dataclass(frozen=True)
class Judged:
    """Findings that keep a report from being made, those that the params accept, each with its reason.

    ``needless`` are entries of the params' ``accept`` that nothing was found for.
    """

    refused: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, str], ...]
    needless: tuple[Acceptance, ...] = ()


def judged(store: "Store") -> Judged:
    """What the gate of the params says of a store's exports."""
    refused, accepted, used = [], [], []
    for finding in findings(store):
        entries = [
            entry
            for entry in store.params.accept
            if entry.check == finding.check and entry.table in (None, finding.table)
        ]
        used += entries
        if entries:
            accepted.append((finding, entries[0].reason))
        else:
            refused.append(finding)
    needless = [entry for entry in store.params.accept if entry not in used]
    return Judged(tuple(refused), tuple(accepted), tuple(needless))


def findings(store: "Store") -> list[Finding]:
    """All that is beyond the thresholds of the params' ``gate``, accepted or not."""
    found = [*_rows_lost(store)]
    if all(name in store.tables for name in REQUIRED_TABLES):
        found += _links(store)
        found += _ends(store)
    return [*found, *_medians(store)]


def way_out(refused: tuple[Finding, ...]) -> Message:
    """How the params accept what was refused."""
    tables: dict[str, list[str]] = {}
    for finding in refused:
        tables.setdefault(finding.check, []).append(finding.table)
    entries = [
        f'{{check: {check}, {f"table: {names[0]}, " if len(names) == 1 else ""}reason: "…"}}'
        for check, names in tables.items()
    ]
    return Message(
        "no report is made of such exports; mend them, or write 'accept: [{entries}]' into the params: the "
        "first page then says so",
        "这样的数据不出报告；请改正数据，或在参数文件里写“accept: [{entries}]”：报告首页会写明",
        entries=", ".join(entries),
    )


def _rows_lost(store: "Store") -> Iterator[Finding]:
    most = store.params.gate.rows_lost
    for report in store.quality:
        if report.read < FEWEST or report.rejected <= most * report.read:
            continue
        line = Message(
            "{lost} of {read} rows are lost ({share:.1%}; at most {most:.3g} %): {reasons}",
            "{read} 行中有 {lost} 行不能用（{share:.1%}，最多 {most:.3g}%）：{reasons}",
            lost=report.rejected,
            read=report.read,
            share=report.rejected / report.read,
            most=most * 100,
            reasons=joined(
                Message("{problem}: {rows}", "{problem} {rows} 行", problem=reject_problem(reason), rows=rows)
                for reason, rows in report.rejected_reasons.items()
            ),
        )
        yield Finding("rows_lost", report.table, line)


def linked_first_services(tables: dict[str, pd.DataFrame]) -> tuple[int, int]:
    """First services of vehicles in the sales ledger, and all of them.

    Those of the ledger's first half year are left out: it need not have their vehicles.
    """
    visits, sales = tables["service_visits"], tables["vehicle_sales"]
    since = sales["sale_date"].min() + _OLD_ENOUGH
    first = visits[(visits["service_type"] == "first_service") & (visits["visit_date"] >= since)]
    return int(first["vin"].isin(sales["vin"]).sum()), len(first)


def _links(store: "Store") -> Iterator[Finding]:
    visits, sales = store.tables["service_visits"], store.tables["vehicle_sales"]
    ours, theirs = _usual_length(sales["vin"]), _usual_length(visits["vin"])
    if ours and theirs and abs(ours - theirs) >= _OTHER_LENGTH:
        yield Finding(
            "vin_shape",
            "service_visits",
            Message(
                "VINs have {theirs} characters here, {ours} in the sales ledger; export whole VINs in both",
                "这里的车架号有 {theirs} 位，销售台账里有 {ours} 位；请两边都导出完整的车架号",
                theirs=theirs,
                ours=ours,
            ),
        )
    if len(visits) >= _MANY_VISITS and not (visits["service_type"] == "first_service").any():
        yield Finding(
            "first_services_linked",
            "service_visits",
            Message(
                "none of {count} visits is a first service; look how the export calls it, and map that word "
                "under words.service_type",
                "{count} 次进厂中没有一次首保；请看导出里首保怎么写，并在 words.service_type 下对应",
                count=len(visits),
            ),
        )
    linked, count = linked_first_services(store.tables)
    least = store.params.gate.first_services_linked
    if count >= FEWEST and linked < least * count:
        yield Finding(
            "first_services_linked",
            "service_visits",
            Message(
                "{linked} of {count} first services are of a vehicle of the sales ledger ({share:.0%}; at "
                "least {least:.0%}); compare the VINs of both exports, and whether the ledger is whole",
                "{count} 次首保中有 {linked} 次的车辆在销售台账里（{share:.0%}，至少 {least:.0%}）；"
                "请核对两份导出的车架号，以及销售台账是否完整",
                linked=linked,
                count=count,
                share=linked / count,
                least=least,
            ),
        )


def _usual_length(vins: pd.Series) -> int:
    """The length that most of the VINs have; 0 where there is none such, or few VINs."""
    distinct = pd.Series(vins.dropna().unique(), dtype="str")
    if len(distinct) < FEWEST:
        return 0
    shares = distinct.str.len().value_counts(normalize=True)
    return int(shares.index[0]) if shares.iloc[0] >= _USUAL_LENGTH else 0


def missing_days(days: pd.Series, params: Params) -> int:
    """Days between the last row and ``as_of``, where by the table's own pace rows must be missing; else 0."""
    known = days.dropna()
    if len(known) < FEWEST:
        return 0
    last = known.max()
    gap = (pd.Timestamp(params.as_of) - last.normalize()).days
    year = known[known > last - pd.Timedelta(days=365)]
    span = max(30, (last - year.min()).days)
    return gap if gap > params.gate.export_end and len(year) / span * gap >= _EXPECTED_ROWS else 0


def _ends(store: "Store") -> Iterator[Finding]:
    for name in REQUIRED_TABLES:
        days = store.tables[name][TABLES[name].dated_by or ""]
        if gap := missing_days(days, store.params):
            line = Message(
                "the export ends on {last}, {gap} days before as_of {as_of}; export the rest, or say "
                "'as_of: \"{last}\"'",
                '导出止于 {last}，比数据截至日 {as_of} 早 {gap} 天；请补齐导出，或写“as_of: "{last}"”',
                last=f"{days.max():%Y-%m-%d}",
                gap=gap,
                as_of=store.params.as_of,
            )
            yield Finding("export_end", name, line)


def _medians(store: "Store") -> Iterator[Finding]:
    for (name, column), limits in MEDIANS.items():
        if name not in store.tables:
            continue
        known = store.tables[name][column].dropna()
        low, high = getattr(store.params.gate, limits)
        if len(known) < FEWEST or low <= known.median() <= high:
            continue
        line = Message(
            "the median of {column} is {median:,.10g}, not between {low:,.10g} and {high:,.10g}; look "
            "whether the right column is mapped, and its unit ('unit: 万元')",
            "{column} 的中位数为 {median:,.10g}，不在 {low:,.10g} 到 {high:,.10g} 之间；请看列对应是否正确，"
            "以及单位（“unit: 万元”）",
            column=column,
            median=known.median(),
            low=low,
            high=high,
        )
        yield Finding("medians", name, line)
