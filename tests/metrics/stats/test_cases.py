"""Cases: counted by any column that their tables lead to, by hand."""

from functools import partial

import pandas as pd
import pytest

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.by_period import counts_by_period
from csanalysis.metrics.stats.cases import Cases, as_labels, by_one, each_alone

SINCE, AS_OF = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-31")


def counted(rows, by, *, date):
    labels = None if by is None else rows[by]
    frame = counts_by_period(rows[date], since=SINCE, as_of=AS_OF, labels=labels)
    return frame[frame["period"] == "2025"].reset_index(drop=True)


@pytest.fixture
def tables(clean_table):
    visits = [
        {"ro_number": "R1", "vin": "A", "visit_date": "2025-03-01", "team": "x", "customer_id": "K1"},
        {"ro_number": "R2", "vin": "B", "visit_date": "2025-04-01", "team": "y", "customer_id": "K2"},
        {"ro_number": "R3", "vin": "C", "visit_date": "2025-05-01", "team": "x", "customer_id": None},
    ]
    sales = [
        {"vin": "A", "sale_date": "2022-01-10", "model": "old"},
        {"vin": "A", "sale_date": "2024-01-10", "model": "new"},
        {"vin": "B", "sale_date": "2025-01-10", "model": "new"},
    ]
    items = [
        {"ro_number": number, "item": "tyre", "amount": 1.0} for number in ("R1", "R1", "R2", "R3", "R9")
    ]
    customers = [{"customer_id": "K1", "district": "east"}, {"customer_id": "K2", "district": "west"}]
    return {
        "service_visits": clean_table("service_visits", visits),
        "vehicle_sales": clean_table("vehicle_sales", sales),
        "customers": clean_table("customers", customers),
        "upsell_items": clean_table("upsell_items", items).drop(columns="team"),
    }


@pytest.fixture
def visits(tables):
    count = by_one(partial(counted, date="visit_date"))
    return Cases(tables["service_visits"], count, "service_visits", "visit_date", tables)


@pytest.fixture
def items(tables):
    rows = tables["upsell_items"].assign(date=pd.Timestamp("2025-06-01"))[::-1]
    return Cases(rows, by_one(partial(counted, date="date")), "upsell_items", "date", tables)


def groups(frame, *names):
    return {tuple(row[:-1]): row[-1] for row in frame[[*names, "value"]].itertuples(index=False)}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (("team",), {("x",): 2, ("y",): 1}),
        (("model",), {("new",): 2}),  # the last sale's; C was not sold here
        (("district",), {("east",): 1, ("west",): 1}),
        (("origin",), {("sold_here",): 2, ("elsewhere",): 1}),
        (("vehicle_age",), {("0",): 1, ("3",): 1}),  # since the first sale
        (("team", "origin"), {("x", "sold_here"): 1, ("x", "elsewhere"): 1, ("y", "sold_here"): 1}),
    ],
)
def test_visits_by_what_they_lead_to(visits, by, expected):
    found = visits.by(*by)
    assert groups(found, *by) == expected and found.columns.tolist()[: len(by) + 1] == ["period", *by]


def test_items_lead_over_their_visit_to_the_vehicle_and_its_owner(items):
    assert groups(items.by("team"), "team") == {("x",): 3, ("y",): 1}
    assert groups(items.by("district", "team"), "district", "team") == {("east", "x"): 2, ("west", "y"): 1}
    assert items.by()["value"].tolist() == [5]


def test_what_there_is_to_split_by(visits, items):
    assert {"team", "model", "district", "vehicle_age", "origin"} <= {*visits.columns} & {*items.columns}
    assert "item" in items.columns and "item" not in visits.columns
    alone = Cases(visits.rows, visits.count, visits.table, visits.date, {"service_visits": visits.rows})
    assert "model" not in alone.columns and "vehicle_age" not in alone.columns
    for cases in (visits, alone):
        with pytest.raises(KeyError):
            cases.by("no such column")


def test_no_rows(visits):
    none = Cases(visits.rows[:0], visits.count, visits.table, visits.date, visits.tables)
    assert none.by("model").empty and none.by("model", "team").columns.tolist()[1:3] == ["model", "team"]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (pd.array([True, None, False], dtype="boolean"), ["true", None, "false"]),
        ([10, 2, 2], ["10", "2", "2"]),
        ([2.5, None, 2.0], ["2.5", None, "2"]),
        (["b", None, "a"], ["b", None, "a"]),
    ],
)
def test_labels_are_text(values, labels):
    found = as_labels(pd.Series(values))
    assert found.astype("object").where(found.notna(), None).tolist() == labels
    assert [*as_labels(pd.Series([10, 2])).cat.categories] == ["2", "10"], "numbers by size"


def test_each_group_is_counted_by_itself_and_one_without_a_name_nowhere(tables):
    """By hand: items on the visits of team x are R1 twice and R3, of team y R2; R9 has no visit, so no team."""

    def count(rows):
        return [
            tidy(["2025"], value=len(rows), part="all"),
            tidy(["2025"], value=rows["ro_number"].nunique(), part="orders"),
        ]

    items = tables["upsell_items"]
    cases = Cases(items.assign(date=AS_OF), each_alone(count), "upsell_items", "date", tables, ("part",))
    assert cases.by()["value"].tolist() == [5, 4]
    by_team = cases.by("team")
    assert by_team[["team", "part", "value"]].to_numpy().tolist() == [
        ["x", "all", 3], ["x", "orders", 2], ["y", "all", 1], ["y", "orders", 1],
    ]  # fmt: skip
    both = cases.by("team", "district")
    assert both[["team", "district", "value"]].iloc[::2].to_numpy().tolist() == [
        ["x", "east", 2],
        ["y", "west", 1],
    ]
    none = Cases(items[:0].assign(date=AS_OF), each_alone(count), "upsell_items", "date", tables, ("part",))
    assert none.by("team").empty and {*by_team} == {*none.by("team")}
