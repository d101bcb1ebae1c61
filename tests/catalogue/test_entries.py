import dataclasses

import pytest

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.entries import Catalogue
from csanalysis.catalogue.titles import TITLES, cited
from csanalysis.schema import TABLES

ENTRY = """
churn:
  label: {zh: 流失率, en: Churn}
  unit: {zh: "", en: ""}
  format: percent
  better: lower
  definition: {zh: 没有来的比例。, en: Share that stayed away.}
  numerator: {zh: 没有来的车, en: Vehicles lost}
  denominator: {zh: 上年的车, en: Vehicles before}
  interval: null
  tables: [service_visits]
  source: 《规划》
"""


@pytest.fixture
def written(tmp_path):
    def catalogue(text: str) -> Catalogue:
        (tmp_path / "some.yml").write_text(text, encoding="utf-8")
        return Catalogue(tmp_path)

    return catalogue


def test_an_entry_is_read_in_both_languages(written):
    metric = written(ENTRY)["churn"]
    assert (metric.label("zh"), metric.label("en")) == ("流失率", "Churn")
    assert metric.numerator("en") == "Vehicles lost"
    assert metric.interval("en") is None
    assert (metric.format, metric.better, metric.tables) == ("percent", "lower", ("service_visits",))


def test_a_unit_stands_behind_the_label(written):
    catalogue = written(ENTRY.replace('unit: {zh: "", en: ""}', "unit: {zh: 辆, en: vehicles}"))
    assert catalogue["churn"].label_with_unit("zh") == "流失率（辆）"
    assert catalogue["churn"].label_with_unit("en") == "Churn (vehicles)"


@pytest.mark.parametrize(
    ("zh", "en", "says"),
    [("读到的行", "Rows read", True), ("流失率", "Churn", False), ("每行得分", "Arrows drawn", False)],
)
def test_a_unit_that_the_label_says_is_not_said_again(written, zh, en, says):
    text = ENTRY.replace('unit: {zh: "", en: ""}', "unit: {zh: 行, en: rows}").replace("流失率", zh, 1)
    metric = written(text.replace("en: Churn", f"en: {en}", 1))["churn"]
    assert metric.says_unit("zh") is says and metric.says_unit("en") is says
    assert metric.label_with_unit("en") == (en if says else f"{en} (rows)")


def test_an_entry_cannot_be_changed(written):
    with pytest.raises(dataclasses.FrozenInstanceError):
        written(ENTRY)["churn"].name = "other"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (ENTRY.replace("format: percent", "format: percentage"), "unknown format 'percentage'"),
        (ENTRY.replace("better: lower", "better: worse"), "better: higher, lower, neither"),
        (ENTRY.replace("en: Churn}", "de: Abgang}"), "needs label as"),
        (ENTRY.replace("[service_visits]", "[service_visit]"), "did you mean .?service_visits"),
        (ENTRY + "  lable: x\n", "unknown field 'lable'"),
        (
            ENTRY.replace("  definition: {zh: 没有来的比例。, en: Share that stayed away.}\n", ""),
            "has no definition",
        ),
    ],
    ids=["format", "better", "language", "table", "field", "definition"],
)
def test_a_wrong_entry_is_refused(written, wrong, said):
    with pytest.raises(ValueError, match=said):
        written(wrong)["churn"]


def test_a_metric_described_in_two_files_is_refused(tmp_path):
    for name in ("one.yml", "two.yml"):
        (tmp_path / name).write_text(ENTRY, encoding="utf-8")
    with pytest.raises(ValueError, match="described twice"):
        list(Catalogue(tmp_path))


def test_an_unknown_metric_names_the_nearest(written):
    with pytest.raises(KeyError, match="churn"):
        written(ENTRY)["chrun"]


def test_every_metric_is_described_whole():
    metrics = METRICS.standard.values()
    assert [
        metric.name
        for metric in metrics
        if not all(metric.label(language) and metric.definition(language) for language in ("zh", "en"))
    ] == []
    assert [metric.name for metric in metrics if not set(metric.tables) <= set(TABLES)] == []
    assert [metric.name for metric in metrics if metric.label("zh") == metric.label("en")] == []


def test_no_two_metrics_share_a_label():
    for language in ("zh", "en"):
        labels = [metric.label(language) for metric in METRICS.values()]
        assert len(labels) == len(set(labels))


def test_an_english_report_cites_a_chinese_title_with_its_translation():
    sources = {METRICS[name].source for name in METRICS} - {None}
    assert sources == set(TITLES)
    entry = METRICS["annual_churn_rate"]
    assert entry.cited("zh") == entry.source
    assert entry.cited("en") == f"{entry.source} (“{TITLES[entry.source]}”)"
    assert cited("《别处的书》", "en") == "《别处的书》"
