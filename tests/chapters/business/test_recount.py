"""The service business counted again in SQL from the clean tables of whole stores."""

import pandas as pd
import pytest

from csanalysis.chapters import business
from csanalysis.chapters.answered import gone
from csanalysis.metrics.workshop import quality

pytestmark = pytest.mark.xdist_group("recounted")

EACH = "unnest([strftime({day}, '%Y-%m'), strftime({day}, '%Y')])"
YEAR = "strftime({day}, '%Y')"

AMOUNTS = "from visits where labor_amount is not null and parts_amount is not null"
MARKED = """select *, not exists (select 1 from visits w where w.vin = v.vin and w.is_rework
    and w.visit_date - v.visit_date between 0 and 30) held from visits v where not coalesce(is_rework, false)"""
REPEATED = """select *, not exists (select 1 from visits w where w.vin = v.vin and w.service_type = 'repair'
    and w.visit_date - v.visit_date between 1 and 30) held from visits v where service_type = 'repair'"""
ARRIVED = """select *, appointment_date::date appt_day, coalesce(shown, case when vin is not null then exists (
        select 1 from visits v where v.vin = a.vin and v.visit_date = a.appointment_date::date) end) came,
    case when lead = 0 then 'same_day' when lead between 1 and 2 then 'days_1_2'
         when lead between 3 and 7 then 'days_3_7' when lead > 7 then 'later' end ahead
    from (select *, appointment_date::date - created_date::date lead from appointments) a"""
DECIDED = """select *, coalesce(resolved_date - complaint_date <= 14, false) in_time from complaints
    where complaint_date <= date '2025-11-30' and exists (select 1 from complaints where resolved_date is not null)"""

# metric: the day that dates a case, what is counted of what, from where, by which splits (those by year alone).
CASES = {
    "labor_share": ("visit_date", "sum(labor_amount), sum(labor_amount + parts_amount)", AMOUNTS, ("team", "advisor")),
    "parts_share": ("visit_date", "sum(parts_amount), sum(labor_amount + parts_amount)", AMOUNTS, ()),
    "parts_per_labor": ("visit_date", "sum(parts_amount), sum(labor_amount)", AMOUNTS, ("team", "advisor")),
    "labor_per_visit": ("visit_date", "sum(labor_amount), count(*)", AMOUNTS, ("team", "advisor", "service_type")),
    "first_time_fix_rate": (
        "visit_date", "count(*) filter (held), count(*)", "from fixed where visit_date <= date '2025-11-30'",
        ("team", "advisor", "technician"),
    ),
    "settled_in_time_rate": (
        "visit_date", "count(*) filter (close_date - visit_date <= 1), count(*)",
        "from visits where close_date >= visit_date", ("team", "advisor"),
    ),
    "on_time_handover_rate": (
        "visit_date", "count(*) filter (close_date <= promised_date), count(*)",
        "from visits where close_date is not null and promised_date is not null", ("team", "advisor"),
    ),
    "complaints_closed_in_time": (
        "complaint_date", "count(*) filter (in_time), count(*)", f"from ({DECIDED}) where in_time is not null", ("severity",),
    ),
    "booking_share": (
        "visit_date",
        """count(*) filter (exists (select 1 from appointments a where a.vin = v.vin
            and a.appointment_date::date = v.visit_date)), count(*)""",
        "from visits v where visit_date >= (select min(appointment_date::date) from appointments)", ("service_type",),
    ),
    "show_rate": (
        "appt_day", "count(*) filter (came), count(came)", f"from ({ARRIVED}) where came is not null",
        ("advisor", "ahead"),
    ),
}  # fmt: skip

NEEDS = {
    "complaints_closed_in_time": "complaints",
    "booking_share": "appointments",
    "show_rate": "appointments",
}


@pytest.fixture(scope="module")
def counted(recount):
    visits = recount.tables["service_visits"]
    marked = int(visits["is_rework"].fillna(False).sum()) >= quality.FEW_MARKED
    recount.base.execute(f"create or replace table fixed as {MARKED if marked else REPEATED}")
    return business.measure(recount.params, recount.tables), recount


@pytest.mark.parametrize("metric", CASES)
def test_shares_by_month_and_year_and_by_whom(counted, metric):
    results, recount = counted
    if NEEDS.get(metric, "service_visits") not in recount.tables:
        assert metric not in results.names
        return
    day, counts, rest, splits = CASES[metric]
    for kind, each in (("month", EACH), ("year", EACH)):
        period, length = each.format(day=day), 7 if kind == "month" else 4
        query = f"select * from (select {period} p, {counts} {rest} group by 1) where len(p) = {length}"
        found = recount.same(results, metric, kind, query=query)
        asked = recount.tables["service_visits"].get("promised_date")
        assert found or (metric == "on_time_handover_rate" and (asked is None or asked.isna().all()))
    for by in splits:
        query = f"select {YEAR.format(day=day)}, {by}, {counts} {rest} and {by} is not null group by 1, 2"
        recount.same(results, metric, "year", by, query=query)


@pytest.mark.parametrize("by", ["team", "advisor"])
def test_complaints_of_the_order_they_are_about(counted, by):
    results, recount = counted
    named = "c.ro_number" if "ro_number" in recount.tables["complaints"] else "null"
    of = f"""select '2023/2025' p, coalesce(
            (select {by} from visits v where v.ro_number = {named}),
            (select {by} from visits v where v.vin = c.vin and c.complaint_date - v.visit_date between 0 and 30
             order by visit_date desc, ro_number desc limit 1)) who, *
        from ({DECIDED}) c where year(complaint_date) between 2023 and 2025"""
    count = "count(*) filter (in_time), count(*)"
    query = f"select p, who, {count} from ({of}) where who is not null group by 1, 2"
    assert recount.same(results, "complaints_closed_in_time", "span", by, query=query) > 1
    assert recount.same(
        results, "complaints_closed_in_time", "span", query=f"select p, {count} from ({of}) group by 1"
    )


