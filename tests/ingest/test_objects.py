"""Exports in an object store are read as those in a folder; what cannot be had is one readable line."""

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import known_implementations
from pandas.testing import assert_frame_equal

from csanalysis.ingest import load, objects
from csanalysis.ingest.inputs import input_bytes, input_hashes, reads_over_network
from csanalysis.messages import BadValueError
from csanalysis.params import read_params
from csanalysis.report.files.manifest import params_as_used

SECRET = "ftp://user:s3cret@host/a.csv?sig=abc"


@pytest.fixture
def stored(dealership, bucket):
    """The dealership with its exports in the bucket, the visits in two files of a glob."""
    sales = (dealership.folder / "vehicle_sales.csv").read_bytes()
    head, *rows = (dealership.folder / "service_visits.csv").read_bytes().splitlines(keepends=True)
    bucket.pipe_file("/bucket/sales.csv", sales)
    for place, row in enumerate(rows):
        bucket.pipe_file(f"/bucket/visits_{2 - place}.csv", head + row)
        (dealership.folder / f"visits_{2 - place}.csv").write_bytes(head + row)
    bucket.pipe_file("/bucket/~$visits_1.csv", b"Excel's own")
    (dealership.folder / "sales.csv").write_bytes(sales)
    return dealership


@pytest.fixture
def fetched_here(monkeypatch):
    """Objects are fetched in this process, as where threads run."""
    monkeypatch.setattr("threading.active_count", lambda: 2)


def pointed_at(dealership, root):
    dealership.source("vehicle_sales", path=f"{root}sales.csv")
    dealership.source("service_visits", path=[f"{root}*visits_*.csv", f"{root}visits_1.csv"])
    return dealership


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_the_same_tables_as_from_a_folder(stored, kind):
    near = pointed_at(stored, "").load_from(None)
    root = "memory://bucket/" if kind == "memory" else f"file://{stored.folder}/"
    store = pointed_at(stored, root).load_from(None)
    for name, table in near.tables.items():
        assert_frame_equal(store.tables[name], table)
    assert_frame_equal(store.rejects, near.rejects)
    assert store.quality == near.quality
    files = [entry.pop("file") for entry in store.inputs]
    assert files == [root + entry.pop("file") for entry in near.inputs]
    assert [file.rpartition("/")[2] for file in files] == ["sales.csv", "visits_1.csv", "visits_2.csv"]
    assert store.inputs == near.inputs


def test_what_is_to_read_is_known_beforehand(stored):
    pointed_at(stored, "memory://bucket/")
    params = read_params(stored.params_file)
    inputs = load(stored.params_file).inputs
    assert input_bytes(params, stored.params_file) == sum(entry["bytes"] for entry in inputs)
    hashes = input_hashes(params, stored.params_file)
    assert [entry["sha256"] for entry in hashes] == [entry["sha256"] for entry in inputs]
    assert reads_over_network(params)


def test_a_calendar_may_lie_there_too(stored, bucket):
    bucket.pipe_file("/bucket/events.csv", "活动,月份\n春检,3\n".encode())
    stored.params["calendar"] = "memory://bucket/events.csv"
    store = stored.load()
    assert [event.event for event in store.params.calendar] == ["春检"]
    assert store.inputs[-1]["file"] == "memory://bucket/events.csv"


def test_changed_bytes_are_seen(stored, bucket):
    pointed_at(stored, "memory://bucket/")
    before = stored.load()
    bucket.pipe_file("/bucket/sales.csv", bucket.cat_file("/bucket/sales.csv").replace(b"VIN2", b"VIN3"))
    assert set(stored.load().tables["vehicle_sales"]["vin"]) != set(before.tables["vehicle_sales"]["vin"])


def raising(error):
    def fails(*_, **__):
        raise error

    return fails


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("memory://bucket/nowhere.csv", "memory://bucket/nowhere.csv: there is no such object; check"),
        ("memory://bucket/nowhere_*.csv", "memory://bucket/nowhere_*.csv: there is no such object; check"),
        ("memory://bucket", "is a folder; name the files in it, such as memory://bucket/*.csv"),
        ("s4://bucket/sales.csv", "s4://bucket/sales.csv: is of no known kind; write a path, or an address"),
    ],
)
def test_an_address_of_nothing(stored, fetched_here, path, what):
    stored.source("vehicle_sales", path=path)
    (problem,) = stored.problems()
    assert problem.startswith("sources.vehicle_sales: ") and what in problem


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (PermissionError("Access Denied"), "is not open to these credentials (Access Denied); check them in"),
        (
            ConnectionError(f"no route to {SECRET}"),
            "cannot be reached (ConnectionError: no route to ftp://host/a.csv)",
        ),
        (BadValueError("${KEY} is not set", "没有设置 ${KEY}"), "${KEY} is not set"),
        (OSError(), "cannot be reached (OSError); check address, network and credentials"),
    ],
    ids=["no right", "no way", "no value", "no word"],
)
def test_a_store_that_refuses(stored, fetched_here, monkeypatch, error, what):
    monkeypatch.setattr(MemoryFileSystem, "cat_file", raising(error))
    stored.source("vehicle_sales", path="memory://bucket/sales.csv")
    (problem,) = stored.problems()
    assert f"memory://bucket/sales.csv: {what}" in problem
    assert "s3cret" not in problem and "abc" not in problem


def test_the_package_that_is_missing_is_named(stored, fetched_here, monkeypatch):
    lacking = {"class": "no_such_package.Files", "err": "Install no-such-package to use it"}
    monkeypatch.setitem(known_implementations, "lacking", lacking)
    stored.source("vehicle_sales", path="lacking://bucket/sales.csv")
    (problem,) = stored.problems()
    assert "(Install no-such-package to use it); install it beside csanalysis" in problem


def test_a_process_that_dies_while_it_fetches_is_told(stored, monkeypatch):
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setattr(objects, "_send", lambda pipe, addresses: pipe.close())
    stored.source("vehicle_sales", path="memory://bucket/sales.csv")
    assert "memory://bucket/sales.csv: could not be fetched" in stored.problems()[0]


def test_no_manifest_holds_a_password(stored):
    store = stored.load()
    secret = store.params.sources["vehicle_sales"].model_copy(update={"path": [SECRET]})
    store.params.sources["vehicle_sales"] = secret
    assert params_as_used(store)["sources"]["vehicle_sales"]["path"] == ["ftp://host/a.csv"]
