"""What check finds of exports is kept: told again without reading them, and anew once one of them changed."""

import pytest

from csanalysis import ingest
from csanalysis.messages import said
from csanalysis.params.as_of import as_of_given
from csanalysis.report.files.checks import check

PARAMS = """
dealership: {id: small, name: Small, brand: 某品牌}
plan_year: 2026
as_of: 2025-12-31
sources:
  vehicle_sales: {path: sales.csv}
  service_visits: {path: visits.csv}
"""


@pytest.fixture
def store(tmp_path):
    (tmp_path / "sales.csv").write_text("vin,sale_date\nV1,2025-03-01\n", encoding="utf-8")
    (tmp_path / "visits.csv").write_text(
        "ro_number,vin,visit_date,service_type\nR1,V1,2025-06-01,修车\n", encoding="utf-8"
    )
    (tmp_path / "small.yml").write_text(PARAMS, encoding="utf-8")
    return tmp_path / "small.yml"


def spoken(summary):
    return [said(line, language) for line in summary["problems"] for language in ("zh", "en")]


def test_the_same_is_told_again_without_reading(store, tmp_path, monkeypatch):
    found = check(store, cache=tmp_path / "cache")
    monkeypatch.setattr(ingest, "check", lambda *_, **__: pytest.fail("read again"))
    again = check(store, cache=tmp_path / "cache")
    assert spoken(again) == spoken(found) != []
    assert [row["read"] for row in again["tables"]] == [row["read"] for row in found["tables"]] != []
    (kept,) = (tmp_path / "cache" / "checks").iterdir()
    assert [path.stat().st_mode & 0o777 for path in (kept, kept.parent)] == [0o600, 0o700]


@pytest.mark.parametrize("change", ["export", "params", "kept"])
def test_it_is_read_anew_once_anything_changed(store, tmp_path, monkeypatch, change):
    check(store, cache=tmp_path / "cache")
    (kept,) = (tmp_path / "cache" / "checks").iterdir()
    path, old, new = {
        "export": (store.with_name("sales.csv"), "V1,", "V2,"),
        "params": (store, "2025-12-31", "2025-11-30"),
        "kept": (kept, "{", ""),
    }[change]
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    monkeypatch.setattr(ingest, "check", lambda *_, **__: {"problems": ["anew"], "unusable": True})
    assert check(store, cache=tmp_path / "cache")["problems"] == ["anew"]


def test_two_ways_to_ask_keep_an_answer_each(store, tmp_path, monkeypatch):
    """Problems repeat how the file was named, and --as-of counts to another day."""
    monkeypatch.chdir(tmp_path)
    cache = tmp_path / "cache"
    check(store, cache=cache)
    check(store.relative_to(tmp_path), cache=cache)
    with as_of_given("2025-10-31"):
        check(store, cache=cache)
    monkeypatch.setattr(ingest, "check", lambda *_, **__: pytest.fail("read again"))
    assert check(store, cache=cache)["as_of"] == "2025-12-31"
    assert check(store.relative_to(tmp_path), cache=cache)["params_file"] == "small.yml"
    with as_of_given("2025-10-31"):
        assert check(store, cache=cache)["as_of"] == "2025-10-31"
