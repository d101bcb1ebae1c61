import re
import warnings
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.catalogue import METRICS, Missing, format_value
from csanalysis.chapters.churn import figures as churn_figures
from csanalysis.chapters.churn import figures_states as churn_figures_states
from csanalysis.chapters.customer_base import figures_classes as customer_base_figures_classes
from csanalysis.chapters.customer_base import figures_teams as customer_base_figures_teams
from csanalysis.chapters.first_service import figures as first_service_figures
from csanalysis.chapters.first_service import figures_backtest as first_service_figures_backtest
from csanalysis.display.figures import splits as figures_splits
from csanalysis.display.figures.marks import spread_apart
from csanalysis.display.figures.theme import ReportFigure
from csanalysis.metrics.results import Results, tidy
from tests.told import marks_of, untrue

# What draws each figure, and the numbers its alternative text must give: metric, period, group.
FIGURES = {
    "return_rate_by_month": (
        lambda results, language: first_service_figures.return_rate_by_month(
            results, language=language, years=2
        ),
        [("first_service_return_rate", "2024", {}), ("first_service_return_rate", "2025", {})],
    ),
    "target_by_month": (
        lambda results, language: first_service_figures.target_by_month(
            results, language=language, plan_year=2026
        ),
        [("first_service_target", "2026-12", {}), ("first_service_visits", "2025-01", {})],
    ),
    "curve": (
        lambda results, language: first_service_figures.curve(results, language=language),
        [("first_service_curve", "2025-12-31", {"months_since_sale": "3"})],
    ),
    "ratio_and_cohort": (
        lambda results, language: first_service_figures.ratio_and_cohort(results, language=language),
        [("first_service_return_rate", "2025", {}), ("first_service_cohort_rate", "2024", {})],
    ),
    "lag_sensitivity": (
        lambda results, language: first_service_figures_backtest.lag_sensitivity(results, language=language),
        [("first_service_return_rate", "2024", {"lag_months": "2"})],
    ),
    "backtest": (
        lambda results, language: first_service_figures_backtest.backtest(results, language=language),
        [],
    ),
    "churn_by_year": (
        lambda results, language: churn_figures.churn_by_year(results, language=language, plan_year=2026),
        [("annual_churn_rate", "2024", {}), ("churn_rate_target", "2026", {})],
    ),
    "churn_backtest": (
        lambda results, language: churn_figures.churn_backtest(results, language=language),
        [
            ("churn_rate_target_backtest", "2025", {"rule": "not_above_average"}),
            ("annual_churn_rate", "2025", {}),
        ],
    ),
    "ceiling_by_month": (
        lambda results, language: churn_figures.ceiling_by_month(results, language=language, plan_year=2026),
        [("monthly_lapse_ceiling", "2026-01", {}), ("lapsed_vehicles", "2025-12", {})],
    ),
    "retention": (
        lambda results, language: churn_figures.retention(results, language=language),
        [("retained_share", "2023", {"years_later": "2"})],
    ),
    "lifecycle": (
        lambda results, language: churn_figures_states.lifecycle(results, language=language),
        [("lifecycle_vehicles", "2025-12-31", {"state": "permanent"})],
    ),
    "bridge": (
        lambda results, language: churn_figures_states.bridge(results, language=language),
        [("retention_bridge", "2025", {"flow": "closing"}), ("retention_bridge", "2025", {"flow": "lapsed"})],
    ),
    "class_migration": (
        lambda results, language: customer_base_figures_classes.class_migration(results, language=language),
        [],
    ),
    "classes_by_team": (
        lambda results, language: customer_base_figures_teams.classes_by_team(results, language=language),
        [],
    ),
    "assessed_churn": (
        lambda results, language: customer_base_figures_teams.assessed_churn(results, language=language),
        [("assessed_churn_rate", "2025-12", {}), ("assessed_churn_rate", "2025-12", {"team": "一组"})],
    ),
    "receptions": (
        lambda results, language: customer_base_figures_teams.receptions(results, language=language),
        [("daily_receptions_days_above_limit", "2025", {"advisor": "甲"})],
    ),
    "rates_by_split": (
        lambda results, language: figures_splits.rates_by_split(
            results, "first_service_cohort_rate", "model", 2024, language=language
        ),
        [("first_service_cohort_rate", "2024", {"model": "a"})],
    ),
}
SVG = "{http://www.w3.org/2000/svg}"
BOTH = [(name, language) for name in FIGURES for language in ("zh", "en")]


