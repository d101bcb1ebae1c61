"""The data-quality chapter on a small dealership's own files."""

import pandas as pd

from csanalysis.chapters import data_quality
from csanalysis.ingest import load


def test_counts_are_those_of_the_files(tmp_path):
    (tmp_path / "sales.csv").write_text(
        "VIN,sale_date\nV1,2025-01-05\nV1,2025-01-05\n,2025-02-01\nV2,2026-02-01\n"
    )
    (tmp_path / "visits.csv").write_text("RO,VIN,date in,job type,mileage\nR1,V1,2025-03-01,首保,x\n")
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: sales.csv, service_visits: visits.csv}\n"
    )
    results = data_quality.measure(load(tmp_path / "a.yml"))

    def sales(metric):
        return results.value(metric, "2025-12-31", table="vehicle_sales")

    fates = ("rows_read", "rows_repeated", "rows_rejected", "rows_after_as_of", "rows_kept")
    assert [sales(metric) for metric in fates] == [4, 1, 1, 1, 1]
    assert results.value("rows_rejected", "2025-12-31", table="vehicle_sales", column="vin") == 1
    assert results.value("cells_unreadable", "2025-12-31", table="service_visits", column="mileage_km") == 1
    assert results.value("data_warnings", "2025-12-31", warning="plan_months_without_target") == 12
    assert pd.isna(results.select("data_warnings", "date", warning="teams_not_in_staff")["value"]).all()


def test_what_is_masked_is_counted_by_column(tmp_path):
    (tmp_path / "sales.csv").write_text("VIN,sale_date\nV1,2025-01-05\n")
    (tmp_path / "visits.csv").write_text("RO,VIN,date in,job type\nR1,V1,2025-03-01,首保\n", encoding="utf-8")
    (tmp_path / "items.csv").write_text(
        "ro_number,item,grade,amount,outcome,decline_reason\n"
        "R1,tyres 13912345678,A,100,declined,too dear\nR1,wipers,A,100,declined,call 13912345678\n"
    )
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources:\n"
        "  {vehicle_sales: sales.csv, service_visits: visits.csv, upsell_items: items.csv}\n"
    )
    results = data_quality.measure(load(tmp_path / "a.yml"))
    place = {"period": "2025-12-31", "table": "upsell_items"}
    assert results.value("cells_masked", **place, column="item") == 1
    assert results.value("cells_as_other", **place, column="decline_reason") == 1
    for metric in ("cells_masked", "cells_as_other"):
        assert len(results.select(metric, "date", "table", "column")) == 1