def test_a_vehicle_in_a_year(counted):
    results, recount = counted
    whole = "strftime(visit_date, '%Y') > (select strftime(min(visit_date), '%Y-%m') from visits)"
    first_too = "(select month(min(visit_date)) from visits) = 1"
    query = f"""select strftime(visit_date, '%Y'), sum(total_amount), count(distinct vin) from visits
        where {whole} or {first_too} group by 1"""
    assert recount.same(results, "revenue_per_vehicle_year", "year", query=query) >= 5
    query = """with sold as (select vin, year(max(sale_date)) y from sales group by vin)
        select '2025', least(2025 - y + 1, 6)::varchar, sum(total_amount), count(distinct vin)
        from visits join sold using (vin) where year(visit_date) = 2025 and y <= 2025 group by 2"""
    assert recount.same(results, "revenue_per_vehicle_year", "year", "car_age", query=query) == 6


@pytest.mark.parametrize("by", [None, "team", "advisor", "service_type"])
def test_days_to_settlement(counted, by):
    results, recount = counted
    split = (by,) if by else ()
    for kind, form in (("year", "%Y"), *((("month", "%Y-%m"),) if by is None else ())):
        query = f"""select strftime(visit_date, '{form}'), {by + "," if by else ""} median(close_date - visit_date), count(*)
            from visits where close_date >= visit_date {f"and {by} is not null" if by else ""} group by all"""
        parts = ("value", "denominator")
        assert recount.same(results, "days_to_settlement", kind, *split, query=query, parts=parts)


LATE = "date '2024-12-31'"
LOADS = {
    "desk_load": "select n, 1 from daily",
    "desk_capacity": "select advisors * $limit, 1 from daily where advisors > 0",
    "full_days_share": "select (n > advisors * $limit)::int, 1 from daily where advisors > 0",
    "appointment_load": """select (select count(*) from appointments where appointment_date::date = visit_date), 1
        from daily""",
}


@pytest.fixture(scope="module")
def book(counted):
    results, recount = counted
    if "appointments" not in recount.tables:
        assert not {*LOADS, "appointments_by_hour", "booking_lead_days"} & set(results.names)
        pytest.skip("a store without appointments")
    recount.base.execute(f"""create or replace table daily as select visit_date, count(*) n,
        count(distinct advisor) advisors from visits where visit_date > {LATE} group by 1""")
    return results, recount


@pytest.mark.parametrize("metric", LOADS)
def test_load_by_weekday(book, metric):
    results, recount = book
    inner = LOADS[metric].replace("select ", "select isodow(visit_date) w, ", 1)
    inner = inner.replace("$limit", str(recount.params.reception.limit))
    query = (
        f"select '2025-12-31', w, sum(column1), sum(column2) from ({inner}) t(w, column1, column2) group by w"
    )
    assert recount.same(results, metric, "date", "weekday", query=query) >= 6


def test_load_by_hour_and_days_ahead(book):
    results, recount = book
    query = f"""with timed as (select * from appointments where appointment_date::date > {LATE}),
        weeks as (select (date '2025-12-31' - min(appointment_date::date) + 1) / 7 as n from timed)
        select '2025-12-31', isodow(appointment_date), hour(appointment_date), count(*), any_value(weeks.n)
        from timed, weeks where appointment_date <> date_trunc('day', appointment_date) group by 2, 3"""
    assert recount.same(results, "appointments_by_hour", "date", "weekday", "hour", query=query) > 40
    query = f"""select strftime(appt_day, '%Y'), median(lead), count(*) from ({ARRIVED}) where lead >= 0 group by 1"""
    parts = ("value", "denominator")
    assert recount.same(results, "booking_lead_days", "year", query=query, parts=parts) >= 3


def test_what_runs_and_what_ends(counted):
    results, recount = counted
    if "policies" not in recount.tables:
        assert not {"policies_running", "policies_ending"} & set(results.names)
        return
    left = pd.DataFrame({"vin": gone(recount.params, recount.tables).index.astype(object)})
    recount.base.register("left_us", left)
    recount.base.execute("""create or replace table held as
        with every as (select vin from visits union select vin from sales),
        last as (select vin, max(visit_date) came from visits group by vin)
        select every.vin from every left join last using (vin)
        where (came is null or came + interval 24 month > date '2025-12-31') and vin not in (select vin from left_us);
        create or replace table runs as select kind, vin, max(end_date) ends from policies group by all""")
    running = """select '2025-12-31', kind, count(*) filter (ends > date '2025-12-31' and vin in (from held)),
        (select count(*) from held) from runs group by kind"""
    assert recount.same(results, "policies_running", "date", "policy", query=running) == 3
    ending = """select strftime(ends, '%Y-%m'), kind, count(*) from runs where vin in (from held)
        and ends between date '2026-01-01' and date '2026-12-31' group by all"""
    told = results.select("policies_ending", "month", "policy")
    found = {(month, kind): count for month, kind, count in recount.rows(ending)}
    assert found == {(r["period"], r["policy"]): r["value"] for _, r in told[told["value"] > 0].iterrows()}
