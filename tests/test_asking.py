"""``csanalysis explain`` and ``csanalysis show``: tables in either language, and bad arguments."""

import json

import pytest
from typer.testing import CliRunner

from csanalysis.catalogue import METRICS
from csanalysis.cli import app
from csanalysis.cli.answers import Answer, print_answer
from csanalysis.report.notebook.places import CATALOGUED, chapter_title, places

RUNNER = CliRunner()


def invoke(*arguments, language="en"):
    return RUNNER.invoke(app, ["--language", language, *map(str, arguments)])


def cells(output):
    return [line.split("\t") for line in output.splitlines()]


def number(metric, period, value, group=None, **others):
    blank = dict.fromkeys(("numerator", "denominator", "low", "high"))
    return {"metric": metric, "period": period, "group": group or {}, "value": value, **blank, **others}


@pytest.fixture
def report(tmp_path):
    rate = {"numerator": 30, "denominator": 100, "low": 0.219, "high": 0.396}
    metrics = [
        number("annual_churn_rate", "2024", 0.25),
        number("annual_churn_rate", "2025", 0.3, **rate),
        number("annual_churn_rate", "2025", 0.4, {"vehicle_age": "0"}),
        *(
            number("lapsed_vehicles", f"20{year}-{month:02}", 5)
            for year in (22, 23, 24, 25)
            for month in range(1, 13)
        ),
        number("lapsed_vehicles", "2025", 60),
        number("upsell_success_rate", "2025", 0.5, {"advisor": "13800138000"}),
        number("weekend_visits", "2025", 1234.5),
    ]
    held = {"dealership": "d", "plan_year": 2026, "as_of": "2025-12-31", "metrics": metrics}
    (tmp_path / "metrics.json").write_text(json.dumps(held), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_metric_is_explained_with_all_that_the_catalogue_says(language):
    result = invoke("explain", "annual_churn_rate", language=language)
    entry = METRICS["annual_churn_rate"]
    told = dict(cells(result.stdout))
    said = [entry.definition(language), entry.interval(language), entry.cited(language)]
    formula = f"{entry.numerator(language)} ÷ {entry.denominator(language)}"
    assert result.exit_code == 0 and {"annual_churn_rate", formula, *said} <= {*told.values()}
    place = {"en": "Churn › Churn over the years", "zh": "流失 › 历年流失率与明年目标"}[language]
    assert place in told[{"en": "in the report", "zh": "报告位置"}[language]]


def test_words_of_a_label_find_metrics_in_either_language():
    found = cells(invoke("explain", "滚动流失").stdout)
    assert ["name", "rolling_churn_rate"] in found
    listed = invoke("explain", "churn", "rate")
    assert ["annual_churn_rate", "Annual churn rate"] in cells(listed.stdout)
    assert "say which" in listed.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["explain", "anual_churn_rate"],
            "there is no metric 'anual_churn_rate'; did you mean annual_churn_rate?",
        ),
        (["explain", " "], "there is no metric ' '"),
        (["show", "REPORT", "anual_churn_rate"], "there is no metric 'anual_churn_rate'; did you mean"),
        (["show", "REPORT", "annual_churn_rate", "--by", "vehicle_aeg"], "did you mean vehicle_age?"),
        (["show", "REPORT", "annual_churn_rate", "--period", "1999"], "there are 2024 to 2025"),
        (["show", "REPORT", "rolling_churn_rate"], "this report has no rolling_churn_rate"),
        (["show", "REPORT", "--by", "team"], "--by, --period and --all go with a metric"),
        (["show", "nowhere"], "give the folder of one, such as outputs/haibin/2026"),
        (
            ["show", "s3://bucket/x"],
            "s3://bucket/x: is no report's address; write it as s3://bucket/reports/",
        ),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_cannot_be_answered_is_one_line(arguments, line, report):
    result = invoke(*[report if word == "REPORT" else word for word in arguments])
    assert result.exit_code == 2 and line in result.stderr and result.stderr.count("\n") == 1


def test_a_metric_is_shown_by_period_and_split(report):
    whole = invoke("show", report, "annual_churn_rate")
    assert cells(whole.stdout) == [
        ["period", "value", "95 %", "numerator", "denominator"],
        ["2024", "25.0%", "", "", ""],
        ["2025", "30.0%", "21.9–39.6%", "30", "100"],
    ]
    assert whole.stderr == "also split: --by vehicle_age\n"
    split = invoke("show", report, "annual_churn_rate", "--by", "vehicle_age", language="zh")
    assert cells(split.stdout) == [["期间", "车龄", "数值"], ["2025年", "不满1年", "40.0%"]]


def test_months_beside_years_are_shown_when_asked_for(report):
    short = invoke("show", report, "lapsed_vehicles")
    assert cells(short.stdout)[1:] == [["2025", "60"]] and "48 rows" in short.stderr
    assert len(cells(invoke("show", report, "lapsed_vehicles", "--all").stdout)) == 50


def test_a_report_lists_its_metrics_under_its_chapters(report):
    rows = cells(invoke("show", report).stdout)
    heads = [row[0] for row in rows if len(row) == 1]
    assert heads == ["Churn", "Upsells", "—"] or heads[0] == chapter_title("churn", "en")
    assert ["annual_churn_rate", "Annual churn rate", "2025", "30.0%", "21.9–39.6%"] in rows
    assert ["weekend_visits", "weekend_visits", "2025", "1,234.50", ""] in rows


def test_what_looks_personal_is_masked(report):
    shown = invoke("show", report, "upsell_success_rate").stdout
    assert "13800138000" not in shown and "•••" in shown


def test_every_chapter_of_the_catalogue_has_its_notebook_and_most_metrics_a_place():
    assert {METRICS.chapter(name) for name in METRICS} <= CATALOGUED.keys()
    placed = [name for name in METRICS if places(name)]
    assert len(placed) > 0.7 * len(METRICS)


def test_what_looks_personal_is_masked_however_written_and_neighbours_are_no_phone(capsys):
    """A phone in full-width digits and a VIN are masked; three numbers side by side stay, as does a long sum."""
    rows = [
        ("１３８００１３８０００", "LSVAA4187C0000017", "x"),
        ("138", "0013", "8000"),
        ("12345678901234567", "", ""),
    ]
    print_answer(Answer("t", (), rows, notes=("call 138-0013-8000",)))
    told = capsys.readouterr()
    assert told.out.splitlines() == ["•••\t•••\tx", "138\t0013\t8000", "12345678901234567\t\t"]
    assert told.err == "call •••\n"
