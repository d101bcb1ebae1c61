"""Churn by split and by the manufacturers' rules, counted once more in SQL from the tables of whole stores."""

import pandas as pd
import pytest

from csanalysis.chapters import churn
from csanalysis.schema.call_results import REASONS, known_result

pytestmark = pytest.mark.xdist_group("recounted")

SPLITS = ("origin", "vehicle_age", "warranty", "service_type", "model", "district", "customer_type", "fuel")

# Who came in which year and month, by the visits that count; then each vehicle's group at the end of each year.
TABLES = """
create or replace table counted as select * from visits where not list_contains($exclude, service_type);
create or replace table years as select distinct vin, year(visit_date) y from counted;
create or replace table cars as select vin from visits union select vin from sales;
create or replace table sold as select vin, min(sale_date) first from sales group by vin;
create or replace table owners as select vin, coalesce(
    (select customer_id from visits v where v.vin = c.vin and customer_id is not null
     order by visit_date desc, ro_number desc limit 1),
    (select customer_id from sales s where s.vin = c.vin and customer_id is not null
     order by sale_date desc, place desc limit 1)) owner from cars c;
create or replace table said as select vin,
    (select model from sales s where s.vin = c.vin and model is not null order by sale_date desc, place desc limit 1) model,
    (select fuel from sold_fuel s where s.vin = c.vin and fuel is not null order by sale_date desc, place desc limit 1) fuel
    from cars c;
create or replace table read as select vin, visit_date as day, ro_number, mileage_km >= $km past from visits
    where mileage_km >= 0 and vin in (select vin from visits where mileage_km >= $km);
create or replace table ends as select cars.vin, y, make_date(y, 12, 31) last
    from cars, range((select min(y) from years), 2026) r(y);
create or replace table plain as select ends.vin, ends.y,
    case when sold.first is null then 'elsewhere' else 'sold_here' end origin,
    case when sold.first is null then 'unknown' else greatest(ends.y - year(sold.first), 0)::varchar end vehicle_age,
    case when (select past from read r where r.vin = ends.vin and r.day <= last order by day desc, ro_number desc limit 1)
              or sold.first + to_months($months) <= last then 'out'
         when sold.first is null then 'unknown' else 'in' end warranty,
    (select service_type from counted v where v.vin = ends.vin and v.visit_date <= last
     order by visit_date desc, ro_number desc limit 1) service_type,
    coalesce(said.model, 'unknown') model_named, coalesce(said.fuel, 'unknown') fuel,
    coalesce(c.district, 'unknown') district_named, coalesce(c.customer_type, 'unknown') customer_type
    from ends join said using (vin) join owners using (vin) left join sold using (vin)
    left join one_customer c on c.customer_id = owners.owner;
create or replace table base as select vin, model_named, district_named, coalesce(owner, vin) owner
    from plain join years using (vin, y) join owners using (vin) where y = 2024;
"""
# Of few vehicles, of few owners, or not among the twelve largest: together other.
POOLED = """create or replace table large_{by} as select {by}_named from base group by 1
    having count(*) >= 20 and count(distinct owner) >= 5 and {by}_named <> 'unknown' order by count(*) desc limit 12"""
GROUPED = """create or replace table grouped as select *,
    case when model_named in (from large_model union select 'unknown') then model_named else 'other' end model,
    case when district_named in (from large_district union select 'unknown') then district_named else 'other' end district from plain"""


@pytest.fixture(scope="module")
def counted(recount):
    params, base = recount.params, recount.base
    words = recount.tables.get("customers", pd.DataFrame(columns=["customer_id"]))
    named = [each if each in words else f"null as {each}" for each in ("district", "customer_type")]
    base.execute(
        f"""create or replace table one_customer as select customer_id, {", ".join(named)} from customers
            qualify row_number() over (partition by customer_id order by place) = 1"""
    )
    fuel = "fuel" if "fuel" in recount.tables["vehicle_sales"] else "null"
    base.execute(
        f"create or replace table sold_fuel as select vin, sale_date, place, coalesce({fuel}, "
        "case when regexp_matches(model, 'ID\\.|纯电|\\bEV\\b|[^A-Za-z]EV$') then 'electric' end) fuel from sales"
    )
    values = {
        "exclude": params.churn.exclude_service_types,
        "km": params.warranty.km,
        "months": params.warranty.months,
    }
    for statement in TABLES.strip().strip(";").split(";\n"):
        base.execute(statement, {name: value for name, value in values.items() if f"${name}" in statement})
    for by in ("model", "district"):
        base.execute(POOLED.format(by=by))
    base.execute(GROUPED)
    return churn.measure(params, recount.tables), recount


def told_years(results, metric, *by, **group):
    return sorted(set(results.select(metric, "year", *by, **group)["period"]))


