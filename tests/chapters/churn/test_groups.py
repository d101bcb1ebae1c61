"""The splits and the manufacturers' rules of the chapter: what it measures, says, shows and lists of them."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.catalogue import METRICS, Missing
from csanalysis.chapters import churn
from csanalysis.chapters.churn.bulletin import published_rates
from csanalysis.chapters.churn.figures_groups import churn_by_groups, groups_in_order
from csanalysis.chapters.churn.lists import BULLETIN_GAP, lists_of
from csanalysis.chapters.churn.sentences_groups import about_groups, splits_apart
from csanalysis.chapters.churn.tables import churn_groups
from csanalysis.chapters.churn.tables_rules import bulletin_reasons, maker_rules
from csanalysis.metrics.results import Results, tidy

BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def tables(clean_table):
    """Sixty vehicles of 2023, sold here or not by turns: of those sold here 6 stay away in 2024, of others 27."""
    visits, sales = [], []
    for number in range(60):
        vin, here = f"LSVAA1234B{number:07d}", number % 2 == 0
        who = {"vin": vin, "customer_id": f"C{number}", "service_type": "repair"}
        visits.append({**who, "visit_date": "2023-03-15"})
        if (number // 2 >= 6) if here else (number // 2 >= 27):
            visits.append({**who, "visit_date": "2024-03-15"})
        visits.append({**who, "visit_date": "2022-03-15"})
        if here:
            sales.append(
                {"vin": vin, "sale_date": "2022-01-01", "model": "Golf", "customer_id": f"C{number}"}
            )
    rows = [{"ro_number": f"R{n}", **row} for n, row in enumerate(visits)]
    return {
        "service_visits": clean_table("service_visits", rows),
        "vehicle_sales": clean_table("vehicle_sales", sales),
    }


@pytest.fixture
def params(params_of):
    return params_of(plan_year=2025, as_of="2024-12-31")


@pytest.fixture
def results(params, tables):
    return churn.measure(params, tables)


def test_numbers_by_hand(results):
    assert results.value("annual_churn_rate", 2024, origin="sold_here") == pytest.approx(6 / 30)
    assert results.value("annual_churn_rate", 2024, origin="elsewhere") == pytest.approx(27 / 30)
    assert results.value("annual_churn_rate", 2024, model="unknown") == pytest.approx(27 / 30)
    assert results.value("annual_churn_rate", 2024, warranty="in") == pytest.approx(6 / 30)
    assert results.value("lapsed_vehicles", 2024, origin="elsewhere") == 27  # seen last on 15 March 2023
    assert results.value("retained_share", 2023, origin="sold_here", years_later="1") == pytest.approx(
        24 / 30
    )
    assert results.value("retained_share", 2024, origin="sold_here", years_later="1") is None
    drawn = results.select("churn_rate_shrunk", "year", "origin").set_index("origin")["value"]
    assert 6 / 30 < drawn["sold_here"] < drawn["elsewhere"] < 27 / 30
    assert results.value("churn_split_q_value", 2024, split="origin") < 0.01
    assert set(results.names) <= set(METRICS)


def test_splits_that_no_table_tells_are_absent(results):
    assert results.select("annual_churn_rate", "year", "district").empty
    assert results.select("annual_churn_rate", "year", "customer_type").empty


def test_a_kind_of_customer_is_a_split_where_a_column_tells_it(params, tables, clean_table):
    customers = clean_table("customers", [{"customer_id": f"C{n}"} for n in range(60)])
    customers["customer_type"] = pd.array(["company" if n < 10 else None for n in range(60)], dtype="str")
    found = churn.measure(params, {**tables, "customers": customers})
    sizes = found.select("annual_churn_rate", "year", "customer_type", period="2024")
    assert dict(zip(sizes["customer_type"], sizes["denominator"], strict=True)) == {
        "company": 10,
        "unknown": 50,
    }


@BOTH
def test_what_differs_beyond_chance_is_told_and_ordered(results, language):
    said = str(about_groups(results, language=language))
    assert "90.0%" in said and "20.0%" in said
    assert splits_apart(results, language=language, year="2024") in said
    figure = churn_by_groups(results, language=language)
    assert "90.0%" in figure.alt and len(figure.svg) < 40 * 1024
    assert groups_in_order(results, "origin", "2024")["group"].tolist() == ["elsewhere", "sold_here"]
    table = churn_groups(results, language=language)
    assert len(table.rows) == sum(len(groups_in_order(results, s, "2024")) for s in _splits(results)) + 1


def _splits(results):
    return {name for row in results.rows("annual_churn_rate") for name in row.group}


@BOTH
def test_where_nothing_differs_nothing_is_ranked(language):
    ends = {"low": [0.12, 0.14], "high": [0.38, 0.4], "origin": ["sold_here", "elsewhere"]}
    alike = tidy(["2024"] * 2, numerator=[9, 10], denominator=[40, 40], **ends)
    found = Results(
        {
            "annual_churn_rate": [tidy(["2024"], numerator=19, denominator=80), alike],
            "churn_split_q_value": tidy(["2024"], value=0.8, split=["origin"]),
        }
    )
    said = str(about_groups(found, language=language))
    assert ("不作排名" if language == "zh" else "nothing is ranked") in said and "%" not in said
    assert groups_in_order(found, "origin", "2024")["group"].tolist() == [
        "sold_here",
        "elsewhere",
    ]  # as counted
    assert splits_apart(found, language=language, year="2024") is None
    assert ("没有一种" if language == "zh" else "no split") in churn_by_groups(found, language=language).title


@BOTH
def test_without_numbers_it_is_said_what_is_missing(language):
    for show in (about_groups, churn_by_groups, churn_groups):
        assert isinstance(show(Results(), language=language), Missing)
    assert maker_rules(Results(), language=language) is None
    assert bulletin_reasons(Results(), language=language) is None


@pytest.fixture
def with_bulletin(params_of, tables, clean_table):
    rows = [("2024-08-01", "流失率", 42.0), ("2024-09-01", " 流失率 ", 43.5), ("2024-09-01", "another", 1.0)]
    bulletin = clean_table(
        "oem_bulletin", [dict(zip(("month", "measure", "value"), row, strict=True)) for row in rows]
    )
    rules = [{"preset": "saic_vw", "measure": "流失率"}, {"preset": "nissan"}]
    return params_of(plan_year=2025, as_of="2024-12-31", rules=rules), {**tables, "oem_bulletin": bulletin}


def test_the_bulletin_beside_our_count(with_bulletin):
    results = churn.measure(*with_bulletin)
    # Of the 27 vehicles of March 2024 none is back by September; the bulletin writes percent.
    assert results.value("rule_churn_rate", "2024-09", rule="saic_vw") == 1
    assert results.value("oem_bulletin_rate", "2024-09", rule="saic_vw") == pytest.approx(0.435)
    assert results.value("oem_bulletin_gap", "2024-09", rule="saic_vw") == pytest.approx(1 - 0.435)
    assert results.value("oem_bulletin_gap", "2024-08", rule="saic_vw") is None  # nobody came in February
    assert results.select("oem_bulletin_rate", "month", rule="nissan").empty  # it publishes no such figure
    assert results.value("rule_retention_rate", "2024-12", rule="nissan", life_stage="beyond") == 0
    assert set(results.names) <= set(METRICS)


@BOTH
def test_the_workbook_lists_each_vehicle_with_its_reason(with_bulletin, language):
    params, tables = with_bulletin
    edge = tables["service_visits"]["visit_date"].eq("2024-03-15").to_numpy().nonzero()[0][:2]
    visits = tables["service_visits"].copy()
    visits.loc[edge[0], "service_type"] = "accident"
    visits.loc[edge[1], "close_date"] = pd.Timestamp("2024-04-02")
    params = params.model_copy(update={"language": language})
    rows = BULLETIN_GAP.drawn_up(params, {**tables, "service_visits": visits}, Results())
    assert list(rows.columns) == ["vin", "bulletin", "last_visit", "counted_here", "reason"]
    assert rows["vin"].tolist() == visits.loc[edge, "vin"].tolist()
    assert rows["counted_here"].tolist() == [{"zh": "流失", "en": "Lost"}[language]] * 2
    assert rows["reason"].str.contains(r"\+56\.5").all()  # of 100 % here and 43.5 % there
    found = churn.measure(params, {**tables, "service_visits": visits})
    assert len(bulletin_reasons(found, language=language).rows) == 3  # two reasons and all together
    # One compared month; nissan and two stages: no vehicle is in its first year.
    assert len(maker_rules(found, language=language).rows) == 1 + 1 + 2


def test_lists_only_with_a_bulletin(with_bulletin, tables):
    assert lists_of(tables) == ()
    assert lists_of(with_bulletin[1]) == (BULLETIN_GAP,)


@pytest.mark.parametrize(
    ("values", "rates"),
    [([0.253, 0.3], [0.253, 0.3]), ([25.3, 1.0], [0.253, 0.01]), ([None, 0.2], [0.2])],
    ids=["fractions", "percent", "a gap"],
)
def test_published_rates(params_of, clean_table, values, rates):
    rows = [
        {"month": f"2024-0{n}-01", "measure": "SAIC_VW", "value": v} for n, v in enumerate(values, start=1)
    ]
    found = published_rates(params_of(rules=[{"preset": "saic_vw"}]), clean_table("oem_bulletin", rows))
    assert np.allclose(found["saic_vw"], rates)


def test_a_bulletin_of_other_measures_and_no_visits(with_bulletin, params_of, clean_table):
    params, tables = with_bulletin
    other = clean_table("oem_bulletin", [{"month": "2024-09-01", "measure": "sales", "value": 3.0}])
    found = churn.measure(params, {**tables, "oem_bulletin": other})
    assert not found.rows("oem_bulletin_rate") and not found.rows("bulletin_gap_left")
    empty = {**tables, "service_visits": tables["service_visits"].iloc[:0]}
    assert not churn.measure(params, empty).rows("bulletin_gap_left")
    assert BULLETIN_GAP.drawn_up(params, empty, Results()).empty
    none = params_of(plan_year=2025, as_of="2024-12-31")
    assert not churn.measure(none, tables).rows("rule_churn_rate")
