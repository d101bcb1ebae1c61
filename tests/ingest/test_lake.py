"""Clean tables written into a lake, and one table's kept rows: what is there, who may read it, what cannot be had."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from csanalysis.errors import IngestError, StoreError
from csanalysis.ingest import lake, load
from csanalysis.ingest.kept import parquet_of
from csanalysis.ingest.lake import convert
from csanalysis.messages import said
from tests.ingest.conftest import VISITS

TABLES = ["vehicle_sales", "service_visits"]


def test_a_folder_a_table_and_in_it_one_a_store_for_this_user_alone(dealership, tmp_path):
    places = [*convert(dealership.params_file, str(tmp_path / "lake"), cache=tmp_path / "cache")]
    files = [tmp_path / "lake" / name / "store=demo" / "rows.parquet" for name in TABLES]
    assert places == [str(file) for file in files]
    assert pq.read_table(files[1], columns=["ro_number"]).to_pydict() == {"ro_number": ["R1", "R2"]}
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert files[0].parent.stat().st_mode & 0o777 == 0o700


def test_in_an_object_store_they_take_the_place_of_the_earlier_ones(dealership, bucket, tmp_path):
    for rows in (2, 1):
        dealership.csv(
            "service_visits", VISITS[:1] + [[f"R{n}", "VIN1", "2025-03-05", "首保"] for n in range(rows)]
        )
        places = [*convert(dealership.params_file, "memory://lake/", cache=tmp_path / "cache")]
    assert places == [f"memory://lake/{name}/store=demo/rows.parquet" for name in TABLES]
    with bucket.open("/lake/service_visits/store=demo/rows.parquet") as file:
        assert pd.read_parquet(file)["ro_number"].tolist() == ["R0"]


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(dealership, tmp_path):
    (tmp_path / "lake").touch()
    with pytest.raises(IngestError) as caught:
        next(convert(dealership.params_file, str(tmp_path / "lake"), cache=tmp_path / "cache"))
    (line,) = caught.value.problems
    place = tmp_path / "lake/vehicle_sales/store=demo/rows.parquet"
    assert line == f"{place}: cannot be written (Not a directory); choose another --to, or mend its rights"
    assert said(line, "zh") == f"{place}：无法写入（Not a directory）；请换一个 --to，或检查权限"


def test_what_a_library_says_of_an_address_has_no_secret_of_the_environment(
    dealership, tmp_path, monkeypatch
):
    def refuse(address):
        raise OSError(f"no bucket {address}")

    monkeypatch.setenv("LAKE", "hunter2")
    monkeypatch.setattr(lake, "file_system", refuse)
    with pytest.raises(StoreError) as caught:
        next(convert(dealership.params_file, "memory://${LAKE}", cache=tmp_path / "cache"))
    told = str(caught.value)
    assert told.startswith(
        "memory://${LAKE}/vehicle_sales/store=demo/rows.parquet: cannot be reached (OSError"
    )
    assert "hunter2" not in told and "no bucket memory://${LAKE}" in told


def test_rows_that_a_run_has_kept_are_given_without_the_exports(dealership, tmp_path):
    cache, path = tmp_path / "cache", dealership.params_file
    inputs = load(path, cache=cache).inputs
    for file in dealership.folder.glob("*.csv"):
        file.unlink()
    kept = parquet_of(path, "service_visits", cache=cache, inputs=inputs)
    assert kept.parent == cache and pq.read_metadata(kept).num_rows == 2


def test_a_cache_that_keeps_nothing_is_named(dealership, tmp_path):
    (tmp_path / "cache").touch()
    with pytest.raises(IngestError, match=r"cache: cannot be written") as caught:
        parquet_of(dealership.params_file, "service_visits", cache=tmp_path / "cache")
    assert said(caught.value.problems[0], "zh") == f"{tmp_path / 'cache'}：无法写入"
