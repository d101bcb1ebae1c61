"""numbers.xlsx and metrics.parquet hold what metrics.json does."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from csanalysis.catalogue import METRICS, format_period, text
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params
from csanalysis.report.contract.office import office_words
from csanalysis.report.files.metrics_table import write_metrics_table
from csanalysis.report.files.numbers_workbook import COLUMNS, write_numbers


def params_in(language: Any) -> Params:
    sources = {"vehicle_sales": "s.csv", "service_visits": "v.csv"}
    return Params(
        dealership={"id": "east", "name": "East <1> & Co"},
        plan_year=2026,
        as_of=date(2025, 12, 31),
        language=language,
        sources=sources,
    )


@pytest.fixture
def results() -> Results:
    return Results(
        {
            "annual_churn_rate": [
                tidy(["2024", "2025"], numerator=[30, 0], denominator=[100, 0], low=[0.2, float("nan")]),
                tidy(["2025"], value=[0.25], vehicle_age=["0"]),
            ],
            "move_value": tidy(["2026"], value=[1234.5], move="marginal", part="planned"),
            "upsell_success_change": tidy(["2025-12-31"], value=[-0.013]),
        }
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_number_stands_once_in_its_chapter_with_its_words(
    tmp_path: Path, results: Results, language: Any
) -> None:
    write_numbers(tmp_path / "n.xlsx", results, params_in(language))
    book = openpyxl.load_workbook(tmp_path / "n.xlsx")
    assert book.sheetnames == [
        text(f"numbers.sheet.{name}", language) for name in ("first", "plan", "churn", "upsell")
    ]
    churn = book[text("numbers.sheet.churn", language)]
    heads, *rows = churn.iter_rows(values_only=True)
    assert list(heads) == [text(f"numbers.column.{name}", language) for name in COLUMNS]
    metric = METRICS["annual_churn_rate"]
    assert [row[0] for row in rows] == [metric.label(language)] * 3
    assert [row[1] for row in rows] == [format_period(year, language) for year in ("2024", "2025", "2025")]
    assert [row[3:8] for row in rows] == [
        (0.3, 30, 100, 0.2, None),
        (None, 0, 0, None, None),
        (0.25, None, None, None, None),
    ]
    assert rows[2][2] and not rows[0][2]
    assert rows[0][9] == metric.definition(language)
    assert churn["D2"].number_format == "0.0%" and churn["E2"].number_format == "#,##0"
    assert churn.auto_filter.ref == "A1:J4" and churn.freeze_panes == "B2" and churn.dimensions == "A1:J4"
    assert book[text("numbers.sheet.plan", language)]["D2"].number_format.startswith("¥")
    assert book[text("numbers.sheet.upsell", language)]["D2"].value == -0.013


def test_two_runs_write_the_same_bytes_and_what_is_written_is_read_by_the_contract(
    tmp_path: Path, results: Results
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_numbers(tmp_path / name, results, params_in("en"))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    words = set(office_words(tmp_path / "a.xlsx"))
    assert {"East <1> & Co", METRICS["annual_churn_rate"].definition("en")} <= words


def test_the_parquet_gives_the_records_of_metrics_json_back(tmp_path: Path, results: Results) -> None:
    write_metrics_table(tmp_path / "m.parquet", results)
    frame = pd.read_parquet(tmp_path / "m.parquet")
    assert {name: str(frame[name].dtype) for name in ("numerator", "value")} == {
        "numerator": "float64",
        "value": "float64",
    }
    records = [
        row | {"group": json.loads(row["group"])}
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]
    assert Results.from_records(records).records() == results.records()
