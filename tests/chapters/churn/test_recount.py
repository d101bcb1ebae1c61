"""Churn by split and by the manufacturers' rules, counted once more in SQL from the tables of a demo store."""

import sqlite3

import pandas as pd
import pytest

from csanalysis.chapters import churn
from csanalysis.ingest import load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(demo):
    loaded = load(demo / "params" / "haibin.yml")
    return loaded.params, loaded.tables


@pytest.fixture(scope="module")
def results(store):
    return churn.measure(*store)


@pytest.fixture(scope="module")
def sql(store):
    """The store's tables in SQLite; days as text, months as numbers since January of year 0."""
    _, tables = store
    base = sqlite3.connect(":memory:")
    visits = tables["service_visits"][
        ["ro_number", "vin", "visit_date", "service_type", "mileage_km", "customer_id"]
    ]
    sales = tables["vehicle_sales"][["vin", "sale_date", "model", "customer_id"]]
    for name, table, day in (("v", visits, "visit_date"), ("s", sales, "sale_date")):
        dated = table.assign(
            day=table[day].dt.strftime("%Y-%m-%d"), y=table[day].dt.year, n=range(len(table))
        )
        dated = dated.assign(m=table[day].dt.year * 12 + table[day].dt.month - 1).drop(columns=day)
        dated.astype(object).where(dated.notna(), None).to_sql(name, base, index=False)
    customers = tables["customers"][["customer_id", "district", "customer_type"]]
    customers.astype(object).where(customers.notna(), None).to_sql("c", base, index=False)
    base.executescript(
        "create index vv on v(vin, day); create index sv on s(vin); create index ci on c(customer_id);"
    )

    def ask(query, **values):
        return {row[:-2]: row[-2:] for row in base.execute(query, values)}

    return ask


# The customer of each vehicle b: of the last visit that names one, else of the last such sale.
OWNER = """coalesce(
    (select customer_id from v where v.vin = b.vin and customer_id is not null order by day desc, ro_number desc limit 1),
    (select customer_id from s where s.vin = b.vin and customer_id is not null order by day desc, n desc limit 1))"""

# The group of each vehicle at the end of the year before :y, as an expression over b.vin.
GROUPS = {
    "origin": "case when exists (select 1 from s where s.vin = b.vin) then 'sold_here' else 'elsewhere' end",
    "vehicle_age": """coalesce((select cast(max(:y - 1 - cast(substr(min(day), 1, 4) as int), 0) as text)
        from s where s.vin = b.vin group by s.vin), 'unknown')""",
    "warranty": """case
        when (select mileage_km from v where v.vin = b.vin and y < :y and mileage_km >= 0
              order by day desc, ro_number desc limit 1) >= 100000 then 'out'
        when (select date(min(day), '+36 months') from s where s.vin = b.vin) <= (:y - 1) || '-12-31' then 'out'
        when exists (select 1 from s where s.vin = b.vin) then 'in' else 'unknown' end""",
    "service_type": """(select service_type from v where v.vin = b.vin and y < :y
        order by day desc, ro_number desc limit 1)""",
    "model": """coalesce((select model from s where s.vin = b.vin and model is not null
        order by day desc, n desc limit 1), 'unknown')""",
    "district": f"coalesce((select district from c where customer_id = {OWNER}), 'unknown')",
    "customer_type": f"coalesce((select customer_type from c where customer_id = {OWNER}), 'unknown')",
}


def told(results, metric, period, *by, **group):
    """Numerator and denominator by group, of one period."""
    rows = results.select(metric, None, *by, period=period, **group)
    return {
        tuple(row[name] for name in by): (row["numerator"], row["denominator"]) for _, row in rows.iterrows()
    }


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("year", [2022, 2025])
def test_churn_by_group(sql, results, by, year):
    found = sql(
        f"""select {GROUPS[by]} as g,
              sum(not exists (select 1 from v where v.vin = b.vin and v.y = :y)), count(*)
            from (select distinct vin from v where y = :y - 1) b group by g""",
        y=year,
    )
    assert found and told(results, "annual_churn_rate", str(year), by) == found