@pytest.fixture(scope="session")
def drawn(plan_results):
    """Each figure of the made-up dealership, drawn once."""

    @cache
    def figure(name: str, language: str) -> ReportFigure:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a glyph that no font has is a warning
            return FIGURES[name][0](plan_results, language)

    return figure


def test_a_figure_is_a_small_svg_with_its_words_as_text(drawn):
    wrong = []
    for name, language in BOTH:
        figure = drawn(name, language)
        assert isinstance(figure, ReportFigure), (name, language)
        root = ElementTree.fromstring(figure.svg)
        for layer in root.findall(f".//{SVG}g[@class='marks']"):
            layer.clear()
        tags = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
        about = figure._repr_mimebundle_()[1]["image/svg+xml"]
        held = {
            "small": len(figure.svg) < 50 * 1024,
            "its words are text": "text" in tags and "image" not in tags,
            "its words are handed over beside it": not tags & {"title", "desc"},
            "its title and alternative text": (about["title"], about["alt"]) == (figure.title, figure.alt),
        }
        wrong += [(name, language, what) for what, holds in held.items() if not holds]
    assert wrong == []


def test_every_mark_tells_the_number_that_is_published(plan_results, drawn):
    wrong, silent = [], []
    for name, language in BOTH:
        said = list(marks_of(drawn(name, language).svg))
        silent += [] if said else [(name, language)]
        wrong += filter(None, (untrue(each, plan_results, language) for each in said))
    assert (wrong, silent) == ([], [])


def test_marks_say_name_value_and_interval(drawn):
    said = [each.words for each in marks_of(drawn("churn_by_year", "zh").svg)]
    assert any(re.fullmatch(r"2025年：\d+\.\d%（\d+\.\d–\d+\.\d%）", words) for words in said), said
    said = [each.words for each in marks_of(drawn("target_by_month", "en").svg)]
    assert any(re.fullmatch(r".*2026.* Mar: \d+", words) for words in said), said


def test_the_alternative_text_gives_the_numbers_of_the_results(plan_results, drawn):
    wrong = []
    for name, language in BOTH:
        figure = drawn(name, language)
        for metric, period, group in FIGURES[name][1]:
            said = format_value(plan_results.value(metric, period, **group), METRICS[metric].format, language)
            if said not in figure.alt:
                wrong.append((name, language, metric, said))
        if not figure.title or "{" in figure.title + figure.alt + (figure.note or ""):
            wrong.append((name, language, figure.title))
    assert wrong == []


def test_titles_and_texts_are_in_the_report_s_language(drawn):
    chinese = {name: drawn(name, "zh").title for name in FIGURES}
    english = {name: drawn(name, "en").title + (drawn(name, "en").note or "") for name in FIGURES}
    assert [name for name, title in chinese.items() if not re.search(r"[\u4e00-\u9fff]", title)] == []
    assert [name for name, text in english.items() if re.search(r"[\u4e00-\u9fff]", text)] == []


def test_what_a_figure_points_to_inside_is_there_and_its_own(drawn):
    wrong = []
    for name in FIGURES:
        figure = drawn(name, "zh")
        ids = re.findall(r' id="([^"]+)"', figure.svg)
        used = {*re.findall(r'href="#([^"]+)"', figure.svg), *re.findall(r"url\(#([^)]+)\)", figure.svg)}
        own = all(id.startswith(f"{figure.id}-") for id in ids)
        if used != set(ids) or len(ids) != len(set(ids)) or not own:
            wrong.append((name, used ^ set(ids), ids))
    assert wrong == []


