"""`csanalysis init`: what it writes can be read back, filled in and used."""

import re

import openpyxl
import pytest
import yaml
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import ParamsError
from csanalysis.ingest.calendar_files import read_calendar
from csanalysis.params import read_params
from csanalysis.params.calendar import default_events
from csanalysis.params.group import stores_of
from csanalysis.schema import TABLES
from csanalysis.starter import write_group, write_starter


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_params_file_is_valid_and_keeps_every_default(tmp_path, language):
    path, *_ = write_starter(tmp_path / "params", "dezhou", language=language)
    params = read_params(path)
    assert params.dealership.id == "dezhou" and params.language == language
    assert set(params.sources) == {"vehicle_sales", "service_visits"}
    defaults = type(params).model_fields
    for section in ("first_service", "churn", "lifecycle", "satisfaction", "value", "contacts"):
        assert getattr(params, section) == defaults[section].default


EXAMPLE = re.compile(r"^#   (- \{.*\})|\[\] +# .*?(- \{.*\})")


def test_both_languages_comment_the_same_params(tmp_path):
    """The same keys and defaults, and the same examples but for their words."""
    found = {}
    for language in ("zh", "en"):
        path, *_ = write_starter(tmp_path / language, "dezhou", language=language)
        text = path.read_text(encoding="utf-8")
        shown = [
            next(filter(None, match.groups())) for match in map(EXAMPLE.search, text.splitlines()) if match
        ]
        examples = [yaml.safe_load(example)[0] for example in shown]
        params = yaml.safe_load(text)
        assert params.pop("language") == language
        assert len(params.pop("sources")) == 2
        found[language] = params, [sorted(example) for example in examples]
    assert found["zh"] == found["en"] and len(found["zh"][1]) == 12


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_examples_of_events_and_scenarios_can_be_used_as_they_stand(tmp_path, language):
    path, *_ = write_starter(tmp_path, "dezhou", language=language)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [line.removeprefix("# ") if line.startswith("#   - {") else line for line in lines]
    lines = [
        line.split(" [] ")[0] if line.startswith(("scenarios:", "chapters:", "accept:", "rules:")) else line
        for line in lines
    ]
    lines = ["calendar:" if line.startswith("calendar:") else line for line in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    params = read_params(path)
    assert len(params.calendar) == 3 and len(params.scenarios) == 3
    assert len(params.chapters) == len(params.accept) == 1
    assert [rule.kind for rule in params.rules] == ["not_back", "visits_in"]


def test_the_template_has_a_sheet_a_table_and_a_head_a_column(tmp_path):
    _, path, _ = write_starter(tmp_path, "store", language="en")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == list(TABLES)
    for table in TABLES.values():
        heads = [cell.value for cell in book[table.name][1]]
        assert heads == [column.name for column in table.columns]
    assert book["service_visits"]["D1"].comment.text == "required; text"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_calendar_holds_a_default_year_that_the_params_point_to(tmp_path, language):
    path, _, calendar = write_starter(tmp_path, "store", language=language)
    params = read_params(path)
    assert params.calendar == calendar.name == "store-calendar.xlsx"
    events, _, problems = read_calendar(params.calendar, tmp_path, params.plan_year)
    assert (events, problems) == (default_events(language), [])


@pytest.mark.parametrize(
    ("dealership", "language", "said"),
    [("De zhou", "zh", "is not a slug"), ("../x", "zh", "is not a slug"), ("ok", "fr", "must be zh or en")],
    ids=["spaces", "a path", "another language"],
)
def test_bad_arguments_write_nothing(tmp_path, dealership, language, said):
    with pytest.raises(ParamsError, match=said):
        write_starter(tmp_path, dealership, language=language)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    (tmp_path / "store.yml").write_text("mine")
    with pytest.raises(ParamsError, match="is there already"):
        write_starter(tmp_path, "store")
    assert (tmp_path / "store.yml").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "params").write_text("a file")
    result = CliRunner().invoke(app, ["init", "west", "--params", str(tmp_path / "params")])
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr and "choose another --params" in result.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_groups_file_and_its_roster_can_be_filled_in_and_used(tmp_path, language):
    params, roster = write_group(tmp_path, "hengfeng", language=language)
    book = openpyxl.load_workbook(roster)
    heads = [cell.value for cell in book.active[1]]
    assert len(heads) == 8 and ("代号" in heads) == (language == "zh")
    book.active.append(["dezhou", "德州店", *[None] * 3, "dz"])
    book.save(roster)
    text = params.read_text(encoding="utf-8").replace("#   contacts", "  contacts")
    params.write_text(text, encoding="utf-8")
    (store,) = stores_of(params)
    read = read_params(store)
    assert (read.dealership.id, read.dealership.name, read.dealership.group) == (
        "dezhou",
        "德州店",
        "hengfeng",
    )
    assert read.language == language and read.sources["service_visits"].path[0].startswith("../exports/dz/")
    assert read.sources["contacts"].query == "select * from calls where store = 'dezhou'"
    assert "${CRM_PASSWORD}" in read.sources["contacts"].url


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_commented_parts_of_a_groups_file_can_be_used_as_they_stand(tmp_path, language):
    params, _ = write_group(tmp_path, "hengfeng", language=language)
    lines = params.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("stores:")]
    lines = [re.sub(r"^# (stores:|  - |delivery:|  email:|  webhook:)", r"\1", line) for line in lines]
    params.write_text("\n".join(lines), encoding="utf-8")
    first, second = map(read_params, stores_of(params))
    assert first.delivery.email.failures_to == ["wang@example.com", "it@example.com"]
    assert first.delivery.webhook.style == "wecom" and second.churn.years == 3


def test_a_group_is_written_by_init_but_not_from_exports(tmp_path):
    made = CliRunner().invoke(app, ["init", "hengfeng", "--group", "--params", str(tmp_path)])
    assert made.exit_code == 0 and (tmp_path / "hengfeng-stores.xlsx").is_file()
    refused = CliRunner().invoke(app, ["init", "x", "--group", "--from", str(tmp_path)])
    assert refused.exit_code == 2 and "--group goes without --from" in refused.stderr
