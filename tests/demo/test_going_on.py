"""The demo of a later day repeats the rows of an earlier one, and has its planted story."""

import csv
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from csanalysis.chapters import churn
from csanalysis.demo import write_demo
from csanalysis.demo.export import Export
from csanalysis.demo.stores import EXPORTS
from csanalysis.ingest import Store, load
from csanalysis.schema import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("later")]

STORES = ("haibin", "longshan", "riverside")
MONTHS = ("2026-01", "2026-02", "2026-03")


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("later")
    write_demo(folder, until=date(2026, 3, 31))
    return folder


@pytest.fixture(scope="module")
def opened(later: Path) -> Callable[[str], Store]:
    """Reads a store of the later day, once."""
    return cache(lambda store: load(later / "params" / f"{store}.yml"))


def lines(path: Path, export: Export) -> list[list[str]]:
    with path.open(encoding=export.encoding, newline="") as file:
        return list(csv.reader(file, delimiter=export.delimiter))


def may_be_filled(table: str) -> set[str]:
    """The columns of a table in which something may happen after its rows were made."""
    events = {name for event in TABLES[table].events for name in event}
    others = {"contacts": {"ro_number", "result"}, "leads": {"status", "defeat_reason", "lost_to_same_brand"}}
    return events | others.get(table, set())


@pytest.mark.parametrize("store", STORES)
def test_earlier_rows_stand_where_they_stood(store: str, demo: Path, later: Path) -> None:
    compared = 0
    for export in EXPORTS[store]:
        changeable = may_be_filled(export.table)
        for path in (demo / store).glob(export.file.replace("{year}", "*")):
            if path.suffix not in (".csv", ".tsv"):
                continue
            before, after = (lines(folder / store / path.name, export) for folder in (demo, later))
            assert len(after) >= len(before)
            names = [*export.headers, *export.junk]
            changed = {
                names[place]
                for old, new in zip(before, after, strict=False)
                if old != new
                for place, (a, b) in enumerate(zip(old, new, strict=True))
                if a != b
            }
            assert changed <= changeable, path.name
            compared += 1
    assert compared > 10


@pytest.mark.parametrize("store", STORES)
def test_the_store_goes_on(store: str, demo: Path, opened: Callable[[str], Store]) -> None:
    before, after = load(demo / "params" / f"{store}.yml"), opened(store)
    assert after.params.as_of == date(2026, 3, 31)
    assert after.params.plan_year == before.params.plan_year == 2026
    for name, table in before.tables.items():
        dated_by = TABLES[name].dated_by
        if dated_by and name != "campaigns":
            new = after.tables[name][dated_by] >= "2026-01-01"
            earlier = table[table[dated_by] < "2026-01-01"]
            assert len(after.tables[name][~new]) == len(earlier), name
            assert sorted(set(after.tables[name].loc[new, dated_by].dt.month)) == [1, 2, 3], name


def test_what_was_planted_later_is_found_too(later: Path, opened: Callable[[str], Store]) -> None:
    for store in STORES:
        expected = json.loads((later / store / "expected.json").read_text(encoding="utf-8"))
        for report in opened(store).quality:
            found = (report.read, report.rejected, report.repeated, report.after_as_of, report.kept)
            told = expected[report.table]
            assert found == tuple(
                told[name] for name in ("read", "rejected", "repeated", "after_as_of", "kept")
            )


def lapses_and_ceiling(store: Store) -> tuple[list[float], list[float]]:
    results = churn.measure(store.params, store.tables)
    return (
        [float(results.value("lapsed_vehicles", month) or 0) for month in MONTHS],
        [float(results.value("monthly_churn_ceiling", month) or 0) for month in MONTHS],
    )


def test_one_team_takes_haibin_over_its_ceiling_in_february_and_march(opened: Callable[[str], Store]) -> None:
    lapsed, ceiling = lapses_and_ceiling(opened("haibin"))
    assert lapsed[1] > 1.3 * ceiling[1] and lapsed[2] > 1.3 * ceiling[2]
    visits = opened("haibin").tables["service_visits"]
    last = visits.sort_values(["vin", "visit_date", "ro_number"]).drop_duplicates("vin", keep="last")
    of_spring = last[last["visit_date"].between("2025-02-01", "2025-03-31")]["team"].value_counts()
    of_winter = last[last["visit_date"].between("2024-11-01", "2024-12-31")]["team"].value_counts()
    assert of_spring["二组"] > of_spring["一组"]
    assert of_winter["二组"] < of_winter["一组"]


def test_riverside_keeps_to_its_ceiling(opened: Callable[[str], Store]) -> None:
    lapsed, ceiling = lapses_and_ceiling(opened("riverside"))
    assert all(lost <= allowed for lost, allowed in zip(lapsed, ceiling, strict=True))


@pytest.mark.parametrize("until", [date(2025, 12, 30), date(2026, 7, 1)], ids=str)
def test_a_day_that_the_simulation_does_not_reach_is_refused(until: date, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"until {until}: .* from 2025-12-31 to 2026-06-30"):
        write_demo(tmp_path, until=until)
    assert not list(tmp_path.iterdir())


def test_two_later_days_agree_on_the_rows_they_share(later: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, until=date(2026, 1, 31), dealerships=1)
    for export in EXPORTS["haibin"]:
        if export.table in ("service_visits", "survey_responses"):
            january, march = (
                lines(folder / "haibin" / export.file.format(year=2026), export)
                for folder in (tmp_path, later)
            )
            assert 50 < len(january) < len(march)
            assert march[: len(january)] == january