def test_the_same_numbers_give_the_same_bytes(plan_results):
    draw = FIGURES["ratio_and_cohort"][0]
    assert draw(plan_results, "zh").svg == draw(plan_results, "zh").svg


def test_without_numbers_the_reader_is_told_what_is_missing():
    missing = {(name, language): FIGURES[name][0](Results(), language) for name, language in BOTH}
    assert [key for key, said in missing.items() if not isinstance(said, Missing)] == []
    assert [key for key, said in missing.items() if "service_visits" not in str(said)] == []


def test_undefined_numbers_make_no_figure():
    results = Results({"annual_churn_rate": tidy(["2024", "2025"], value=float("nan"))})
    assert isinstance(churn_figures.churn_by_year(results, language="en", plan_year=2026), Missing)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ([0.70, 0.75], "rose from 70.0% (2024) to 75.0% (2025)"),
        ([0.75, 0.70], "fell from 75.0% (2024) to 70.0% (2025)"),
        ([0.700, 0.705], "held steady: 70.0% in 2024, 70.5% in 2025"),
    ],
    ids=["up", "down", "steady"],
)
def test_the_title_says_which_way_the_rate_went(rates, said):
    results = Results(
        {
            "first_service_return_rate": [
                tidy(["2024-12", "2025-12"], value=rates),
                tidy(["2024", "2025"], value=rates),
            ]
        }
    )
    figure = first_service_figures.return_rate_by_month(results, language="en")
    assert figure.title == f"First-service return rate {said}"


def test_a_title_can_be_given(plan_results):
    figure = churn_figures.retention(plan_results, language="en", title="They stay")
    assert figure.title == "They stay"
    data, about = figure._repr_mimebundle_()
    assert about["image/svg+xml"]["title"] == "They stay"
    assert data["text/plain"] == figure.alt


@pytest.mark.parametrize("months", [1, 7])
def test_a_year_just_begun_can_be_drawn(months):
    labels = [f"2025-{month:02d}" for month in range(1, months + 1)]
    results = Results({"first_service_return_rate": tidy(labels, value=0.7, low=0.6, high=0.8)})
    assert isinstance(first_service_figures.return_rate_by_month(results, language="zh"), ReportFigure)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8).map(sorted),
    st.floats(0.01, 0.1),
)
def test_labels_are_moved_apart_in_order_and_inside(values, least):
    placed = spread_apart(values, least, 0, 1)
    assert all(later - earlier >= least - 1e-9 for earlier, later in pairwise(placed))
    assert placed[0] >= -1e-9
    assert placed[-1] <= 1 + 1e-9


def test_labels_that_have_room_stay():
    assert spread_apart([0.2, 0.5, 0.9], 0.1, 0, 1) == pytest.approx([0.2, 0.5, 0.9])
    assert spread_apart([0.5, 0.5], 0.1, 0, 1) == pytest.approx([0.45, 0.55])


def test_a_year_that_is_not_over_is_not_compared():
    months = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)][:-4]
    results = Results(
        {
            "first_service_return_rate": [
                tidy(months, value=0.7),
                tidy(["2023", "2024", "2025"], value=[0.70, 0.75, 0.60]),
            ],
            "first_service_visits": [tidy(months, value=40), tidy(["2025"], value=320)],
            "first_service_target": [tidy(["2026-01"], value=50), tidy(["2026"], value=600)],
        }
    )
    assert first_service_figures.return_rate_by_month(results, language="en").title.endswith(
        "rose from 70.0% (2023) to 75.0% (2024)"
    )
    assert "320" not in first_service_figures.target_by_month(results, language="en", plan_year=2026).title


def test_a_store_that_knows_no_teams_still_sees_its_own_classes():
    day = ["2025-12-31"] * 4
    results = Results({"visit_class_vehicles": tidy(day, value=[0, 4, 12, 4], visit_class=list("ABCD"))})
    figure = customer_base_figures_teams.classes_by_team(results, language="en")
    assert figure.panels == 1 and "20%" in figure.title
