"""Every problem of a params file is named: its line, what is wrong, what to do."""

import os
import re
from datetime import date

import pytest
import yaml
from pydantic import ValidationError

from csanalysis.errors import ParamsError
from csanalysis.params import Params, read_params
from csanalysis.params.delivery import field_names
from csanalysis.params.described import _inner_model, described
from csanalysis.params.reading import _of
from csanalysis.params.schedule import WORKS, Schedule

GOOD = """\
dealership: {id: dezhou, name: 德州众驰}
plan_year: 2026
sources:
  vehicle_sales: sales.xlsx
  service_visits:
    path: [ro_2024.csv, ro_2025.csv]
    columns: {单号: ro_number}
    words: {service_type: {免费首保: first_service}}
"""


def read(tmp_path, text):
    path = tmp_path / "store.yml"
    path.write_text(text, encoding="utf-8")
    return read_params(path)


def problems(tmp_path, text):
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, text)
    return [line.removeprefix(f"{tmp_path / 'store.yml'}:") for line in caught.value.problems]


def test_the_least_params_file_has_every_default(tmp_path):
    params = read(tmp_path, GOOD)
    assert params.as_of == date(2025, 12, 31)
    assert params.sources["vehicle_sales"].path == ["sales.xlsx"]
    assert params.first_service.lag_months == 3
    assert params.churn.rule == "not_above_average"
    assert params.lifecycle.permanent_months == 24
    assert params.value.lead_cost == [300, 400]
    assert params.upsell.confirm_above is None


@pytest.mark.parametrize(
    ("more", "expected"),
    {
        "unknown key": (
            "first_service: {lag_month: 3}",
            "9: first_service.lag_month is not a known key; did you mean lag_months?",
        ),
        "unknown section": (
            "frist_service: {}",
            "9: frist_service is not a known key; did you mean first_service?",
        ),
        "nested unknown": (
            "satisfaction: {rebates: [{programme: css, tiers: [{min_scor: 1, amount: 2}]}]}",
            "9: satisfaction.rebates.0.tiers.0.min_scor is not a known key; did you mean min_score?",
        ),
        "wrong type": ("churn: {years: five}", "9: churn.years should be a whole number, not 'five'"),
        "amount below 0": (
            "upsell: {confirm_above: -1}",
            "9: upsell.confirm_above should be greater than or equal to 0, not -1",
        ),
        "out of range": (
            "first_service: {years: 0}",
            "9: first_service.years should be greater than or equal to 1, not 0",
        ),
        "impossible date": (
            "as_of: '2025-02-30'",
            "9: as_of '2025-02-30' is not a date; write it as '2025-12-31', or today, yesterday, last_month, last_quarter",
        ),
        "not one of": ("language: fr", "9: language must be 'zh' or 'en', not 'fr'"),
        "rule without rate": ("churn: {rule: fixed}", "9: churn rule fixed needs fixed_rate"),
        "months that fall": (
            "lifecycle: {marginal_months: 14}",
            "9: lifecycle months must rise: contact_from_months <= marginal_months < churned_months < permanent_months",
        ),
        "all weights nothing": (
            "first_service: {agents: {何丽: 0}}",
            "9: first_service.agents all weights are 0; give at least one agent a weight above 0",
        ),
        "written twice": ("plan_year: 2027", "2: plan_year is written twice; keep one"),
        "as_of after the plan": (
            "as_of: '2027-01-31'",
            "1: the file as_of 2027-01-31 lies after plan_year 2026",
        ),
        "costs in the wrong order": (
            "value: {lead_cost: [400, 300]}",
            "9: value.lead_cost holds 400 before 300; write the lower cost first",
        ),
    }.values(),
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else None,
)
def test_one_problem_is_one_line(tmp_path, more, expected):
    assert expected in problems(tmp_path, GOOD + more + "\n")


def test_a_bad_cron_line_is_refused(tmp_path):
    (line,) = problems(tmp_path, GOOD + "schedule: '0 6 * *'\n")
    assert line.startswith("9: schedule '0 6 * *' is not a cron line")
    assert read(tmp_path, GOOD + "schedule: '0 6 2 1 *'\n").schedule == Schedule(report="0 6 2 1 *")


