import json
import re
from collections import Counter
from string import Formatter

import pytest
import yaml

from csanalysis.catalogue import METRICS, explain_missing, group_label, group_name, table_label, text
from csanalysis.catalogue.reading import CHAPTERS, read_yaml
from csanalysis.catalogue.texts import _FOLDER as TEXTS
from csanalysis.catalogue.texts import _flat, _texts, in_catalogue_order
from csanalysis.chapters.work_lists import CALL_LISTS
from csanalysis.metrics.results import Results, tidy
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.schema import TABLES, VOCABULARIES

METRIC_SHELVES = CHAPTERS.parent / "metrics"

CLOSED = {
    "state": ["active", "marginal", "churned", "permanent"],
    "visit_class": ["A", "B", "C", "D"],
    "rule": [
        "not_above_average",
        "not_above_last_year",
        "not_above_industry",
        "fixed",
        "return_rate",
        "lag_kernel",
    ],
    "flow": ["opening", "new_from_sales", "new_from_elsewhere", "won_back", "lapsed", "closing"],
    "from": ["A", "B", "C", "D", "new"],
    "to": ["A", "B", "C", "D"],
    "bound": ["low", "high"],
    "points": ["1"],
    **{name: list(words) for name, words in VOCABULARIES.items()},
}


def fields(words):
    return {field for _, field, _, _ in Formatter().parse(words) if field}


def test_every_text_says_the_same_in_both_languages():
    texts = _texts()
    assert [key for key, words in texts.items() if set(words) != {"zh", "en"}] == []
    assert [key for key, words in texts.items() if not all(said.strip() for said in words.values())] == []
    # English may name a unit that Chinese leaves out, and no other value that Chinese does not name.
    uneven = [key for key, said in texts.items() if not fields(said["en"]) <= fields(said["zh"]) | {"unit"}]
    assert uneven == []


def test_every_value_of_a_closed_set_has_a_label():
    keys = [f"value.{group}.{value}" for group, values in CLOSED.items() for value in values]
    assert [key for key in keys if key not in _texts()] == []


NOTEBOOKS = {"meeting": "satisfaction_meeting", "review": "monthly_review", "signed": "signed_plan"}
SHARED = {
    "call_result.begun",
    "call_result.dropped",
    "call_result.postponed",
    "list_column.mileage_km",
    *(f"call_script.{each.name}" for each in CALL_LISTS),
}
"""Words that a chapter holds and the rooms below it say: what a list's results are called in the workbook; and
what a caller says first, by name of the list."""
ROOMS = {"table", "column", "note", "list", "list_column", "list_reason", "figure", "owner", "sign"}


def code_of(chapter):
    """The source of a chapter, and the code cells of its notebook."""
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((CHAPTERS / chapter).glob("*.py")))
    notebook = notebook_folder() / f"{NOTEBOOKS.get(chapter, chapter)}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"] if notebook.is_file() else []
    return source + "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def is_said(key, code, shelves):
    """Whether a chapter says ``key``: by its name, by a name made from its beginning, or as a split's word."""
    room, *rest = key.split(".")
    if f'"{key}"' in code:
        return True
    made = {found for found in re.findall(r'f"([a-z_.]+\.[a-z_]*)\{', code) if found.rstrip(".") not in ROOMS}
    if any(key.startswith(beginning) for beginning in made):
        return True
    if room == "figure":
        return False
    if room in {"group", "value"}:
        return bool(re.search(rf"\b{rest[0]}\b", code + shelves))
    if room == "table" and any(rest[0].startswith(metric) for metric in METRICS):
        return True  # captions of the common tables, named by metric and split
    if room == "list_reason" and re.search(rf"\b{rest[0]}\b", shelves):
        return True  # reasons that a measure finds
    beginnings = re.findall(rf'f"(?:{room}\.)?([a-z_]+_)\{{', code)
    return bool(re.search(rf"\b{rest[-1]}\b", code)) or rest[-1].startswith(tuple(beginnings))


