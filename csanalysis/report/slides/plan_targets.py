"""Slides of last year and of what the plan year is to reach."""

from collections.abc import Sequence
from typing import Literal

from csanalysis.catalogue import METRICS, Missing, group_label
from csanalysis.chapters.plan.tables_targets import targets as target_table
from csanalysis.chapters.satisfaction.tables import item_label, programmes
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.report.slides.asked import Asked, by_month, chart, levelled, only
from csanalysis.report.slides.blocks import Beside, Block, Card, Cards, Line, Lines, Slide, known

_FIVE = 5
_WEAK = 8


def last_year(asked: Asked) -> Slide | None:
    """Last year in five numbers, each beside the year before."""
    before = str(int(asked.last) - 1)
    wanted = [
        ("first_service_visits", {}),
        ("annual_churn_rate", {}),
        *(("programme_score", {"programme": name}) for name in programmes(asked.results, "programme_score")),
        ("upsell_success_rate", {}),
        ("value_created", {}),
        ("revenue_per_vehicle", {}),
        ("new_vehicle_sales", {}),
    ]
    cards = []
    for metric, group in wanted:
        number, earlier = asked.cell(metric, asked.last, **group), asked.cell(metric, before, **group)
        if not known(number):
            continue
        label = METRICS[metric].label(asked.language)
        if "programme" in group:
            label = group_label("programme", group["programme"], asked.language)
        below = (
            asked.say("last_year.before", year=before, value=earlier)
            if known(earlier)
            else asked.say("last_year.alone")
        )
        cards.append(Card(label, number, below))
    if not cards:
        return None
    title = asked.say("last_year.title", year=asked.last, count=asked.word(f"number.{min(_FIVE, len(cards))}"))
    below = [block for block in (_said(asked), _rates(asked)) if block is not None]
    blocks: tuple[Block, ...] = (Cards(tuple(cards[:_FIVE])),)
    if below:
        blocks += (Beside(tuple(below), (1.0, 1.3)[: len(below)]),)
    return Slide("last_year", title, blocks, shares=(1.0, 2.2)[: len(blocks)])


def _rates(asked: Asked) -> Block | None:
    """The store's rates over the years."""
    years, names = asked.years(6), ("first_service_return_rate", "annual_churn_rate", "upsell_success_rate")
    series = [
        (METRICS[name].label(asked.language), [asked.cell(name, year) for year in years]) for name in names
    ]
    return chart(asked.word("last_year.chart"), "lines", years, series, "percent")


def _said(asked: Asked) -> Lines | None:
    said = []
    for key, parts in (
        ("rate", {"rate": ("first_service_return_rate", {}), "sales": ("new_vehicle_sales", {})}),
        ("lapses", {"lapses": ("lapsed_vehicles", {})}),
        ("value", {"value": ("value_created", {})}),
        ("accuracy", {"rate": ("record_accuracy_rate", {}), "late": ("late_entry_rate", {})}),
    ):
        cells = {name: asked.cell(metric, asked.last, **group) for name, (metric, group) in parts.items()}
        if known(*cells.values()):
            said.append(asked.say(f"last_year.{key}", **cells))
    return Lines(tuple(said)) if said else None


def targets(asked: Asked) -> Slide | None:
    """Every target with three years before it."""
    table = target_table(
        asked.results, params=asked.params, language=asked.language, names=asked.names, id="targets"
    )
    if isinstance(table, Missing):
        return None
    keys = ("metric", *asked.years(3), "target", "normal", "worth", "owner")
    return Slide("targets", asked.say("targets.title", year=asked.plan), (levelled(only(table, keys), asked.language),))


