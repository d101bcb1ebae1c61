import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters.information.sentences import about_calls, about_contacts, about_files, about_records
from csanalysis.metrics.results import Results, tidy


@pytest.fixture
def results():
    return Results(
        {
            "record_accuracy_rate": [
                tidy(
                    ["2024", "2025"], numerator=[94, 91], denominator=100, low=[0.9, 0.87], high=[0.97, 0.95]
                ),
                tidy(["2025"] * 2, numerator=[48, 43], denominator=50, record_type=["invoice", "lead_card"]),
            ],
            "record_accuracy_target": tidy(["2025", "2026"], value=[0.94, 0.91]),
            "late_entry_rate": tidy(["2025"], numerator=[6], denominator=100),
            "late_entry_target": tidy(["2026"], value=0.06),
            "files_due_for_archiving": tidy(["2025-12-31", "2026"], value=[1200, 300], file="sales"),
            "contact_coverage_rate": tidy(
                ["2025"] * 2, numerator=[80, 47], denominator=100, purpose=["post_sale", "post_service"]
            ),
            "reached_rate": tidy(["2025"], numerator=[67], denominator=100),
            "invalid_phone_rate": tidy(["2025"], numerator=[4], denominator=100),
            "invalid_phone_vehicles": tidy(["2025-12-31"], value=164),
            "contacts_made": tidy(["2025"], value=15000),
            "calls_needed": tidy(["2026-01", "2026-03", "2026"], value=[900, 1500, 2400]),
            "calls_planned": tidy(["2026"], value=2300),
            "calls_possible": tidy(["2026"], value=2350),
            "agents_needed": tidy(["2026"] * 2, value=[1.5, 4.75], pace=["standard", "own"]),
        }
    )


def test_records_against_their_target(results):
    said = str(about_records(results, plan_year=2026, language="zh"))
    assert "正确的占**91.0%**（95%区间87.0–95.0%）" in said
    assert "没有达到94.0%的目标" in said
    assert "最低的一类是信息卡（86.0%），但各类之间的差别可能出于偶然" in said  # 43 against 48 of 50
    assert "That missed the target of 94.0%" in str(about_records(results, plan_year=2026, language="en"))


def test_the_weakest_kind_is_named_where_kinds_differ_beyond_chance():
    """430 against 480 of 1,000: z = 0.05 / √(0.455 · 0.545 · 2 / 1000) = 2.2, beyond 1.96."""
    rows = tidy(["2025"] * 2, numerator=[480, 430], denominator=1000, record_type=["invoice", "lead_card"])
    results = Results({"record_accuracy_rate": [tidy(["2025"], numerator=[910], denominator=2000), rows]})
    assert "最弱的一类是信息卡（43.0%），各类之间的差别超出偶然" in str(
        about_records(results, plan_year=2026, language="zh")
    )


def test_files_contacts_and_calls(results):
    assert "现已到期1,200份，2026年还将到期300份" in str(
        about_files(results, as_of="2025-12-31", plan_year=2026, language="zh")
    )
    assert "**80.0%** of the cars sold and **47.0%** of the visits" in str(
        about_contacts(results, year=2025, language="en")
    )
    said = str(about_calls(results, plan_year=2026, language="en"))
    assert "**2,300** are planned" in said and "would take 2,400, most of them in Mar (1,500)" in said
    assert "15,000 were made" in said and "**1.50** agents" in said and "4.75" in said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_the_tables_their_names_are_said(language):
    nothing = Results({"x": tidy(["2025"], value=1)})
    assert "record_checks" in str(about_records(nothing, plan_year=2026, language=language))
    assert "contacts" in str(about_contacts(nothing, year=2025, language=language))
    assert isinstance(about_calls(nothing, plan_year=2026, language=language), Missing)
