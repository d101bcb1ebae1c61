"""One store read from files, two databases and a lake: the same tables, and so the same numbers."""

import sqlite3

import numpy as np
import pandas as pd
import pytest
import yaml
from pandas.testing import assert_frame_equal
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from csanalysis.chapters import churn
from csanalysis.cli import app
from csanalysis.ingest import database as reading
from csanalysis.ingest import load
from csanalysis.ingest.database import UnreadableDatabaseError, needed_columns, read_database, without_secrets
from csanalysis.params import Source
from csanalysis.report.files.manifest import params_as_used
from csanalysis.schema import TABLES
from tests.ingest.postgres import binaries, server

pytestmark = pytest.mark.slow

SECRET = "hunter2"


def exports() -> dict[str, pd.DataFrame]:
    """Sales and repair orders of a small store, with columns that nobody needs."""
    random, cars = np.random.default_rng(4), 120
    vins = [f"LSVAA4187C{number:07d}" for number in range(cars)]
    sold = pd.to_datetime("2021-01-01") + pd.to_timedelta(random.integers(0, 1700, cars), unit="D")
    sales = pd.DataFrame({"车架号": vins, "销售日期": sold, "车型": random.choice(["A", "B"], cars)})
    at = random.integers(0, cars, 700)
    days = sold[at] + pd.to_timedelta(random.integers(5, 1500, 700), unit="D")
    visits = pd.DataFrame(
        {
            "委托书号": [f"R{number:05d}" for number in range(700)],
            "车架号": np.array(vins)[at],
            "进厂日期": days,
            "维修类型": random.choice(["首保", "定保", "一般维修"], 700),
            "结算金额": random.integers(100, 3000, 700) / 4,
            "打印次数": random.integers(0, 9, 700),
        }
    )
    return {"vehicle_sales": sales, "service_visits": visits}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A folder with the store's files, its params by kind of source, and an SQLite database."""
    folder = tmp_path_factory.mktemp("store")
    with sqlite3.connect(folder / "dms.db") as connection:
        for name, frame in exports().items():
            frame.to_csv(folder / f"{name}.csv", index=False)
            frame.to_sql(name, connection, index=False)
    connection.close()
    return folder


def params(folder, kind, sources):
    said = {"dealership": {"id": "dz"}, "plan_year": 2026, "language": "en", "sources": sources}
    path = folder / f"{kind}.yml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True))
    return path


def files(folder):
    return params(folder, "files", {name: f"{name}.csv" for name in exports()})


@pytest.fixture(scope="module")
def postgres(request):
    """The address of the tables on a server, for a role that may write."""
    if binaries() is None:
        pytest.skip("no PostgreSQL on this machine")
    with server() as socket:
        url = f"postgresql+psycopg://postgres:{SECRET}@/postgres?host={socket}"
        engine = create_engine(url)
        for name, frame in exports().items():
            frame.to_sql(name, engine, index=False)
        engine.dispose()
        yield url


def tables(url, **more):
    return {name: {"url": url, "table": name, **more} for name in exports()}


@pytest.fixture(scope="module")
def expected(store):
    """What the files hold, and the numbers of a chapter."""
    found = load(files(store))
    return found, churn.measure(found.params, found.tables).records()


def assert_same(expected, path):
    (expected, numbers), found = expected, load(path)
    assert found.tables.keys() == expected.tables.keys()
    for name, table in expected.tables.items():
        assert len(table) > 100 or name == "customers"
        assert_frame_equal(found.tables[name], table)
    assert len(numbers) > 100
    assert churn.measure(found.params, found.tables).records() == numbers
    return found


def test_sqlite_is_as_the_files(store, expected):
    assert_same(expected, params(store, "sqlite", tables("sqlite:///dms.db")))


def test_postgresql_is_as_the_files_in_parts_and_without_a_secret(store, expected, postgres, monkeypatch):
    monkeypatch.setattr(reading, "_ROWS", 97)
    monkeypatch.setenv("DMS_PASSWORD", SECRET)
    url = postgres.replace(SECRET, "${DMS_PASSWORD}")
    found = assert_same(expected, params(store, "postgres", tables(url)))
    written = [params_as_used(found), found.inputs, [vars(report) for report in found.quality]]
    assert SECRET not in str(written) and "postgres:service_visits" in str(written)


