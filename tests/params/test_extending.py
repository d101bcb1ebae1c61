"""A params file that builds on another: what it says counts, and paths start where they are written."""

import pytest

from csanalysis.errors import ParamsError
from csanalysis.params import read_params
from csanalysis.params.extending import MOST_FILES
from csanalysis.params.language import language_of
from csanalysis.params.reading import salvaged

GROUP = """\
plan_year: 2026
language: en
dealership: {group: Hengfeng, brand: Anjia}
churn: {years: 4, exclude_service_types: [warranty]}
calendar: shared/calendar.xlsx
notes: notes.md
report: {logo: logo.png, colour: "#00609c"}
notebooks: own
chapters: [own/weekend.ipynb]
sources:
  新车销售台账: {path: "exports/{id}/sales_*.csv", columns: {No: vin}}
  service_visits: "s3://bucket/{folder}/visits.csv"
  contacts: {url: "sqlite:///crm.db", table: calls}
"""


def write(folder, **texts):
    for name, text in texts.items():
        path = folder / (name.replace("__", "/") + ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def refusal(path):
    with pytest.raises(ParamsError) as caught:
        read_params(path)
    return caught.value.problems


def test_keys_are_merged_lists_replaced_and_paths_start_where_they_are_written(tmp_path):
    own = (
        "extends: ../group.yml\ndealership: {id: dezhou}\nchurn: {exclude_service_types: []}\n"
        "notes: null\nsources: {vehicle_sales: {path: here.csv}}\n"
    )
    write(tmp_path, group=GROUP, stores__dezhou=own)
    params = read_params(tmp_path / "stores" / "dezhou.yml")
    assert (params.dealership.id, params.dealership.group, params.language) == ("dezhou", "Hengfeng", "en")
    assert params.churn.years == 4 and params.churn.exclude_service_types == []
    assert params.sources["vehicle_sales"].path == ["here.csv"]
    assert params.sources["vehicle_sales"].columns == {"No": "vin"}
    assert params.sources["service_visits"].path == ["s3://bucket/dezhou/visits.csv"]
    assert params.sources["contacts"].url == "sqlite:///../crm.db"
    assert (params.calendar, params.notebooks) == ("../shared/calendar.xlsx", "../own") and params.notes == {}
    assert (params.report.logo, params.report.colour) == ("../logo.png", "#00609c")
    assert params.chapters[0].notebook == "../own/weekend.ipynb"


def test_beside_the_file_that_it_extends_paths_stay_as_they_are(tmp_path):
    write(tmp_path, group=GROUP, dezhou="extends: group.yml\ndealership: {id: dezhou}\n")
    params = read_params(tmp_path / "dezhou.yml")
    assert params.sources["vehicle_sales"].path == ["exports/dezhou/sales_*.csv"]
    assert params.notes == "notes.md" and language_of(tmp_path / "dezhou.yml") == "en"
    assert salvaged(tmp_path / "dezhou.yml")["plan_year"] == 2026


def test_a_problem_is_named_in_the_file_that_says_it(tmp_path):
    own = "extends: group.yml\ndealership: {id: dezhou}\nvalue: {reminder_days: -1}\n"
    write(tmp_path, group=GROUP.replace("years: 4", "years: 0") + "plan_yaer: 2026\n", dezhou=own)
    problems = refusal(tmp_path / "dezhou.yml")
    assert problems == [
        f"{tmp_path / 'dezhou.yml'}:3: value.reminder_days should be greater than or equal to 0, not -1",
        f"{tmp_path / 'group.yml'}:4: churn.years should be greater than or equal to 1, not 0",
        f"{tmp_path / 'group.yml'}:14: plan_yaer is not a known key; did you mean plan_year?",
    ]


@pytest.mark.parametrize(
    ("texts", "said"),
    {
        "no file": ({"a": "extends: b.yml\n"}, "a.yml:1: extends: b.yml: no such file"),
        "itself": ({"a": "extends: a.yml\n"}, "a.yml:1: extends: a.yml extends this file in turn"),
        "a circle": (
            {"a": "x: 1\nextends: b.yml\n", "b": "extends: a.yml\n"},
            "b.yml:1: extends: a.yml extends this file in turn",
        ),
        "no text": ({"a": "extends: [b.yml]\n", "b": ""}, "a.yml:1: extends: must name a file"),
        "an address": ({"a": "extends: https://a.example/b.yml\n"}, "a.yml:1: extends: must name a file"),
        "too many": (
            {name: f"extends: {after}.yml\n" for name, after in zip("abcdef", [*"bcdef", "g"], strict=True)},
            f"e.yml:1: extends: is the {MOST_FILES}th file in a row",
        ),
        "no YAML": ({"a": "extends: b.yml\n", "b": "a: [\n"}, "b.yml:2: is not YAML"),
        "no keys": ({"a": "extends: b.yml\n", "b": "- a\n"}, "b.yml: holds no 'key: value' lines"),
        "too long": ({"a": "extends: b.yml\n", "b": "#" * 300_001}, "b.yml: is 300,001 bytes long"),
        "a bomb": (
            {
                "a": "extends: b.yml\n",
                "b": "a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
                "d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n",
            },
            "b.yml: is nested too deeply, or refers to itself",
        ),
    }.values(),
    ids=lambda value: None if isinstance(value, dict) else value[:30],
)
def test_what_cannot_be_built_on_is_refused_in_one_line(tmp_path, texts, said):
    write(tmp_path, **texts)
    (line,) = refusal(tmp_path / "a.yml")
    assert line.startswith(f"{tmp_path}/{said}")


def test_a_change_of_the_other_file_is_seen(tmp_path):
    write(tmp_path, group=GROUP, dezhou="extends: group.yml\ndealership: {id: dezhou}\n")
    assert read_params(tmp_path / "dezhou.yml").churn.years == 4
    write(tmp_path, group=GROUP.replace("years: 4", "years: 3"))
    assert read_params(tmp_path / "dezhou.yml").churn.years == 3