def test_report_and_lists_may_each_have_a_cron_line(tmp_path):
    both = read(tmp_path, GOOD + "schedule: {report: '0 6 2 * *', lists: '0 7 * * 1'}\n")
    assert both.schedule == Schedule(report="0 6 2 * *", lists="0 7 * * 1")
    assert both.model_dump()["schedule"] == {"report": "0 6 2 * *", "lists": "0 7 * * 1"}
    alone = read(tmp_path, GOOD + "schedule: '0 6 2 1 *'\n")
    assert alone.model_dump()["schedule"] == "0 6 2 1 *", "as a report of before said it"
    (line,) = problems(tmp_path, GOOD + "schedule: {lists: '0 6 * *'}\n")
    assert line.startswith("9: schedule.lists '0 6 * *' is not a cron line")
    (line,) = problems(tmp_path, GOOD + "schedule: {list: '0 7 * * 1'}\n")
    assert "schedule.list is not a known key" in line and "lists" in line
    (line,) = problems(tmp_path, GOOD + "schedule: {report: null}\n")
    assert "no cron line" in line


@pytest.mark.parametrize("work", ["report", "lists", "review", "meeting_week", "meeting_month", "network"])
def test_each_purpose_has_a_cron_line_of_its_own(tmp_path, work):
    kept = read(tmp_path, GOOD + f"schedule: {{{work}: '0 7 5 * *'}}\n").schedule
    assert [each for each in WORKS if kept.line(each)] == [work]
    for bad in ("soon", "0 7 31 2 *", "['0 7 5 * *']", "7", "''"):
        (line,) = problems(tmp_path, GOOD + f"schedule: {{{work}: {bad}}}\n")
        assert line.startswith(f"9: schedule.{work} ")


def test_a_purpose_that_is_none_is_refused_with_the_nearest(tmp_path):
    (line,) = problems(tmp_path, GOOD + "schedule: {meeting_weekly: '0 7 * * 1'}\n")
    assert "schedule.meeting_weekly is not a known key; did you mean meeting_week?" in line


def test_all_problems_are_listed_in_the_order_of_the_file(tmp_path):
    text = "dealership: {id: De zhou}\nplan_year: soon\nsources:\n  vehicle_sale: a.csv\n"
    assert problems(tmp_path, text) == [
        "1: dealership.id 'De zhou' is not a slug; use a-z, 0-9, '-' and '_', such as 'dezhou'",
        "2: plan_year should be a whole number, not 'soon'",
        "3: sources vehicle_sales and service_visits must be given; every other table is optional",
        "4: sources.vehicle_sale is no table; did you mean vehicle_sales?",
    ]


def test_a_mapping_to_a_column_that_is_not_there_names_the_nearest(tmp_path):
    assert problems(tmp_path, GOOD.replace("ro_number", "ro_nummer")) == [
        "7: sources.service_visits.columns.单号 names 'ro_nummer', no column of service_visits; did you mean ro_number?"
    ]
    assert problems(tmp_path, GOOD.replace("service_type", "servicetype")) == [
        "8: sources.service_visits.words.servicetype is no column of service_visits; did you mean service_type?"
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{sheet: 2025}", "4: sources.vehicle_sales needs either 'path' (files) or 'url' (a database)"),
        ("{url: 'sqlite://'}", "4: sources.vehicle_sales a database source needs either 'table' or 'query'"),
    ],
    ids=["no place", "database without table"],
)
def test_a_source_says_where_it_is(tmp_path, source, expected):
    assert problems(tmp_path, GOOD.replace("sales.xlsx", source)) == [expected]


