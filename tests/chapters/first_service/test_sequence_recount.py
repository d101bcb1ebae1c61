"""Maintenances in time and the end of the warranty, counted again in SQL from the clean tables of whole stores."""

import pandas as pd
import pytest

from csanalysis.chapters.first_service.sequence import measure_sequence

pytestmark = pytest.mark.xdist_group("recounted")

SEQUENCE = """
create table followed as
    select vin, min(sale_date)::date sold from sales where $ours group by vin
    having date_trunc('month', min(sale_date)) >= (select date_trunc('month', min(visit_date)) from visits);
create table done as
    select vin, visit_date::date came,
           row_number() over (partition by vin order by visit_date::date) step,
           coalesce(lag(visit_date::date) over (partition by vin order by visit_date::date), sold) before
    from (select distinct vin, sold, visit_date::date visit_date from visits join followed using (vin)
          where service_type in ('first_service', 'scheduled_service') and visit_date::date >= sold);
create table lim as select step, case step when 1 then 6 else $months end * 365.25 / 12 span
    from range(1, 9) r(step);
create table reached as
    select d.vin, d.step, d.came from done d where d.step <= 8 and not exists (
        select 1 from done e join lim using (step) where e.vin = d.vin and e.step <= d.step
        and e.came - e.before > lim.span);
create table loss as
    select lim.step, count(*) due, count(*) filter (where r.vin is null) lost from followed sold
    cross join lim left join reached b on b.vin = sold.vin and b.step = lim.step - 1
    left join reached r on r.vin = sold.vin and r.step = lim.step
    where (lim.step = 1 or b.vin is not null)
    and coalesce(b.came, sold.sold) + to_seconds(cast(lim.span * 86400 as bigint)) <= date '2025-12-31'
    group by 1;
create table cohort as
    select year(sold) y, lim.step, count(*) n, count(r.vin) k,
           bool_and(date '2025-12-31' - sold >= longest) whole
    from followed sold cross join (select step, sum(span) over (order by step) longest from lim) lim
    left join reached r on r.vin = sold.vin and r.step = lim.step group by 1, 2;
"""


@pytest.fixture(scope="module")
def counted(recount):
    params, base = recount.params, recount.base
    for name in ("followed", "done", "lim", "reached", "loss", "cohort"):
        base.execute(f"drop table if exists {name}")
    months = -(-3 * params.service_interval.months // 2)
    ours = "coalesce(self_sold, true)" + (
        " and coalesce(is_local, true)" if params.first_service.local_only else ""
    )
    base.execute(SEQUENCE.replace("$months", str(months)).replace("$ours", ours))
    return measure_sequence(params, recount.tables), base


def test_losses_at_each_step(counted):
    results, base = counted
    told = results.select("service_step_loss_rate", "date", "step").set_index("step")
    rows = base.execute("select step, lost, due from loss order by step").fetchall()
    assert len(rows) == 8
    for step, lost, due in rows:
        assert (told.loc[str(step), "numerator"], told.loc[str(step), "denominator"]) == (lost, due)


def test_who_waits_for_each_step(counted):
    """Those who reached the step before and have some of the days for this one left."""
    results, base = counted
    rows = base.execute("""select lim.step, count(*) from followed cross join lim
        left join reached b on b.vin = followed.vin and b.step = lim.step - 1
        left join reached r on r.vin = followed.vin and r.step = lim.step
        where r.vin is null and (lim.step = 1 or b.vin is not null)
        and coalesce(b.came, sold) + to_seconds(cast(lim.span * 86400 as bigint)) > date '2025-12-31' group by 1""")
    told = results.select("service_step_waiting", "date", "step")
    found = {str(step): vehicles for step, vehicles in rows.fetchall()}
    assert len(found) >= 6
    assert {step: found.get(step, 0) for step in told["step"]} == dict(
        zip(told["step"], told["value"], strict=True)
    )


def test_shares_of_the_years_of_sale_observed_whole(counted):
    results, base = counted
    rows = base.execute("select y, step, k, n from cohort where whole order by 1, 2").fetchall()
    assert len(rows) >= 10
    for year, step, reached, sold in rows:
        value = results.value("service_sequence_rate", year, step=str(step))
        assert value == pytest.approx(reached / sold)


def test_the_whole_store_is_kaplan_meier(counted):
    """The product over the days on which somebody reached the step, each with those still followed."""
    results, base = counted
    told = results.select("service_sequence_rate", "date", "step").set_index("step")["value"]
    rows = base.execute("""
        with waits as (
            select lim.step, coalesce(r.came, date '2025-12-31') - sold waited, r.vin is not null hit
            from followed sold cross join lim left join reached r on r.vin = sold.vin and r.step = lim.step),
        days as (select step, waited, count(*) filter (where hit) hits,
                 sum(count(*)) over (partition by step order by waited desc) followed
                 from waits group by 1, 2)
        select step, 1 - exp(sum(ln(1 - hits / followed))) from days where hits > 0 group by 1 order by 1
    """).fetchall()
    known = [(step, share) for step, share in rows if not pd.isna(told[str(step)])]
    assert len(known) >= 6
    for step, share in known:
        assert told[str(step)] == pytest.approx(share)


def test_visits_around_the_end_of_the_warranty(counted):
    results, base = counted
    rows = base.execute("""
        with owned as (select vin, sold from followed where sold + interval 48 month <= date '2025-12-31'
            and not exists (select 1 from visits v where v.vin = followed.vin and v.mileage_km >= 100000
                and v.visit_date < sold + interval 36 month and not exists (select 1 from visits w
                where w.vin = v.vin and w.visit_date > v.visit_date and w.mileage_km between 0 and 99999)))
        select w.name, count(*) n, count(*) filter (where exists (select 1 from visits v
            where v.vin = owned.vin and v.visit_date::date > sold + to_months(w.since)
            and v.visit_date::date <= sold + to_months(w.since + 12))) came
        from owned cross join (values ('before_last', 12), ('last', 24), ('after', 36)) w(name, since) group by 1
    """).fetchall()
    assert len(rows) == 3
    for name, owned, came in rows:
        row = results.select("warranty_visit_share", "date", warranty_year=name).iloc[0]
        assert (row["numerator"], row["denominator"]) == (came, owned)
        assert owned > 300
    share = {name: came / owned for name, owned, came in rows}
    end, before = share["after"] - share["last"], share["last"] - share["before_last"]
    for group, change in (
        ({}, end),
        ({"change": "year_before"}, before),
        ({"change": "beyond"}, end - before),
    ):
        row = results.select("warranty_cliff", "date", **group).iloc[0]
        assert (row["value"], row["denominator"]) == (pytest.approx(change), rows[0][1])
