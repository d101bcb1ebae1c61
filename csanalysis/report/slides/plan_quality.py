"""Slides of what customers say and of proposed work: scores, weak items, upsell."""

from csanalysis.catalogue import group_label
from csanalysis.chapters.satisfaction.tables import item_label, programmes
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.report.slides.asked import Asked, chart
from csanalysis.report.slides.blocks import Slide, known, slide_of

_WEAK = 8


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
                asked.cell(asked.aim("programme_score_target"), asked.plan, programme=name),
                *(asked.cell("programme_rank", each, programme=name) for each in years),
                asked.cell(asked.aim("programme_rank_target"), asked.plan, programme=name),
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
    return slide_of("scores", asked.say("scores.title", year=asked.plan), [table, drawn], shares=(0.7, 1.5))


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
    return slide_of("weak_items", title, [table, drawn], way="beside", shares=(1.5, 1.0))


def _item(asked: Asked, group: dict[str, str]) -> str:
    return item_label(asked.names, group["programme"], group["item_code"], asked.language)


def upsell(asked: Asked) -> Slide | None:
    """Success of proposed work by grade: years, before and after grading, target."""
    aim = asked.cell(asked.aim("upsell_success_target"), asked.plan)
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
    )
    rows = tuple(
        Row(
            (
                Cell(label(group)),
                asked.cell("upsell_success_rate", asked.last, **group),
                asked.cell("upsell_success_change", asked.as_of, **group),
                asked.cell(asked.aim("upsell_success_target"), asked.plan, **group),
                asked.cell("upsell_point_value", asked.plan, **group),
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
    return slide_of("upsell", title, [drawn, table], shares=(1.5, 1.0))