def test_words_and_sheets_that_yaml_reads_as_numbers_are_text(tmp_path):
    source = "{path: a.xlsx, sheet: [2024, 2025], words: {self_sold: {1: yes, yes: 是, on: 0}}}"
    read_source = read(tmp_path, GOOD.replace("sales.xlsx", source)).sources["vehicle_sales"]
    assert read_source.sheet == ["2024", "2025"]
    assert read_source.words["self_sold"] == {"1": "yes", "yes": "是", "on": "0"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2\nb: 3\n", "is not YAML"),
        ("just words\n", "holds no 'key: value' lines"),
        ("", "holds no 'key: value' lines"),
        ("dealership: !!python/object/apply:os.system ['true']\n", "is not YAML"),
        ("as_of: 2025-02-30\n", "impossible value"),
        ("unit: !!bool maybe\n", "does not fit the type that '!!' before it asks for"),
        ("as_of: !!timestamp soon\n", "does not fit the type that '!!' before it asks for"),
        ("a: &a [x]\nb: &b [*a, *a]\n" + GOOD + "#" * 300_000, "bytes long, a params file at most 300,000"),
    ],
    ids=[
        "broken",
        "a sentence",
        "empty",
        "a command",
        "an impossible date",
        "no truth",
        "no date",
        "an export",
    ],
)
def test_what_is_no_params_file_is_refused_in_one_line(tmp_path, text, said):
    (line,) = problems(tmp_path, text)
    assert said in line and "\n" not in line


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ParamsError, match=r"no such file; 'csanalysis init store'"):
        read_params(tmp_path / "store.yml")
    with pytest.raises(ParamsError, match="is a folder"):
        read_params(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "store.yml")
    with pytest.raises(ParamsError, match="is no file but a pipe"):
        read_params(tmp_path / "store.yml")


def test_a_file_that_is_no_utf8_is_refused(tmp_path):
    (tmp_path / "store.yml").write_bytes("dealership: 德州".encode("gbk"))
    with pytest.raises(ParamsError, match="is not UTF-8 text; save it as UTF-8"):
        read_params(tmp_path / "store.yml")


def test_a_file_is_understood_once_until_it_is_written_anew(tmp_path):
    path = tmp_path / "store.yml"
    sources = "sources: {vehicle_sales: s.csv, service_visits: v.csv}\n"
    path.write_text(f"dealership: {{id: a}}\nplan_year: 2026\n{sources}", encoding="utf-8")
    first = read_params(path)
    assert read_params(path) is first
    path.write_text(f"dealership: {{id: a}}\nplan_year: 2027\n{sources}", encoding="utf-8")
    assert read_params(path).plan_year == 2027
    path.write_text("plan_year: soon\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ParamsError, match="plan_year"):
            read_params(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{单号: ro_number}", "[单号]", "sources.service_visits.columns"),
        ("{单号: ro_number}", "单号", "sources.service_visits.columns"),
        ("{单号: ro_number}", "{单号: [ro_number]}", "sources.service_visits.columns.单号"),
        ("{service_type: {免费首保: first_service}}", "5", "sources.service_visits.words"),
        ("{service_type: {免费首保: first_service}}", "[a, b]", "sources.service_visits.words"),
        ("sales.xlsx", "{path: sales.xlsx, sheets: '1'}", "sheets is not a known key; did you mean sheet?"),
    ],
    ids=[
        "a list",
        "a word",
        "a list for a name",
        "a number",
        "a list for words",
        "a misspelt key of a source",
    ],
)
def test_a_source_of_another_form_is_one_line(tmp_path, old, new, said):
    (line,) = problems(tmp_path, GOOD.replace(old, new))
    assert said in line and "not" in line


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\n", "a: " + "[" * 5000 + "]" * 5000 + "\n"], ids=["itself", "deep"]
)
def test_what_has_no_bottom_is_refused(tmp_path, text):
    (line,) = problems(tmp_path, text + GOOD)
    assert "nested too deeply" in line


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("first_service: {uplift: .inf}", "first_service.uplift"),
        ("first_service: {agents: {甲: .inf}}", "first_service.agents"),
        ("first_service: {years: 1000000}", "first_service.years should be less than or equal to 50"),
        ("lifecycle: {permanent_months: 1000000000}", "lifecycle.permanent_months"),
        ("contacts: {post_sale_days: 1000000000}", "contacts.post_sale_days"),
        ("value: {revenue_per_vehicle: .nan}", "value.revenue_per_vehicle"),
        ("satisfaction: {rebates: [{programme: css, tiers: [{min_score: .nan, amount: 1}]}]}", "min_score"),
    ],
    ids=["uplift", "agents", "years", "months", "days", "money", "score"],
)
def test_no_number_is_without_bounds(tmp_path, more, said):
    (line,) = problems(tmp_path, GOOD + more + "\n")
    assert said in line and "should be" in line


