import datetime as dt
import sqlite3

import pandas as pd
import pytest
from sqlalchemy import make_url

from csanalysis.ingest.database import UnreadableDatabaseError, _safe, read_database, without_secrets
from csanalysis.messages import said
from csanalysis.params import Source
from csanalysis.schema import TABLES

HEADER = ["call_id", "call time", "call type", "vin", "attempt"]
CALLS = [("H1", "2025-03-05 09:17", "lead", "lsva1", 2), ("H2", "2025-03-06", "campaign", "LSVA2", None)]


@pytest.fixture
def crm(dealership):
    path = dealership.folder / "crm.db"
    with sqlite3.connect(path) as connection:
        columns = ", ".join(f'"{name}"' for name in HEADER)
        connection.execute(f"create table callback_log ({columns})")
        connection.executemany("insert into callback_log values (?, ?, ?, ?, ?)", CALLS)
        connection.execute(
            "create view leads_only as select * from callback_log where \"call type\" = 'lead'"
        )
        connection.execute(f"create table no_calls ({columns})")
    connection.close()
    return dealership


def test_a_table_is_read_as_an_export_is(crm):
    crm.source("contacts", url="sqlite:///crm.db", table="callback_log", columns={"call_id": "contact_id"})
    store = crm.load()
    frame = store.tables["contacts"]
    assert frame["vin"].tolist() == ["LSVA1", "LSVA2"]
    assert frame["contact_date"].tolist() == [pd.Timestamp("2025-03-05 09:17"), pd.Timestamp("2025-03-06")]
    assert frame["attempt"].tolist() == [2, pd.NA]
    entry = next(entry for entry in store.inputs if entry["table"] == "contacts")
    assert (entry["file"], entry["rows"]) == ("crm.db:callback_log", 2)
    assert len(entry["sha256"]) == 64


def test_a_view_and_a_query(crm):
    columns = {"call_id": "contact_id"}
    crm.source("contacts", url="sqlite:///crm.db", table="leads_only", columns=columns)
    assert len(crm.load().tables["contacts"]) == 1
    query = "select * from callback_log where \"call time\" < '2025-03-05 23:00';"
    crm.source("contacts", url="sqlite:///crm.db", query=query, columns=columns)
    assert crm.load().tables["contacts"]["contact_id"].tolist() == ["H1"]


def test_the_fingerprint_changes_with_the_rows(crm):
    source = Source(url="sqlite:///crm.db", query="select vin from callback_log")
    other = Source(url="sqlite:///crm.db", query="select vin from callback_log where vin = 'LSVA2'")
    assert read_database(source, crm.folder).sha256 == read_database(source, crm.folder).sha256
    assert read_database(source, crm.folder).sha256 != read_database(other, crm.folder).sha256


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ({"table": "callback_logs"}, "no table callback_logs; did you mean callback_log?"),
        ({"query": "delete from callback_log"}, "no single SELECT"),
        ({"query": "select 1; drop table callback_log"}, "no single SELECT"),
        ({"query": "select nothing_here from callback_log"}, "no such column"),
        ({"url": "sqlite:///absent.db", "table": "x"}, "there is no file absent.db"),
        ({"url": "not a url", "table": "x"}, "no database address"),
        ({"url": "nosuchdb://host/db", "table": "x"}, "driver that is not installed"),
    ],
)
def test_what_cannot_be_read_says_why(crm, source, what):
    crm.source("contacts", **{"url": "sqlite:///crm.db", **source})
    (problem,) = crm.problems()
    assert problem.startswith("sources.contacts: ")
    assert what in problem


def test_a_file_that_is_no_database(crm):
    crm.source("contacts", url="sqlite:///vehicle_sales.csv", table="x")
    assert "cannot be read (file is not a database); check url" in crm.problems()[0]


def test_an_absent_database_file_is_not_made(crm):
    crm.source("contacts", url="sqlite:///absent.db", table="x")
    crm.problems()
    assert not (crm.folder / "absent.db").exists()


def test_nothing_can_be_written(crm):
    """SQLite itself refuses, even where a SELECT would write."""
    source = Source(
        url="sqlite:///crm.db", query="with x as (select 1) insert into callback_log(vin) select 'V' from x"
    )
    with pytest.raises(UnreadableDatabaseError, match="readonly"):
        read_database(source, crm.folder)
    with sqlite3.connect(crm.folder / "crm.db") as connection:
        assert connection.execute("select count(*) from callback_log").fetchone() == (2,)
    connection.close()


@pytest.fixture
def orders(tmp_path):
    """Three orders: of 2024, of 2025, and of no day; a column that nobody reads, and one that may cancel."""
    with sqlite3.connect(tmp_path / "dms.db") as connection:
        connection.execute(
            "create table orders (ro_number text, vin text, visit_date date, colour text, 状态 text)"
        )
        days = ["2024-12-31", "2025-01-01", None]
        connection.executemany(
            "insert into orders values (?, 'V', ?, 'red', '正常')",
            [(f"R{place}", day) for place, day in enumerate(days)],
        )
    connection.close()
    return tmp_path


def test_only_what_is_read_is_asked_for_and_only_since_a_day(orders):
    """The order of no day is asked for too: its row is to be set aside and told."""
    source = Source(url="sqlite:///dms.db", table="orders", since=dt.date(2025, 1, 1))
    rows = read_database(source, orders, table=TABLES["service_visits"])
    assert rows.sheet.headers == ("ro_number", "vin", "visit_date", "状态")
    assert rows.sheet.cells[0].tolist() == ["R1", "R2"]


def test_since_wants_a_column_of_dates(orders):
    with sqlite3.connect(orders / "dms.db") as connection:
        connection.execute("alter table orders drop column visit_date")
    connection.close()
    source = Source(url="sqlite:///dms.db", table="orders", since=dt.date(2025, 1, 1))
    with pytest.raises(UnreadableDatabaseError) as caught:
        read_database(source, orders, table=TABLES["service_visits"])
    assert str(caught.value).startswith("since: orders has no column of dates to go by; leave since out")
    assert (
        said(caught.value.message, "zh") == "since：orders 没有日期类型的列可依据；请去掉 since，或改写 query"
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:hunter2@host/db?sslpassword=hunter3&sslmode=require", "postgresql://me:***@host/db?sslmode=require&sslpassword=%2A%2A%2A"),
        ("hunter2@nothing", "***"),
    ],
    ids=["an address", "none"],
)  # fmt: skip
def test_an_address_is_shown_without_its_secrets(url, shown):
    assert without_secrets(url) == shown


def test_an_empty_table_is_a_problem(crm):
    crm.source("contacts", url="sqlite:///crm.db", table="no_calls", columns={"call_id": "contact_id"})
    (problem,) = crm.problems()
    assert "crm.db:no_calls: has a header and no row" in problem


def test_no_password_in_any_message(dealership):
    url = make_url("postgresql://reader:hunter2@db.invalid/crm?sslpassword=hunter3")
    error = OSError("no route for reader with hunter2 and hunter3\nto db.invalid")
    assert _safe(error, url) == "no route for reader with *** and *** to db.invalid"
    dealership.source("contacts", url="postgresql+nodriver://reader:hunter2@127.0.0.1:1/crm", table="x")
    assert not any("hunter2" in problem for problem in dealership.problems())
    dealership.source("contacts", url="reader:hunter2@", table="x")
    assert not any("hunter2" in problem for problem in dealership.problems())
