"""The monthly review: numbers against the raw tables, alerts, refusals, digest, and what leaves the house."""

import json
import re
from datetime import date
from html import unescape

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from csanalysis.chapters.review.figures_course import target_course
from csanalysis.chapters.review.lists import LAPSED_IN_MONTH
from csanalysis.chapters.review.measure import alerts, prepare, standing, state
from csanalysis.chapters.review.month import refuse_half_a_month, review_day
from csanalysis.chapters.review.sentences import DIGEST_LINES, digest
from csanalysis.chapters.review.tables import review_to_date, review_year_end
from csanalysis.cli import app
from csanalysis.errors import PlanError
from csanalysis.ingest import load
from csanalysis.metrics.customers.churn import annual_churn_rate
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.results import Results
from csanalysis.report.files.plan_file import freeze
from csanalysis.report.packs.planning import draft_plan
from csanalysis.report.packs.review import Reviewed, build_review
from tests.told import marks_of

TODAY = date(2026, 3, 1)
CEILING = {"goal": "monthly_lapse_ceiling"}


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def opened(write_store, tmp_path_factory):
    """The store, its plan, and its tables as of any month's end."""
    folder = tmp_path_factory.mktemp("reviewed")
    params_file = write_store(folder, until="2025-12-31")
    return params_file, draft_plan(params_file, folder), folder / ".cache"


@pytest.fixture(scope="module")
def september(opened):
    params_file, plan, cache = opened
    store = load(params_file, cache=cache, as_of=date(2025, 9, 30))
    return prepare(store.params, store.tables, plan, month="2025-09")


def test_actual_is_what_the_raw_visits_say(september):
    visits = september.tables["service_visits"].sort_values("visit_date")
    last = visits.groupby("vin")["visit_date"].apply(list)
    lapses = []
    for days in last:
        for day, following in zip(days, [*days[1:], None], strict=True):
            lapse = day + pd.DateOffset(years=1)
            if (following is None or following > lapse) and lapse <= pd.Timestamp("2025-09-30"):
                lapses.append(lapse)
    months = pd.Series(lapses).dt.strftime("%Y-%m").value_counts()
    results = september.results
    assert results.value("review_actual", "2025-09", scope="month", **CEILING) == months["2025-09"]
    to_date = sum(months.get(f"2025-{n:02d}", 0) for n in range(1, 10))
    assert results.value("review_actual", "2025-09", scope="to_date", **CEILING) == to_date
    by_team = results.select("review_lapses", None, "team", period="2025-09", scope="to_date")
    assert by_team["numerator"].sum() == to_date and set(by_team["team"]) == {"east", "west"}


def test_the_list_names_as_many_vehicles_as_are_counted(september):
    listed = LAPSED_IN_MONTH.drawn_up(september.params, september.tables, Results())
    assert len(listed) == september.results.value("lapsed_still_away", "2025-09") > 0
    by_team = september.results.select("lapsed_still_away", None, "team", period="2025-09")
    assert by_team.set_index("team")["value"].to_dict() == listed["team"].value_counts().to_dict()
    assert listed["phone"].notna().all()


def test_at_the_year_s_end_the_forecast_is_what_happened(opened):
    params_file, plan, cache = opened
    store = load(params_file, cache=cache, as_of=date(2025, 12, 31))
    review = prepare(store.params, store.tables, plan, month="2025-12")
    visits = units(store.tables["service_visits"], store.tables["vehicle_sales"]).visits
    churn = annual_churn_rate(visits, years=[2024, 2025])["value"].item()
    target = next(goal for goal in plan.goals if goal.target == "churn_rate_target")
    # The plan's vehicles are whole ones: the target rate may be met by a fraction of one more.
    assert review.results.value("churn_rate_forecast", 2025) == pytest.approx(churn, abs=1 / target.aim)
    for goal in plan.goals:
        end = review.results.select("year_end_forecast", None, period="2025", **goal.key).iloc[0]
        assert end["value"] == review.results.value("review_actual", "2025-12", scope="to_date", **goal.key)
        assert end["low"] == end["high"] == end["value"]
        assert review.results.value("required_run_rate", "2025-12", **goal.key) is None


def test_the_course_of_a_target_is_what_each_month_s_review_said(opened, september):
    """September's figure tells of March what March's own review foresaw from the same records."""
    params_file, plan, cache = opened
    store = load(params_file, cache=cache, as_of=date(2025, 12, 31))
    march = prepare(store.params, store.tables, plan, month="2025-03")
    told = {}
    for language in ("zh", "en"):
        figure = target_course(september, language=language)
        marks = list(marks_of(figure.svg))
        assert {mark.group["course"] for mark in marks} == {"target", "so_far", "expected"}
        told |= {(mark.period, mark.group["goal"], mark.group["course"], language): mark for mark in marks}
        assert str(len(plan.goals)) in figure.title
    for goal in plan.goals:
        end = march.results.select("year_end_forecast", None, period="2025", **goal.key).iloc[0]
        written = goal.written(end["value"], "en")
        assert f": {written}" in told["2025-03", goal.target, "expected", "en"].words
        assert goal.written(goal.aim, "zh") in told["2025-09", goal.target, "target", "zh"].words