def test_a_chapter_holds_only_words_that_it_says():
    shelves = "".join(path.read_text(encoding="utf-8") for path in METRIC_SHELVES.rglob("*.py"))
    idle = [
        f"{path.parent.name}: {key}"
        for path in sorted(CHAPTERS.glob("*/words.yml"))
        for key in _flat(read_yaml(path), "")
        if key not in SHARED and not is_said(key, code_of(path.parent.name), shelves)
    ]
    assert idle == []


def test_no_two_files_hold_the_same_key():
    held = Counter(
        key
        for path in [*TEXTS.glob("*.yml"), *CHAPTERS.glob("*/words.yml")]
        for key in _flat(read_yaml(path), "")
    )
    assert [key for key, times in held.items() if times > 1] == []


def test_the_quick_reader_is_for_the_program_alone(tmp_path, monkeypatch):
    """It crashes on brackets without end, which a file of a store's own may have."""
    asked = []
    load = yaml.load
    monkeypatch.setattr(yaml, "load", lambda stream, Loader: asked.append(Loader) or load(stream, Loader))
    own = tmp_path / "words.yml"
    own.write_text("a: b", encoding="utf-8")
    for path in (own, next(TEXTS.glob("*.yml")), next(CHAPTERS.glob("*/words.yml"))):
        assert read_yaml(path)
    quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    assert asked == [yaml.SafeLoader, quick, quick]


def test_values_of_an_open_set_stand_for_themselves():
    assert group_label("team", "一组", "en") == "一组"
    assert group_label("years_later", "3", "en") == "3 years later"
    assert group_label("years_later", "1", "en") == "1 year later"


def test_a_text_is_filled_in():
    assert text("column.target", "en", year=2026) == "Target 2026"


def test_an_unknown_text_names_the_nearest():
    with pytest.raises(KeyError, match=r"column\.target"):
        text("column.targte", "en")


def test_tables_have_a_name_in_both_languages():
    assert [table for table in TABLES if table_label(table, "zh") != TABLES[table].zh] == []
    assert [table for table in TABLES if table_label(table, "en") != table] == []


def test_groups_have_a_name():
    assert (group_name("team", "zh"), group_name("team", "en")) == ("班组", "Team")


def test_closed_sets_come_in_their_own_order():
    assert in_catalogue_order("state", ["churned", "active"]) == ["active", "churned"]
    assert in_catalogue_order("years_later", ["10", "2"]) == ["2", "10"]
    assert in_catalogue_order("team", ["二组", "一组"]) == ["二组", "一组"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_missing_metric_names_the_table_that_would_give_it(language):
    said = str(explain_missing(["first_service_return_rate"], Results(), language))
    assert METRICS["first_service_return_rate"].label(language) in said
    assert "vehicle_sales" in said
    assert "sale_date" in said


def test_an_undefined_metric_is_told_from_a_missing_one():
    results = Results({"annual_churn_rate": tidy(["2025"], value=float("nan"))})
    assert "supply" not in str(explain_missing(["annual_churn_rate"], results, "en"))
    assert "supply" in str(explain_missing(["annual_churn_rate"], Results(), "en"))


def test_a_metric_of_an_optional_table_names_it_and_no_other():
    some = Results({"new_vehicle_sales": tidy(["2025"], value=1)})
    said = str(explain_missing(["first_service_target"], some, "en"))
    assert "sales_targets (with at least the columns month, units)" in said
    assert "vehicle_sales" not in said
    assert "too short a time" in said


class _Once(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping: the second would replace the first without a word."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"{self.name}: {[key for key in keys if keys.count(key) > 1]}"
        return super().construct_mapping(node, deep)


def test_no_key_stands_twice_in_a_mapping_of_the_words():
    files = [*CHAPTERS.glob("*/*.yml"), *(CHAPTERS.parent / "catalogue").rglob("*.yml")]
    assert len(files) > 40
    for path in files:
        with path.open(encoding="utf-8") as stream:
            assert yaml.load(stream, Loader=_Once)


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "搁置行**：没有。"), ("en", "Rows set aside**: none.")]
)
def test_of_what_is_counted_in_whatever_was_read_there_may_be_none(language, words):
    """A clean store has no row set aside, which is no want of time."""
    some = Results({"rows_read": [tidy(["2025-12-31"], value=[9], table=["leads"])]})
    assert words in str(explain_missing(["rows_rejected"], some, language))