WRONG = ("text", 3.7, -1, 10**12, True, [], ["text"], {}, {"nonsense": 1}, None)


def test_whatever_is_written_for_a_key_is_refused_in_chinese_too():
    """Every key of every part of the params, given each of several wrong values."""
    lines = {
        f"{model.__name__}: {_of(*described(detail)).zh}"
        for model in _parts(Params)
        for field in field_names(model)
        for value in WRONG
        for detail in _findings(model, {field: value})
    }
    assert len(lines) > 300
    english = {"should", "must", "valid", "greater", "least", "most", "instance", "given", "not", "is"}
    assert [line for line in lines if english & {*re.findall(r"[a-z_]+", line)}] == []
    assert [line for line in lines if not re.search("[一-鿿]", line)] == []


def _parts(model):
    """A model of the params, and those of its sections."""
    parts = {model}
    for field in model.model_fields.values():
        inner = _inner_model(field.annotation)
        parts |= _parts(inner) if inner is not None else set()
    return parts


def _findings(model, data):
    try:
        model.model_validate(data)
    except ValidationError as error:
        return error.errors()
    return []


@pytest.mark.parametrize(
    ("more", "meant"),
    [
        ({"first_service": {"uplift": 4}}, "0.04"),
        ({"first_service": {"uplift": "4%"}}, "0.04"),
        ({"churn": {"rule": "fixed", "fixed_rate": 27.5}}, "0.275"),
        ({"value": {"holdout_share": 15}}, "0.15"),
        ({"satisfaction": {"q_value": 10}}, "0.1"),
        ({"scenarios": [{"name": "less", "visits": -35}]}, "-0.35"),
        ({"scenarios": [{"name": "electric", "ev_share": 30, "sales": 0.1}]}, "0.3"),
        ({"gate": {"rows_lost": 8}}, "0.08"),
    ],
    ids=str,
)
def test_a_share_written_as_a_percentage_is_asked_about(tmp_path, more, meant):
    (problem,) = problems_with(tmp_path, **more)
    assert problem.endswith(f"did you mean {meant}?") and problem.zh.endswith(f"是否应写 {meant}？")


@pytest.mark.parametrize(
    "more",
    [
        {"value": {"holdout_share": -0.2}},
        {"satisfaction": {"min_responses": 1}},
        {"first_service": {"lag_months": 99}},
        {"warranty": {"months": 0}},
        {"warranty": {"km": -1}},
        {"scenarios": [{"name": "electric", "ev_share": 0.3, "ev_visits": 0}]},
    ],
    ids=str,
)
def test_no_share_is_offered_where_none_is_meant(tmp_path, more):
    (problem,) = problems_with(tmp_path, **more)
    assert "did you mean" not in problem


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"check": "rows_gone", "reason": "x"}, "accept.0.check must be 'rows_lost'"),
        ({"check": "medians", "reason": "  "}, "accept.0.reason is empty"),
        ({"check": "medians", "table": "visits", "reason": "x"}, "did you mean service_visits?"),
        ({"check": "medians"}, "accept.0.reason must be given"),
    ],
    ids=["check", "reason", "table", "none"],
)
def test_an_acceptance_names_a_check_and_says_why(tmp_path, entry, said):
    (problem,) = problems_with(tmp_path, accept=[entry])
    assert said in problem


def problems_with(folder, **more):
    path = folder / "a.yml"
    least = {
        "dealership": {"id": "a"},
        "plan_year": 2026,
        "sources": {"vehicle_sales": "s", "service_visits": "v"},
    }
    path.write_text(yaml.safe_dump(least | more), encoding="utf-8")
    with pytest.raises(ParamsError) as error:
        read_params(path)
    return error.value.problems