def first_service(asked: Asked) -> Slide | None:
    """Last year's first services and this year's targets, by month and agent."""
    year, metric = asked.params.plan_year, "first_service_target"
    target, came = asked.cell(metric, asked.plan), asked.cell("first_service_visits", asked.last)
    if not known(target):
        return None
    agents = list(asked.results.select(metric, "year", "agent", period=asked.plan)["agent"])
    drawn = chart(
        asked.word("first_service.chart"),
        "columns",
        asked.month_names(),
        [
            (asked.word("came", year=asked.last), _months(asked, "first_service_visits", year - 1)),
            (asked.word("target", year=asked.plan), _months(asked, metric, year)),
        ],
        "count",
    )
    table = by_month(
        asked,
        "first_service_months",
        asked.word("first_service.table", year=asked.plan),
        [
            (asked.word("came", year=asked.last), "first_service_visits", year - 1, {}),
            (asked.word("target", year=asked.plan), metric, year, {}),
            *((agent, metric, year, {"agent": agent}) for agent in agents),
        ],
    )
    key = "first_service.title" if known(came) else "first_service.title_alone"
    parts = {"target": target, "year": asked.plan} | ({"came": came, "last": asked.last} if known(came) else {})
    return _slide("first_service", asked.say(key, **parts), [drawn, table], shares=(1.3, 1.0))


def churn(asked: Asked) -> Slide | None:
    """The churn rate of past years and its target, and the most vehicles a month may lose."""
    target, year = asked.cell("churn_rate_target", asked.plan), asked.params.plan_year
    if not known(target):
        return None
    years = [each for each in asked.years(5) if known(asked.cell("annual_churn_rate", each))]
    none = Cell("")
    drawn = chart(
        asked.word("churn.chart"),
        "columns",
        [*years, asked.plan],
        [
            (asked.word("actual"), [*(asked.cell("annual_churn_rate", each) for each in years), none]),
            (asked.word("aim"), [*[none] * len(years), target]),
        ],
        "percent",
    )
    table = by_month(
        asked,
        "lapse_ceiling",
        asked.word("churn.table"),
        [
            (asked.word("churn.lapsed", year=asked.last), "lapsed_vehicles", year - 1, {}),
            (asked.word("churn.ceiling", year=asked.plan), "monthly_lapse_ceiling", year, {}),
        ],
    )
    ceiling = asked.cell("monthly_lapse_ceiling", asked.plan)
    title = (
        asked.say("churn.title", target=target, ceiling=ceiling, year=asked.plan)
        if known(ceiling)
        else asked.say("churn.title_alone", target=target, year=asked.plan)
    )
    return _slide("churn", title, [drawn, table], shares=(1.6, 0.8))


def scores(asked: Asked) -> Slide | None:
    """Scores and ranks of each programme with their targets."""
    names = programmes(asked.results, "programme_score")
    if not names:
        return None
    years = asked.years(3)
    columns = (
        Column("programme", asked.word("scores.programme"), "left"),
        *(Column(f"score{each}", asked.word("scores.score", year=each)) for each in years),
        Column("region", asked.word("scores.region", year=asked.last)),
        Column("target", asked.word("scores.target", year=asked.plan)),
        *(Column(f"rank{each}", asked.word("scores.rank", year=each)) for each in years),
        Column("rank_target", asked.word("scores.rank_target", year=asked.plan)),
    )
    rows = tuple(
        Row(
            (
                Cell(group_label("programme", name, asked.language)),
                *(asked.cell("programme_score", each, programme=name) for each in years),
                asked.cell("programme_regional_mean", asked.last, programme=name),
                asked.cell("programme_score_target", asked.plan, programme=name),
                *(asked.cell("programme_rank", each, programme=name) for each in years),
                asked.cell("programme_rank_target", asked.plan, programme=name),
            )
        )
        for name in names
    )
    past = asked.years(6)
    drawn = chart(
        asked.word("scores.chart"),
        "lines",
        past,
        [
            (
                group_label("programme", name, asked.language),
                [asked.cell("programme_rank", each, programme=name) for each in past],
            )
            for name in names
        ],
        "count",
    )
    table = ReportTable("scores", asked.word("scores.table"), columns, rows)
    return _slide("scores", asked.say("scores.title", year=asked.plan), [table, drawn], shares=(0.7, 1.5))


