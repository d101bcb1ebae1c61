"""The service business counted again in SQL from the clean tables of stores."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from csanalysis.chapters import business
from csanalysis.ingest import load
from csanalysis.metrics.workshop import quality

CUT = Path(__file__).parents[2] / "ingest" / "data" / "dezhou" / "params" / "dezhou.yml"
QUERIES = {
    "labor_share": """select year(visit_date) y, sum(labor_amount), sum(labor_amount + parts_amount) from visits
        where labor_amount is not null and parts_amount is not null group by 1""",
    "parts_per_labor": """select year(visit_date) y, sum(parts_amount), sum(labor_amount) from visits
        where labor_amount is not null and parts_amount is not null group by 1""",
    "labor_per_visit": """select year(visit_date) y, sum(labor_amount), count(*) from visits
        where labor_amount is not null and parts_amount is not null group by 1""",
    "settled_in_time_rate": """select year(visit_date) y, count(*) filter (where close_date - visit_date <= 1),
        count(*) from visits where close_date >= visit_date group by 1""",
    "on_time_handover_rate": """select year(visit_date) y, count(*) filter (where close_date <= promised_date),
        count(*) from visits where close_date is not null and promised_date is not null group by 1""",
    "complaints_closed_in_time": """select year(complaint_date) y,
        count(*) filter (where resolved_date - complaint_date <= 14), count(*) from complaints
        where complaint_date <= date '2025-11-30'
        and exists (select 1 from complaints where resolved_date is not null) group by 1""",
    "booking_share": """select year(visit_date) y, count(*) filter (where exists (select 1 from appointments a
        where a.vin = v.vin and a.appointment_date::date = v.visit_date)), count(*) from visits v
        where visit_date >= (select min(appointment_date::date) from appointments) group by 1""",
    "show_rate": """select year(appointment_date) y, count(*) filter (where came), count(came) from (
        select appointment_date, coalesce(shown, case when vin is not null then exists (select 1 from visits v
        where v.vin = a.vin and v.visit_date = a.appointment_date::date) end) came from appointments a) group by 1""",
    "revenue_per_vehicle_year": """select year(visit_date) y, sum(total_amount), count(distinct vin) from visits
        group by 1""",
}
MARKED = """select year(visit_date) y, count(*) filter (where not exists (select 1 from visits w where w.vin = v.vin
    and w.is_rework and w.visit_date - v.visit_date between 0 and 30)), count(*) from visits v
    where not coalesce(is_rework, false) and visit_date <= date '2025-11-30' group by 1"""
REPEATED = """select year(visit_date) y, count(*) filter (where not exists (select 1 from visits w where w.vin = v.vin
    and w.service_type = 'repair' and w.visit_date - v.visit_date between 1 and 30)), count(*) from visits v
    where service_type = 'repair' and visit_date <= date '2025-11-30' group by 1"""


@pytest.fixture(scope="module", params=["haibin", "dezhou"])
def counted(request, demo: Path) -> Iterator[tuple]:
    store = load(demo / "params" / "haibin.yml" if request.param == "haibin" else CUT)
    base = duckdb.connect()
    for name, table in (
        ("visits", "service_visits"),
        ("complaints", "complaints"),
        ("appointments", "appointments"),
    ):
        if table not in store.tables:
            continue
        rows = store.tables[table]
        kept = [c for c in rows if not pd.api.types.is_string_dtype(rows[c]) or c in ("vin", "service_type")]
        frame = rows[kept].astype({c: object for c in kept if pd.api.types.is_string_dtype(rows[c])})
        base.register(f"{name}_read", frame)
        days = [c for c in kept if c.endswith("_date") and c != "appointment_date"]
        casts = ", ".join(f"{c}::date as {c}" for c in days)
        base.execute(f"create table {name} as select * replace ({casts}) from {name}_read")
    assert str(store.params.as_of) == "2025-12-31"
    yield business.measure(store.params, store.tables), base, store.tables
    base.close()


@pytest.mark.parametrize("metric", QUERIES)
def test_counted_again(counted, metric):
    results, base, tables = counted
    needed = {
        "show_rate": "appointments",
        "booking_share": "appointments",
        "complaints_closed_in_time": "complaints",
    }
    if needed.get(metric, "service_visits") not in tables:
        assert metric not in results.names
        return
    rows = base.execute(QUERIES[metric]).fetchall()
    told = results.select(metric, "year").set_index("period")
    assert metric == "on_time_handover_rate" or rows
    for year, over, under in rows:
        if metric == "revenue_per_vehicle_year" and str(year) not in told.index:
            continue  # a year that the exports do not cover whole
        assert told.loc[str(year), "numerator"] == pytest.approx(over or 0), year
        assert told.loc[str(year), "denominator"] == pytest.approx(under), year


def test_fixed_at_once_counted_again(counted):
    results, base, tables = counted
    marked = int(tables["service_visits"]["is_rework"].fillna(False).sum()) >= quality.FEW_MARKED
    told = results.select("first_time_fix_rate", "year").set_index("period")
    rows = base.execute(MARKED if marked else REPEATED).fetchall()
    for year, held, orders in rows:
        assert (told.loc[str(year), "numerator"], told.loc[str(year), "denominator"]) == (held, orders)


def test_days_to_settlement_counted_again(counted):
    results, base, _ = counted
    rows = base.execute("""select year(visit_date), median(close_date - visit_date), count(*) from visits
        where close_date >= visit_date group by 1""").fetchall()
    assert rows
    for year, days, orders in rows:
        row = results.select("days_to_settlement", "year", period=str(year)).iloc[0]
        assert (row["value"], row["denominator"]) == (days, orders)
