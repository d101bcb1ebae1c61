import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters.information.figures import accuracy_by_month, coverage_by_month
from csanalysis.metrics.results import Results, tidy

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]


@pytest.fixture
def results():
    types = ["invoice", "phone", "合同"]
    return Results(
        {
            "record_accuracy_rate": [
                tidy(
                    MONTHS * 3,
                    numerator=9,
                    denominator=10,
                    low=0.6,
                    high=0.98,
                    record_type=[t for t in types for _ in MONTHS],
                ),
                tidy(["2025"], numerator=[91], denominator=[100]),
            ],
            "record_accuracy_target": [
                tidy(["2025"], value=0.93),
                tidy(["2025"] * 3, value=[0.9, 0.95, 0.97], record_type=types),
            ],
            "contact_coverage_rate": [
                tidy(MONTHS, numerator=8, denominator=10, low=0.5, high=0.95, purpose="post_sale"),
                tidy(MONTHS, numerator=5, denominator=10, low=0.2, high=0.8, purpose="post_service"),
                tidy(
                    ["2025"] * 2, numerator=[80, 50], denominator=100, purpose=["post_sale", "post_service"]
                ),
            ],
        }
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "2025年客户信息准确率91.0%，目标93.0%"),
        ("en", "Records were right in 91.0% of checks in 2025, against a target of 93.0%"),
    ],
)
def test_accuracy_has_a_panel_a_record_type(results, language, said):
    figure = accuracy_by_month(results, language=language)
    assert figure.title == said
    assert "合同" in figure.alt and ("发票" if language == "zh" else "Invoice") in figure.alt


def test_coverage_names_both_kinds(results):
    figure = coverage_by_month(results, language="zh")
    assert figure.title == "2025年销售回访覆盖80.0%，售后回访覆盖50.0%"
    assert "销售回访" in figure.alt and "售后回访" in figure.alt


def test_one_kind_alone_and_nothing(results):
    alone = Results({"contact_coverage_rate": tidy(MONTHS, numerator=8, denominator=10, purpose="post_sale")})
    assert "售后回访" not in coverage_by_month(alone, language="zh").alt
    for figure in (accuracy_by_month, coverage_by_month):
        assert isinstance(figure(Results(), language="en"), Missing)