def weak_items(asked: Asked) -> Slide | None:
    """The survey items found weak last year, the furthest behind the region first."""
    found = asked.results.select("weak_item", "year", "programme", "item_code", period=asked.last)
    found = found[found["value"] == 1]
    groups = [
        {"programme": str(programme), "item_code": str(code)}
        for programme, code in zip(found["programme"], found["item_code"], strict=True)
    ]
    groups.sort(key=lambda group: asked.results.value("item_gap", asked.last, **group) or 0.0)
    if not groups:
        return None
    columns = (
        Column("item", asked.word("weak.item"), "left"),
        Column("score", asked.word("weak.score")),
        Column("region", asked.word("weak.region")),
        Column("gap", asked.word("weak.gap")),
        Column("months", asked.word("weak.months")),
        Column("gain", asked.word("weak.gain")),
    )
    rows = tuple(
        Row(
            (
                Cell(_item(asked, group)),
                asked.cell("item_score", asked.last, **group),
                asked.cell("item_regional_mean", asked.last, **group),
                asked.cell("item_gap", asked.last, **group),
                asked.cell("item_months_below", asked.last, **group),
                asked.cell("item_rebate_gain", asked.plan, **group),
            )
        )
        for group in groups[:_WEAK]
    )
    drawn = chart(
        asked.word("weak.chart"),
        "bars",
        [_item(asked, group) for group in groups[:_WEAK]],
        [(asked.word("weak.gap"), [asked.cell("item_gap", asked.last, **group) for group in groups[:_WEAK]])],
        "score",
    )
    table = ReportTable("weak_items", asked.word("weak.table", year=asked.last), columns, rows)
    title = asked.say("weak.title", year=asked.last)
    return _slide("weak_items", title, [table, drawn], way="beside", shares=(1.5, 1.0))


def _item(asked: Asked, group: dict[str, str]) -> str:
    return item_label(asked.names, group["programme"], group["item_code"], asked.language)


def upsell(asked: Asked) -> Slide | None:
    """Success of proposed work by grade: years, before and after grading, target."""
    aim = asked.cell("upsell_success_target", asked.plan)
    rate = asked.cell("upsell_success_rate", asked.last)
    if not known(rate):
        return None
    grades = [{}, *({"grade": grade} for grade in ("A", "B", "C"))]
    years = asked.years(6)

    def label(group: dict[str, str]) -> str:
        return group_label("grade", group["grade"], asked.language) if group else asked.word("all")

    drawn = chart(
        asked.word("upsell.chart"),
        "lines",
        years,
        [(label(group), [asked.cell("upsell_success_rate", y, **group) for y in years]) for group in grades],
        "percent",
    )
    columns = (
        Column("grade", asked.word("upsell.grade"), "left"),
        Column("rate", asked.word("came", year=asked.last)),
        Column("change", asked.word("upsell.change")),
        Column("target", asked.word("target", year=asked.plan)),
        Column("point", asked.word("upsell.point")),
        Column("worth", asked.word("upsell.worth")),
    )
    rows = tuple(
        Row(
            (
                Cell(label(group)),
                asked.cell("upsell_success_rate", asked.last, **group),
                asked.cell("upsell_success_change", asked.as_of, **group),
                asked.cell("upsell_success_target", asked.plan, **group),
                asked.cell("upsell_point_value", asked.plan, **group),
                asked.cell("upsell_target_value", asked.plan, **group),
            )
        )
        for group in grades
        if known(asked.cell("upsell_success_rate", asked.last, **group))
    )
    table = ReportTable("upsell", asked.word("upsell.table"), columns, rows)
    title = (
        asked.say("upsell.title", rate=rate, target=aim, last=asked.last, year=asked.plan)
        if known(aim)
        else asked.say("upsell.title_alone", rate=rate, last=asked.last)
    )
    return _slide("upsell", title, [drawn, table], shares=(1.5, 1.0))


def _months(asked: Asked, metric: str, year: int) -> list[Cell]:
    return [asked.cell(metric, f"{year}-{month:02d}") for month in range(1, 13)]


def _slide(
    name: str,
    title: Line,
    blocks: Sequence[Block | None],
    *,
    way: Literal["beside", "below"] = "below",
    shares: Sequence[float],
) -> Slide:
    """A slide of the blocks that there are."""
    there = [(block, share) for block, share in zip(blocks, shares, strict=True) if block is not None]
    return Slide(name, title, tuple(block for block, _ in there), way, tuple(share for _, share in there))
