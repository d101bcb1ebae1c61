"""Tables of targets: scores and ranks to reach, what tiers pay, which items get there."""

from collections.abc import Callable

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.satisfaction.tables import Names, item_label, level_table, programmes
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.programmes import is_mystery_shopper


def score_targets(
    results: Results, *, plan_year: int, language: Language, mystery: bool = False
) -> ReportTable | Missing:
    """Each programme's score and rank of last year, and the targets.

    Parameters
    ----------
    results : Results
        Where the numbers are.
    plan_year : int
        The year of the targets.
    language : Language
        ``zh`` or ``en``.
    mystery : bool
        The mystery-shopper programmes, else all others.
    """
    numbers, last, plan = ResultCells(results, language), str(plan_year - 1), str(plan_year)
    rows = []
    for programme in _chosen(results, lambda name: is_mystery_shopper(name) is mystery):
        group = {"programme": programme}
        known = [("programme_score", last), ("programme_score_target", plan), ("programme_rank", last)]
        cells = [numbers.cell(metric, period, group) for metric, period in known]
        rank = numbers.cell("programme_rank_target", plan, group)
        rows.append(Row((Cell(group_label("programme", programme, language)), *cells, rank)))
    if not rows and mystery and programmes(results, "programme_score_target"):
        return Missing(f"> {text('satisfaction.no_mystery', language)}")
    if not rows:
        return explain_missing(["programme_score_target"], results, language)
    columns = (
        _label("programme", language),
        Column("last_score", text("column.last_score", language, year=last)),
        Column("score_target", text("column.score_target", language, year=plan)),
        Column("last_rank", text("column.last_rank", language, year=last)),
        Column("rank_target", text("column.rank_target", language, year=plan)),
    )
    id = "mystery_targets" if mystery else "score_targets"
    caption = text(f"table.{id}", language, year=plan)
    table = level_table(id, columns, rows, language, caption=caption)
    return table.with_note(text("note.rank_target", language))


def rebate_tiers(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """What each tier pays, what a step down costs, how likely it is, and what to expect.

    Parameters are those of :func:`score_targets`.
    """
    numbers, plan, rows = ResultCells(results, language), str(plan_year), []
    for programme in programmes(results, "rebate_amount"):
        group = {"programme": programme}
        name = Cell(group_label("programme", programme, language))
        tiers = results.select("rebate_amount", None, "tier", period=plan, **group)["tier"]
        for tier in tiers:
            split = {**group, "tier": tier}
            metrics = ("rebate_amount", "rebate_step_cost", "rebate_tier_chance")
            cells = [numbers.cell(metric, plan, split) for metric in metrics]
            rows.append(Row((name, Cell(group_label("tier", tier, language)), *cells)))
        lost = numbers.cell("rebate_none_chance", plan, group)
        rows.append(Row((name, Cell(text("column.no_tier", language)), Cell(""), Cell(""), lost)))
        rows += [
            Row(
                (name, Cell(label), numbers.cell("rebate_expected", plan, split), Cell(""), Cell("")), "total"
            )
            for label, split in _expectations(group, language)
        ]
    if not rows:
        return explain_missing(["rebate_amount"], results, language)
    whole = Cell(text("column.all_programmes", language))
    rows += [
        Row((whole, Cell(label), numbers.cell("rebate_expected", plan, split), Cell(""), Cell("")), "total")
        for label, split in _expectations({}, language)
    ]
    columns = (
        _label("programme", language),
        Column("tier", text("group.tier", language), "left"),
        *(Column(key, text(f"column.{key}", language)) for key in ("tier_pays", "step", "chance")),
    )
    table = level_table("rebate_tiers", columns, rows, language)
    return table.with_note(text("note.tiers", language))


def item_improvement(
    results: Results, *, plan_year: int, language: Language, names: Names
) -> ReportTable | Missing:
    """The items to mend for the target, the points each gains, and what is missing still.

    Parameters
    ----------
    results, plan_year, language
        As in :func:`score_targets`.
    names : mapping
        What each item is called.
    """
    numbers, plan, last, rows = ResultCells(results, language), str(plan_year), str(plan_year - 1), []
    found = results.select("item_improvement", None, "programme", "item_code", period=plan)
    for programme in programmes(results, "points_beyond_region"):
        name = Cell(group_label("programme", programme, language))
        needed = found[(found["programme"] == programme) & (found["value"] > 0)]
        for code in needed["item_code"]:
            group = {"programme": programme, "item_code": code}
            gap, gain = numbers.cell("item_gap", last, group), numbers.cell("item_improvement", plan, group)
            worth = numbers.cell("item_rebate_gain", plan, group)
            rows.append(Row((name, Cell(item_label(names, programme, code, language)), gap, gain, worth)))
        missing = numbers.cell("points_beyond_region", plan, {"programme": programme})
        rows.append(
            Row((name, Cell(text("column.points_missing", language)), Cell(""), missing, Cell("")), "total")
        )
    if not rows:
        return explain_missing(["item_improvement"], results, language)
    columns = (
        _label("programme", language),
        Column("item", text("column.item", language), "left"),
        *(Column(key, text(f"column.{key}", language)) for key in ("gap", "gain", "rebate_gain")),
    )
    table = level_table("item_improvement", columns, rows, language)
    return table.with_note(text("note.improvement", language))


def _chosen(results: Results, wanted: Callable[[str], bool]) -> list[str]:
    return [programme for programme in programmes(results, "programme_score_target") if wanted(programme)]


def _expectations(group: dict[str, str], language: Language) -> list[tuple[str, dict[str, str]]]:
    closed = group_label("scenario", "close_gaps", language)
    return [(text("column.expected", language), group), (closed, {**group, "scenario": "close_gaps"})]


def _label(group: str, language: Language) -> Column:
    return Column(group, text(f"group.{group}", language), "left")