def test_lapses_give_an_alarm_beyond_their_limits_alone(opened, september):
    params_file, plan, cache = opened
    store = load(params_file, cache=cache, as_of=date(2025, 9, 30))
    lapsed = september.results.value("review_actual", "2025-09", scope="to_date", **CEILING)
    for share, over in ((lapsed / 4, True), (lapsed - 1, False), (lapsed, False)):
        goals = [
            goal.model_copy(update={"months": (share / 9,) * 12, "total": share / 9 * 12})
            if goal.target == CEILING["goal"]
            else goal
            for goal in plan.goals
        ]
        review = prepare(
            store.params, store.tables, plan.model_copy(update={"goals": tuple(goals)}), month="2025-09"
        )
        assert ({**CEILING, "alert": "to_date"} in alerts(review.results)) is over
        ceiling = next(goal for goal in review.goals if goal.target == CEILING["goal"])
        assert standing(review.results, ceiling, "2025-09") == ("alarm" if over else "on_plan")


def test_months_after_the_review_do_not_matter(opened, september):
    params_file, plan, cache = opened
    store = load(params_file, cache=cache, as_of=date(2025, 12, 31))
    later = prepare(store.params, store.tables, plan, month="2025-09")
    assert later.results.records() == september.results.records()


def test_off_track_is_told_by_the_whole_interval(september):
    goal = next(goal for goal in september.goals if goal.target == "first_service_target")
    end = september.results.select("year_end_forecast", None, period="2025", **goal.key).iloc[0]
    for aim, expected in (
        (end["value"], "on_track"),
        (end["high"] + 1, "off_track"),
        (end["low"] - 1, "ahead"),
    ):
        moved = goal.model_copy(update={"total": float(aim)})
        assert state(september.results, moved, 2025) == expected
    assert state(september.results, goal.model_copy(update={"group": {"team": "x"}}), 2025) == "unknown"


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("September", "is no month; write it like 2025-03"),
        ("2025-13", "is no month"),
        ("2025-9", "is no month"),
        ("2024-12", "is not of the plan year 2025; choose 2025-01 to 2025-12"),
        ("2025-10", r"is not over yet \(today is 2025-10-31\)"),
        ("2025-11", "is not over yet"),
    ],
)
def test_months_that_cannot_be_reviewed(month, said):
    with pytest.raises(PlanError, match=said):
        review_day(month, plan_year=2025, today=date(2025, 10, 31))


def test_a_month_is_over_on_its_last_night():
    assert review_day("2025-02", plan_year=2025, today=date(2025, 3, 1)) == date(2025, 2, 28)


def worked(until, *, closed=()):
    """Every day but Sundays, without the days closed."""
    days = pd.date_range("2024-01-01", until)
    days = days[(days.day_of_week < 6) & ~days.isin(pd.DatetimeIndex(list(closed)))]
    return pd.Series(days)


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (worked("2025-09-15"), "only part of its data: the last visit before 2025-10-01 is of 2025-09-15"),
        (worked("2025-08-31"), "has no data: the last visit is of 2025-08-30"),
        (
            worked("2025-10-20", closed=pd.date_range("2025-09-10", "2025-09-30")),
            "is of 2025-09-09, 18 working days",
        ),
        (
            worked("2025-09-30", closed=pd.date_range("2025-09-01", "2025-09-14")),
            "before 2025-09-15 is of 2025-08-30",
        ),
        (worked("2025-09-30")[lambda days: days >= "2025-09-01"], "no visits in the year before"),
    ],
    ids=["second half missing", "month missing", "hole", "first half missing", "nothing before"],
)
def test_a_month_with_half_its_data_is_refused(dates, said):
    with pytest.raises(PlanError, match=said):
        refuse_half_a_month(dates, month="2025-09")


@pytest.mark.parametrize(
    "dates",
    [
        worked("2025-09-30"),
        worked("2025-09-26"),
        worked("2025-09-22", closed=pd.date_range("2025-01-28", "2025-02-04")),
        worked("2025-12-31"),
    ],
    ids=["whole", "three quiet days", "as long a pause as at new year", "later months are there"],
)
def test_a_pause_that_the_year_has_seen_is_no_gap(dates):
    refuse_half_a_month(dates, month="2025-09")


def test_the_digest_is_short_and_every_number_in_it_is_reported(september, language):
    lines = digest(september, language=language)
    assert 4 <= len(lines) <= DIGEST_LINES and all(lines)
    known = {"2025", "9", "80", *re.findall(r"[\d.,]+", str(len(lines)))}
    for record in september.results.records():
        for value in (record[name] for name in ("value", "low", "high", "numerator", "denominator")):
            if value is not None:
                known |= {
                    f"{value:,.{places}f}".rstrip("0").rstrip(".") if places else f"{value:,.0f}"
                    for places in (0, 1)
                }
    for number in re.findall(r"\d[\d,]*\.?\d*", " ".join(lines)):
        assert number.rstrip(".,") in known, (number, lines)


