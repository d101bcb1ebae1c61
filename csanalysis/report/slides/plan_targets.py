"""Slides of last year and of what the plan year is to reach."""

from csanalysis.catalogue import METRICS, Missing, group_label
from csanalysis.chapters.plan.tables_targets import targets as target_table
from csanalysis.chapters.satisfaction.tables import programmes
from csanalysis.display.tables.model import Cell
from csanalysis.report.slides.asked import Asked, by_month, chart, levelled, only
from csanalysis.report.slides.blocks import Beside, Block, Card, Cards, Lines, Slide, known, slide_of

_FIVE = 5


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
    title = asked.say(
        "last_year.title", year=asked.last, count=asked.word(f"number.{min(_FIVE, len(cards))}")
    )
    beside = [block for block in (_said(asked), _rates(asked)) if block is not None]
    blocks: tuple[Block, ...] = (Cards(tuple(cards[:_FIVE])),)
    if beside:
        blocks += (Beside(tuple(beside), (1.0, 1.3)[: len(beside)]),)
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
    wanted: tuple[tuple[str, dict[str, tuple[str, dict[str, str]]]], ...] = (
        ("rate", {"rate": ("first_service_return_rate", {}), "sales": ("new_vehicle_sales", {})}),
        ("lapses", {"lapses": ("lapsed_vehicles", {})}),
        ("value", {"value": ("value_created", {})}),
        ("accuracy", {"rate": ("record_accuracy_rate", {}), "late": ("late_entry_rate", {})}),
    )
    for key, parts in wanted:
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
    return Slide(
        "targets", asked.say("targets.title", year=asked.plan), (levelled(only(table, keys), asked.language),)
    )


def first_service(asked: Asked) -> Slide | None:
    """Last year's first services and this year's targets, by month and agent."""
    year, metric = asked.params.plan_year, asked.aim("first_service_target")
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
    title = (
        asked.say("first_service.title", target=target, year=asked.plan, came=came, last=asked.last)
        if known(came)
        else asked.say("first_service.title_alone", target=target, year=asked.plan)
    )
    return slide_of("first_service", title, [drawn, table], shares=(1.3, 1.0))


def churn(asked: Asked) -> Slide | None:
    """The churn rate of past years and its target, and the most vehicles a month may lose."""
    target, year = asked.cell(asked.aim("churn_rate_target"), asked.plan), asked.params.plan_year
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
            (asked.word("churn.ceiling", year=asked.plan), asked.aim("monthly_lapse_ceiling"), year, {}),
        ],
    )
    ceiling = asked.cell(asked.aim("monthly_lapse_ceiling"), asked.plan)
    title = (
        asked.say("churn.title", target=target, ceiling=ceiling, year=asked.plan)
        if known(ceiling)
        else asked.say("churn.title_alone", target=target, year=asked.plan)
    )
    return slide_of("churn", title, [drawn, table], shares=(1.6, 0.8))


def _months(asked: Asked, metric: str, year: int) -> list[Cell]:
    return [asked.cell(metric, f"{year}-{month:02d}") for month in range(1, 13)]