@pytest.mark.parametrize("by", SPLITS)
def test_churn_lapses_and_retention_by_group(counted, by):
    results, recount = counted
    if not (years := told_years(results, "annual_churn_rate", by)):
        known = recount.tables["customers" if by in ("district", "customer_type") else "vehicle_sales"]
        assert by not in known or known[by].isna().all()
        return
    assert years == [str(year) for year in range(int(years[0]), 2026)] and len(years) >= 5
    query = f"""select (y + 1)::varchar p, {by}, count(*) filter (not exists (
            select 1 from years n where n.vin = g.vin and n.y = g.y + 1)), count(*)
        from grouped g join years using (vin, y) where y + 1 between {years[0]} and 2025 group by 1, 2"""
    assert recount.same(results, "annual_churn_rate", "year", by, query=query) > len(years)
    query = f"""select y::varchar, {by}, k::varchar, count(*) filter (exists (
            select 1 from years n where n.vin = g.vin and n.y = g.y + k)), count(*)
        from grouped g join years using (vin, y), range(1, 6) r(k)
        where y >= {years[0]} - 1 and y + k <= 2025 group by 1, 2, 3"""
    assert recount.same(results, "retained_share", "year", by, "years_later", query=query) > len(years)
    lapsed = told_years(results, "lapsed_vehicles", by)
    query = f"""with days as (select distinct vin, visit_date as day from counted),
        gone as (select vin, day + interval 12 month lapse from days d where day + interval 12 month <= date '2025-12-31'
            and not exists (select 1 from days n where n.vin = d.vin and n.day > d.day
                            and n.day <= d.day + interval 12 month))
        select year(lapse)::varchar, {by}, count(*) from gone join grouped g on g.vin = gone.vin and g.y = year(lapse) - 1
        where year(lapse) >= {lapsed[0]} group by 1, 2"""
    assert recount.same(results, "lapsed_vehicles", "year", by, query=query, parts=("value",)) > len(lapsed)


MONTHS = "12 * year(visit_date) + month(visit_date) - 1"
NOT_BACK = f"""with came as (select distinct vin, {MONTHS} m from $visits)
    select printf('%d-%02d', (m + $lag) // 12, (m + $lag) % 12 + 1), count(*) filter (not exists (
        select 1 from came n where n.vin = b.vin and n.m between b.m + 1 and b.m + $lag)), count(*)
    from came b where m + $lag <= 12 * 2025 + 11 group by 1"""


@pytest.mark.parametrize(
    ("metric", "lag", "visits", "group"),
    [
        ("rolling_churn_rate", 6, "counted", {}),
        ("rule_churn_rate", 6, "visits", {"rule": "saic_vw"}),
        ("rule_churn_rate", 13, "visits", {"rule": "thirteen_months"}),
    ],
)
def test_not_back(counted, metric, lag, visits, group):
    results, recount = counted
    query = NOT_BACK.replace("$visits", visits).replace("$lag", str(lag))
    assert recount.same(results, metric, "month", query=query, **group) > 50


def test_twice_in_twelve_months(counted):
    results, recount = counted
    query = f"""with months as (select m, printf('%d-%02d', m // 12, m % 12 + 1) p,
            last_day(make_date(m // 12, m % 12 + 1, 1)) last from range(12 * 2024 + 5, 12 * 2026, 6) r(m)),
        days as (select distinct vin, visit_date as day, {MONTHS} m from visits),
        known as (select p, last, months.m, cars.vin, sold.first, sold.first + to_months({recount.params.warranty.months}) > last
                and not coalesce((select past from read r where r.vin = cars.vin and r.day <= last
                                  order by day desc, ro_number desc limit 1), false) warm
            from months, cars left join sold using (vin)),
        asked as (select *, (select count(*) from days d where d.vin = known.vin and d.m between known.m - 11 and known.m) n,
                exists (select 1 from days d where d.vin = known.vin and d.m between known.m - 23 and known.m - 12) seen,
                12 * year(first) + month(first) - 1 s from known)
        select p, {{stage}} count(*) filter (n >= 2), count(*) from asked
        where seen or (coalesce(s < m - 11, false) and coalesce(warm, false)) group by all"""
    stage = """case when coalesce(s = m - 12, false) then 'first_year' when coalesce(warm, false) then 'in_warranty'
        else 'beyond' end,"""
    months = ("2024-06", "2024-12", "2025-06", "2025-12")
    for by, words in (((), ""), (("life_stage",), stage)):
        found = {tuple(map(str, row[:-2])): row[-2:] for row in recount.rows(query.format(stage=words))}
        rows = results.select("rule_retention_rate", "month", *by, rule="nissan")
        rows = rows[rows["period"].isin(months) & (rows["denominator"] > 0)]
        ours = {tuple(r[["period", *by]]): (r["numerator"], r["denominator"]) for _, r in rows.iterrows()}
        assert len(found) >= 4 and ours == found


def test_why_they_left(counted):
    results, recount = counted
    words = sorted(recount.tables["contacts"]["result"].dropna().unique())
    known = pd.DataFrame({"word": pd.array(words, object), "reason": [known_result(word) for word in words]})
    recount.base.register("known", known.astype(object).where(known.notna(), None))
    recount.base.execute(
        f"""create or replace table given as select vin, contact_date as day, place,
                case when k.reason in {tuple(REASONS)} then k.reason
                     when k.reason is null and reached then result end reason, k.reason is null own
            from contacts join known k on k.word = result where purpose in ('win_back', 'maintenance') and vin is not null;
        delete from given where reason is null;
        create or replace table few as select reason from given where own group by 1 having count(distinct vin) < 5;
        update given set reason = 'other' where own and reason in (from few)"""
    )
    query = """with last as (select *, row_number() over (partition by vin, year(day) order by day desc, place desc) n
        from given) select year(day)::varchar, reason, count(*) from last where n = 1 group by 1, 2"""
    if not recount.same(results, "churn_reasons", "year", "reason", query=query, parts=("value",)):
        assert recount.params.dealership.id == "dezhou"  # there no answer says why
        return
    query = """with last as (select *, row_number() over (partition by vin order by day desc, place desc) n from given)
        select (select min(year(day)) || '/' || max(year(day)) from last where n = 1), reason, count(*),
            (select count(*) from last where n = 1) from last where n = 1 group by reason"""
    assert recount.same(results, "churn_reason_share", "span", "reason", query=query) > 1