@pytest.mark.parametrize("kind", ["here", "in an object store"])
def test_a_lake_is_as_the_files_and_only_the_stores_own_partition_is_read(
    store, expected, bucket, tmp_path, kind
):
    lake = "memory://bucket/lake" if kind != "here" else str(tmp_path / "lake")
    made = CliRunner().invoke(
        app, ["convert", str(files(store)), "--to", lake, "--output", str(tmp_path / "outputs")]
    )
    assert made.exit_code == 0, made.output
    assert made.output.split() == [f"{lake}/{name}/store=dz/rows.parquet" for name in exports()]
    if kind == "here":  # another store's rows, which nothing may open
        other = tmp_path / "lake/service_visits/store=other"
        other.mkdir()
        (other / "rows.parquet").write_bytes(b"damaged")
        assert (tmp_path / "lake/vehicle_sales/store=dz/rows.parquet").stat().st_mode & 0o077 == 0
    named = {name: f"{lake}/{name}/store={{id}}/*.parquet" for name in exports()}
    assert_same(expected, params(store, "lake", named))


def test_a_lake_that_cannot_be_written_is_told(store, tmp_path):
    (tmp_path / "lake").write_text("a file")
    made = CliRunner().invoke(
        app, ["convert", str(files(store)), "--to", str(tmp_path / "lake"), "--output", str(tmp_path)]
    )
    assert made.exit_code == 2 and "cannot be written" in made.output
    made = CliRunner().invoke(
        app, ["convert", str(files(store)), "--to", "nosuch://x/lake", "--output", str(tmp_path)]
    )
    assert made.exit_code == 2 and "is of no known kind" in made.output


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("select nextval('numbers')", "read-only transaction"),
        ("with gone as (delete from vehicle_sales returning 1) select * from gone", "cannot be read"),
    ],
)
def test_a_role_that_may_write_cannot_here(postgres, tmp_path, query, why):
    with create_engine(postgres).begin() as connection:
        connection.execute(text("create sequence if not exists numbers"))
    with pytest.raises(UnreadableDatabaseError, match=why) as refused:
        read_database(Source(url=postgres, query=query), tmp_path)
    assert SECRET not in str(refused.value)
    with create_engine(postgres).connect() as connection:
        assert connection.execute(text("select count(*) from vehicle_sales")).scalar() == 120
        assert not connection.execute(text("select is_called from numbers")).scalar()


def test_a_wrong_table_of_a_server_is_told_without_its_secret(store, postgres):
    path = params(store, "wrong", {**tables(postgres), "vehicle_sales": {"url": postgres, "table": "sales"}})
    with pytest.raises(Exception, match="no table sales") as refused:
        load(path)
    assert SECRET not in str(refused.value)


def test_only_needed_columns_and_dates_are_fetched(store, postgres):
    source = Source(url=postgres, table="service_visits", since="2024-03-05")
    rows = read_database(source, store, table=TABLES["service_visits"])
    assert rows.sheet.headers == ("委托书号", "车架号", "进厂日期", "维修类型", "结算金额")
    days = exports()["service_visits"]["进厂日期"]
    assert len(rows.sheet.cells) == (days >= "2024-03-05").sum() > 0
    every = read_database(source.model_copy(update={"since": None}), store)
    assert "打印次数" in every.sheet.headers and len(every.sheet.cells) == 700


def test_a_column_is_kept_that_says_a_row_does_not_count_or_that_the_source_names():
    source = Source(url="sqlite:///x.db", table="t", drop={"Kind": ["x"]}, columns={"no": "ro_number"})
    headers = ["no", "vin", "Kind", "单据状态", "免打扰", "printed"]
    assert needed_columns(headers, TABLES["service_visits"], source) == headers[:-1]
    assert needed_columns(["x", "y"], TABLES["service_visits"], Source(url="a", table="t")) == ["x", "y"]


def test_since_needs_a_column_of_dates(store):
    with sqlite3.connect(store / "texts.db") as connection:
        connection.execute("create table sales (vin text, sale_date text)")
    connection.close()
    source = Source(url="sqlite:///texts.db", table="sales", since="2024-01-01")
    with pytest.raises(UnreadableDatabaseError, match="no column of dates to go by"):
        read_database(source, store, table=TABLES["vehicle_sales"])


def test_an_address_is_shown_without_any_secret():
    shown = without_secrets(
        "mssql+pyodbc://sa:hunter2@h/db?driver=x&PWD=hunter3&odbc_connect=DRIVER;PWD%3Dhunter4"
    )
    assert "hunter" not in shown and "driver=x" in shown
    assert without_secrets("hunter2@nothing") == "***"