SAID = {
    "zh": [
        "小店 2025年9月月度检视",
        "2025年9月没有警报，各目标都在正常波动之内；但3项目标中有{off}项按当前进度全年难以达成。",
    ],
    "en": [
        "小店: review of Sep 2025",
        "Sep 2025 has no alarm: every target lies within its normal range, but {off} of 3 are heading to miss the year.",
    ],
}


def test_the_digest_says_who_when_and_how_it_stands(september, language):
    values = {
        "off": f"{september.results.value('review_goals', '2025-09', state='off_track'):.0f}",
    }
    assert digest(september, language=language)[:2] == [line.format(**values) for line in SAID[language]]


def test_every_number_of_the_tables_is_in_the_results(september, language):
    for table in (
        review_to_date(september, language=language),
        review_year_end(september, language=language),
    ):
        for cell in table.numbers:
            row = september.results.select(cell.metric, None, period=cell.period, **cell.group)
            assert row[cell.field].item() == cell.value or (
                cell.value is None and np.isnan(row[cell.field].item())
            )


def test_no_plan_no_review(opened, tmp_path):
    with pytest.raises(PlanError, match="there is no frozen plan of 2025"):
        build_review(opened[0], tmp_path, "2025-09", today=TODAY)


@pytest.mark.parametrize(
    ("alert", "standing", "code"),
    [(True, 1, 3), (True, 0, 0), (False, 1, 0)],
    ids=["alert", "none", "not asked"],
)
def test_exit_code_3_only_where_asked_and_an_alert_stands(
    monkeypatch, tmp_path, jobs_here, alert, standing, code
):
    made = Reviewed(tmp_path / "small" / "review" / "2025-09", "a digest\n", standing)
    monkeypatch.setattr("csanalysis.report.packs.review.build_review", lambda *_, **__: made)
    options = ["--alert"] if alert else []
    result = CliRunner().invoke(app, ["review", "x.yml", "--month", "2025-09", "-o", str(tmp_path), *options])
    assert result.exit_code == code and result.stdout.startswith("a digest\n")


def test_a_store_that_fails_is_exit_code_1_even_with_an_alert(monkeypatch, tmp_path, jobs_here):
    def build(path, *_, **__):
        if path.name == "bad.yml":
            raise PlanError("no plan")
        return Reviewed(tmp_path / "x", "", 1)

    monkeypatch.setattr("csanalysis.report.packs.review.build_review", build)
    arguments = ["review", "good.yml", "bad.yml", "--month", "2025-09", "--alert", "-o", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1 and "bad.yml: no plan" in result.stderr
    assert CliRunner().invoke(app, [arguments[0], *arguments[2:]]).exit_code == 2


@pytest.mark.slow
def test_a_review_from_exports_to_documents(write_store, tmp_path, language):
    params_file = write_store(tmp_path / "store", language=language, until="2025-10-10")
    output = tmp_path / "out"
    frozen = freeze(draft_plan(params_file, output), output).path
    before = frozen.read_bytes()
    made = build_review(params_file, output, "2025-09", today=TODAY)
    assert made.place == output / "small" / "review" / "2025-09"
    assert {
        "report.html",
        "report.pdf",
        "review.pptx",
        "metrics.json",
        "lists.xlsx",
        "digest.txt",
        "run.json",
    } <= {path.name for path in made.place.iterdir()}
    assert frozen.read_bytes() == before
    run = json.loads((made.place / "run.json").read_text(encoding="utf-8"))
    assert (
        run["month"] == "2025-09" and run["counts"]["alerts"] == made.alerts and run["as_of"] == "2025-09-30"
    )
    html = (made.place / "report.html").read_text(encoding="utf-8")
    assert (made.place / "report.pdf").read_bytes().startswith(b"%PDF")
    records = json.loads((made.place / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    shown = re.findall(
        r'data-metric="([^"]+)" data-period="([^"]+)" data-group="([^"]*)" data-field="([^"]+)" data-value="([^"]*)"',
        html,
    )
    known = {(r["metric"], r["period"], json.dumps(r["group"], sort_keys=True)): r for r in records}
    assert len(shown) > 40
    for metric, period, group, field, value in shown:
        row = known[metric, period, json.dumps(json.loads(unescape(group)), sort_keys=True)]
        assert json.loads(value) == row[field]
    for name in ("report.html", "metrics.json", "digest.txt", "run.json"):
        words = (made.place / name).read_text(encoding="utf-8")
        assert not re.search(r"1380000\d{4}|王小明|LSVTEST\d", words), name
    for notebook in (made.place / "notebooks").iterdir():
        assert not re.search(r"1380000\d{4}|王小明|LSVTEST\d", notebook.read_text(encoding="utf-8"))


def test_the_review_s_notebook_takes_a_plan_and_a_month():
    from csanalysis.report.notebook.cells import notebook_folder
    from csanalysis.report.notebook.execution import checked_parameters

    path = notebook_folder() / "monthly_review.ipynb"
    assert checked_parameters(path, {"params_file": "a.yml", "period": "2025-09", "plan": "plan.json"})
