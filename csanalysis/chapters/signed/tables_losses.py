"""Where the store loses, the one thing to do first, and what could go otherwise."""

from collections.abc import Sequence

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, group_label, group_name, text
from csanalysis.chapters.signed.forms import head, heads, sheet, whole
from csanalysis.chapters.signed.losses import COMPARED, SCORES, joined, period_of
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results

MOST_ROWS = 24
_RISKS = (
    "simulated_first_service_visits",
    "simulated_churn_rate",
    "simulated_visits",
    "simulated_revenue",
)


def losses(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """Who lies behind the store beyond chance: their own share, the one to be expected, cases short."""
    numbers = ResultCells(results, language)
    rows = []
    for by, name, found in joined(results, plan_year):
        kind = text("signed.loss.person", language) if by == "person" else group_name(by, language)
        head_cells = (Cell(name), Cell(kind))
        for metric in dict.fromkeys(metric for metric, _ in found):
            for cells in _told(numbers, metric, name, plan_year):
                rows.append(Row((*head_cells, *cells)))
                head_cells = (Cell(""), Cell(""))
    if not rows:
        return Missing(f"> {text('signed.no_losses', language)}")
    columns = (
        *heads(("who", "kind", "measure"), language, "left"),
        *heads(("own", "to_expect", "short"), language),
    )
    return sheet("losses", columns, rows[:MOST_ROWS], language, note=text("signed.losses_note", language))


def _told(numbers: ResultCells, metric: str, name: str, plan_year: int) -> Sequence[tuple[Cell, ...]]:
    """What somebody lies behind in: the measure, own share or score, the one to expect, what is short."""
    plan, last, language = str(plan_year), str(plan_year - 1), numbers.language
    if metric == SCORES:
        found = numbers.results.select(SCORES, None, "programme", period=plan, staff=name)
        return [
            (
                _score_label(str(programme), language),
                numbers.cell("staff_score", last, {"staff": name, "programme": str(programme)}),
                numbers.cell("programme_score", last, {"programme": str(programme)}),
                numbers.cell(SCORES, plan, {"staff": name, "programme": str(programme)}),
            )
            for programme in found["programme"]
        ]
    told = []
    for each in COMPARED:
        short = ("shortfall_cases", plan, {"measure": metric, each.by: name})
        if each.metric != metric or short not in numbers:
            continue
        period = period_of(numbers.results, metric, each.by, plan_year) or ""
        group = {each.by: name} if each.expected else {}
        told.append(
            (
                Cell(METRICS[metric].label(language), about=metric),
                numbers.cell(metric, period, {each.by: name}),
                numbers.cell(each.expected or metric, period, group),
                whole(numbers.cell(*short), language),
            )
        )
    return told[:1]


def _score_label(programme: str, language: Language) -> Cell:
    said = group_label("programme", programme, language)
    measure = group_label("target", "programme_score_target", language)
    return Cell(text("plan.goal", language, split=said, measure=measure), about="staff_score")


def first_thing(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """The one thing to do first: whoever lies behind in most."""
    tell, found = SentenceWriter(results, language), joined(results, plan_year)
    if not found:
        return Missing(f"> {text('signed.no_losses', language)}")
    _, name, measures = found[0]
    kinds = list(dict.fromkeys(metric for metric, _ in measures))
    said = tell.listed(METRICS["staff_score" if kind == SCORES else kind].label(language) for kind in kinds)
    return Prose(tell.say("signed.first_thing", name=name, count=len(kinds), measures=said))


def scenarios(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """The simulated year as planned and in each scenario, with its 80 % band."""
    numbers, plan = ResultCells(results, language), str(plan_year)
    known = [metric for metric in _RISKS if (metric, plan, {}) in numbers]
    if not known:
        return explain_missing(_RISKS[:1], results, language)
    names = list(results.select(known[0], None, "scenario", period=plan)["scenario"])
    runs = [(text("column.with_moves", language), {}), *((name, {"scenario": name}) for name in names)]
    rows = [
        Row(
            (
                Cell(label),
                *(
                    cell
                    for metric in known
                    for cell in (
                        whole(numbers.cell(metric, plan, run), language),
                        numbers.interval(metric, plan, run),
                    )
                ),
            )
        )
        for label, run in runs
    ]
    columns = [head("scenario", language, "left")]
    for metric in known:
        columns += [
            Column(f"{metric}.{key}", text(f"signed.column.{key}", language)) for key in ("level", "band")
        ]
    groups = [("", 1), *((text(f"signed.risk.{metric}", language), 2) for metric in known)]
    note = text("signed.scenario_note", language)
    return sheet("scenarios", columns, rows, language, groups=groups, note=note, year=plan)


def rebate_risk(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """Each programme's tiers: what they pay and how likely they are, what none would cost."""
    numbers, plan = ResultCells(results, language), str(plan_year)
    found = results.select("rebate_amount", None, "programme", "tier", period=plan)
    if found.empty:
        return explain_missing(["rebate_amount"], results, language)
    rows = []
    for programme, tier in zip(found["programme"], found["tier"], strict=True):
        group = {"programme": str(programme), "tier": str(tier)}
        rows.append(
            Row(
                (
                    Cell(group_label("programme", programme, language)),
                    Cell(group_label("tier", tier, language)),
                    *(
                        numbers.cell(metric, plan, group)
                        for metric in ("rebate_amount", "rebate_step_cost", "rebate_tier_chance")
                    ),
                )
            )
        )
    columns = (*heads(("programme", "tier"), language, "left"), *heads(("pays", "step", "chance"), language))
    return sheet("rebate_risk", columns, rows, language, year=plan)
