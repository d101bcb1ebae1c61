"""The calibration table of the annex: each claim, and how often it holds in simulated stores."""

from csanalysis.catalogue import Language, format_period, format_value, text
from csanalysis.catalogue.calibration import Calibrated, calibration
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row

_TENTHS = "chance_of_tier_"
_SHORT = ("limit", "outside")


def calibration_table(*, language: Language, short: bool = False, id: str = "") -> ReportTable:
    """One row a claim: what it says, in how many kinds of stores it was tried, how often it held, the target.

    Parameters
    ----------
    language : Language
        ``zh`` or ``en``.
    short : bool
        Only the claims that fall short in some kind of store: known limits, and targets not met.
    id : str
        Names the table; ``calibration`` or ``calibration_short``.
    """
    day, rows = calibration()
    kept = [row for row in rows if row.standing in _SHORT] if short else rows
    heads = ("claim", "meaning", "worlds", "stores", "rate", "error", "target", "standing")
    left = ("claim", "meaning", "standing")
    columns = tuple(
        Column(head, text(f"calibration.head.{head}", language), "left" if head in left else "right")
        for head in heads
    )
    body = tuple(Row(_cells(row, language)) for row in kept)
    name = "_short" if short else ""
    caption = text(f"calibration.caption{name}", language, day=format_period(day, language))
    return ReportTable(id or f"calibration{name}", caption, columns, body)


def claim_label(claim: str, language: Language) -> str:
    """What a claim is called."""
    if claim.startswith(_TENTHS):
        low, high = claim.removeprefix(_TENTHS).split("_")
        return text("calibration.claim.chance_of_tier", language, low=low, high=high)
    return text(f"calibration.claim.{claim}", language)


def _cells(row: Calibrated, language: Language) -> tuple[Cell, ...]:
    written = [_share(row.lowest, language), _share(row.highest, language)]
    rate = (
        written[0]
        if written[0] == written[1]
        else text("calibration.span", language, low=written[0], high=written[1])
    )
    target = text(
        "calibration.span", language, low=_share(row.low, language), high=_share(row.high, language)
    )
    if row.low == 0:
        target = text("calibration.at_most", language, high=_share(row.high, language))
    elif row.high == 1:
        target = text("calibration.at_least", language, low=_share(row.low, language))
    standing = text(f"calibration.standing.{row.standing}", language)
    if row.off:
        worlds = text("sign.comma", language).join(
            text(f"calibration.world.{world}", language) for world in row.off
        )
        standing = text("calibration.where_not", language, standing=standing, worlds=worlds)
    return (
        Cell(claim_label(row.claim, language)),
        Cell(text(f"calibration.kind.{row.kind}", language)),
        Cell(format_value(row.worlds, "count", language)),
        Cell(format_value(row.stores, "count", language)),
        Cell(rate),
        Cell(_share(row.error, language)),
        Cell(target),
        Cell(standing),
    )


def _share(value: float, language: Language) -> str:
    return format_value(value, "percent", language, decimals=1)