@pytest.mark.parametrize("by", ["origin", "warranty"])
def test_retention_by_group(sql, results, by):
    found = sql(
        f"""select {GROUPS[by].replace(":y", "(:y + 1)")} as g,
              sum(exists (select 1 from v where v.vin = b.vin and v.y = :y + 2)), count(*)
            from (select distinct vin from v where y = :y) b group by g""",
        y=2022,
    )
    assert found and told(results, "retained_share", "2022", by, years_later="2") == found


def test_lapses_by_group(sql, results):
    found = sql(
        f"""select {GROUPS["origin"]} as g, count(*), 0
            from v b where strftime('%Y', date(day, '+12 months')) = cast(:y as text)
              and not exists (select 1 from v w where w.vin = b.vin and w.day > b.day
                              and w.day <= date(b.day, '+12 months'))
              and not exists (select 1 from v w where w.vin = b.vin and w.day = b.day and w.ro_number > b.ro_number)
            group by g""",
        y=2025,
    )
    rows = results.select("lapsed_vehicles", "year", "origin", period="2025")
    assert dict(zip(rows["origin"], rows["value"], strict=True)) == {g: n for (g,), (n, _) in found.items()}


@pytest.mark.parametrize(("rule", "lag"), [("saic_vw", 6), ("thirteen_months", 13)])
def test_not_back(sql, results, rule, lag):
    found = sql(
        """select cast((b.m + :lag) / 12 as text) || '-' || substr('0' || ((b.m + :lag) % 12 + 1), -2),
             sum(not exists (select 1 from v where v.vin = b.vin and v.m between b.m + 1 and b.m + :lag)), count(*)
           from (select distinct vin, m from v) b where b.m + :lag <= 2025 * 12 + 11 group by b.m""",
        lag=lag,
    )
    rows = results.select("rule_churn_rate", "month", rule=rule)
    ours = {
        (p,): (n, d) for p, n, d in zip(rows["period"], rows["numerator"], rows["denominator"], strict=True)
    }
    assert found and ours == found


def test_twice_in_twelve_months(sql, results):
    # The window is 2025; asked are those seen in 2024, or sold before 2025 and in warranty on its last day.
    found = sql(
        """with first as (select vin, min(day) as sold from s group by vin),
             cars as (select vin from v union select vin from s),
             known as (select cars.vin, sold, date(sold, '+36 months') > '2025-12-31' as warm,
               exists (select 1 from v where v.vin = cars.vin and y = 2024) as seen,
               (select count(distinct day) from v where v.vin = cars.vin and y = 2025) as days
               from cars left join first on first.vin = cars.vin)
           select case when sold like '2024-12-%' then 'first_year' when warm then 'in_warranty' else 'beyond' end as g,
             sum(days >= 2), count(*)
           from known where seen or (sold < '2025-01-01' and warm) group by g"""
    )
    assert told(results, "rule_retention_rate", "2025-12", "life_stage", rule="nissan") == found
    whole = tuple(sum(part) for part in zip(*found.values(), strict=True))
    assert told(results, "rule_retention_rate", "2025-12", rule="nissan") == {(): whole}


def test_the_difference_from_the_bulletin(store, results):
    _, tables = store
    bulletin = tables["oem_bulletin"].set_index(["measure", "month"])["value"]
    theirs = bulletin[("月度客户流失率", pd.Timestamp("2025-12-01"))]
    ours = results.value("rule_churn_rate", "2025-12", rule="saic_vw")
    assert results.value("oem_bulletin_gap", "2025-12", rule="saic_vw") == pytest.approx(ours - theirs)
    left = results.value("bulletin_gap_left", "2025-12", rule="saic_vw", gap_reason="excluded_type")
    assert abs(left) < abs(ours - theirs)  # the demo's manufacturer leaves accidents out
