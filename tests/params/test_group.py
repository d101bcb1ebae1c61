"""The stores of a group: each is a params file, and a bad one stops no other."""

import pytest
import xlsxwriter

from csanalysis.errors import ParamsError
from csanalysis.params import read_params
from csanalysis.params.group import stores_of
from csanalysis.params.language import language_of

GROUP = """\
plan_year: 2026
language: en
dealership: {group: Hengfeng}
sources: {vehicle_sales: "exports/{folder}/sales.csv", service_visits: "exports/{id}/visits.csv"}
delivery:
  email:
    to: [head@example.com]
    failures_to: [it@example.com]
    from: r@example.com
    attach: [pdf]
    smtp: {host: smtp.example.com}
"""
LIST = """\
stores:
  - {id: dezhou, name: 德州众驰, folder: dz, owner: wang@example.com, addresses: [a@example.com, b@example.com]}
  - anhai
  - {id: bohai, overrides: {churn: {years: 3}, sources: {vehicle_sales: other.csv}}}
"""


@pytest.fixture
def group(tmp_path):
    def write(stores):
        path = tmp_path / "group.yml"
        path.write_text(GROUP + stores, encoding="utf-8")
        return path

    return write


def names(paths):
    return [path.name for path in paths]


def test_each_store_of_the_list_is_a_params_file_on_top_of_the_groups(group):
    paths = stores_of(group(LIST))
    assert names(paths) == ["dezhou.yml", "anhai.yml", "bohai.yml"]
    dezhou, anhai, bohai = map(read_params, paths)
    assert (dezhou.dealership.name, dezhou.dealership.group) == ("德州众驰", "Hengfeng")
    assert dezhou.sources["vehicle_sales"].path == ["../exports/dz/sales.csv"]
    assert dezhou.sources["service_visits"].path == ["../exports/dezhou/visits.csv"]
    assert dezhou.delivery.email.to == ["a@example.com", "b@example.com"]
    assert dezhou.delivery.email.failures_to == ["wang@example.com", "it@example.com"]
    assert anhai.delivery.email.to == ["head@example.com"]
    assert anhai.sources["vehicle_sales"].path == ["../exports/anhai/sales.csv"]
    assert bohai.churn.years == 3 and bohai.sources["vehicle_sales"].path == ["other.csv"]
    assert language_of(paths[0]) == "en"


@pytest.mark.parametrize("kind", ["utf-8", "gb18030", "excel", "semicolons"])
def test_a_table_says_the_same_as_the_list(group, tmp_path, kind):
    rows = [
        ["代号", "店名", "文件夹", "负责人", "收件人", "churn.years", "churn.exclude_service_types"],
        ["dezhou", "德州众驰", "dz", "wang@example.com", "a@example.com；b@example.com", 3, "[warranty]"],
        [],
        ["0316", "", "", "", "", "", ""],
    ]
    if kind == "excel":
        file = "stores.xlsx"
        with xlsxwriter.Workbook(tmp_path / file) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    else:
        file = "stores.csv"
        sign = ";" if kind == "semicolons" else ","
        text = "\n".join(sign.join(map(str, row)) for row in rows)
        (tmp_path / file).write_text(text, encoding="gb18030" if kind == "gb18030" else "utf-8")
    first, second = map(read_params, stores_of(group(f"stores: {file}\n")))
    assert (first.dealership.id, first.dealership.name) == ("dezhou", "德州众驰")
    assert first.delivery.email.to == ["a@example.com", "b@example.com"]
    assert (first.churn.years, first.churn.exclude_service_types) == (3, ["warranty"])
    assert first.sources["vehicle_sales"].path == ["../exports/dz/sales.csv"]
    assert second.dealership.id == "0316" and second.churn.years == 5


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{name: x}", "id must be given"),
        ("{id: Bad Id}", "id: 'Bad Id' is not a slug"),
        ("{id: '../../etc'}", "id: '../../etc' is not a slug"),
        ("{id: [a]}", "id: ['a'] is not a slug"),
        ("{id: true}", "id: True is not a slug"),
        ("7.5", "'' is not a known key"),
        ("{id: b, nam: x}", "'nam' is not a known key; did you mean name?"),
        ("{id: b, name: [x]}", "name must be text"),
        ("{id: b, brand: {x: 1}}", "brand must be text"),
        ("{id: b, folder: [x]}", "folder must be text"),
        ("{id: b, owner: {x: 1}}", "owner must be text"),
        ("{id: b, overrides: 3}", "overrides must hold params keys"),
        ("{id: anhai}", "id 'anhai' stands in row 1 too"),
    ],
)
def test_a_bad_row_says_so_in_its_own_file_and_stops_no_other(group, entry, said):
    good, bad, last = stores_of(group(f"stores:\n  - anhai\n  - {entry}\n  - bohai\n"))
    assert bad.name == "_row-2.yml" and [read_params(path).dealership.id for path in (good, last)] == [
        "anhai",
        "bohai",
    ]
    with pytest.raises(ParamsError) as caught:
        read_params(bad)
    (line,) = caught.value.problems
    assert line.startswith(f"{bad}: row 2: {said}") and "第 2 行" in line.zh


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{id: b, owner: no address}", "delivery.email.failures_to.0 'no address' is no e-mail address"),
        ("{id: b, addresses: [3]}", "delivery.email.to.0 should be a valid string"),
        ("{id: b, overrides: {churn: {years: x}}}", "churn.years should be a whole number"),
        ("{id: b, overrides: {plan_yaer: 1}}", "plan_yaer is not a known key"),
        ("{id: b, churn.yaers: 3}", "churn.yaers is not a known key"),
    ],
)
def test_what_a_row_puts_into_the_params_is_checked_as_such(group, entry, said):
    (path,) = stores_of(group(f"stores:\n  - {entry}\n"))
    with pytest.raises(ParamsError) as caught:
        read_params(path)
    assert said in caught.value.problems[0]


@pytest.mark.parametrize(
    ("stores", "file", "said"),
    [
        ("3", None, "stores: must be a list of stores"),
        ("{a: 1}", None, "stores: must be a list of stores"),
        ("[]", None, "stores: names no store"),
        ("https://a.example/s.csv", None, "stores: must be a list of stores"),
        ("stores.csv", None, "stores.csv: no such file"),
        ("stores.pdf", b"x", "stores.pdf: is no roster"),
        ("stores.csv", b"", "stores.csv: has no row of heads"),
        ("stores.csv", b"id,id\na,b\n", "stores.csv: has two columns 'id'"),
        ("stores.csv", b"\xff\xff\xff", "stores.csv: is no UTF-8 text"),
        ("stores.csv", b"id\n" + b"a" * 200, "stores.csv: is larger than 99 bytes"),
        ("stores.csv", b"id\na\nb\nc\nd\n", "stores: has more than 3 stores"),
        ("stores.xlsx", b"PK no workbook", "stores.xlsx: is no Excel workbook"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_a_roster_that_is_none_is_refused_in_one_line(group, tmp_path, monkeypatch, stores, file, said):
    monkeypatch.setattr("csanalysis.params.group.MOST_STORES", 3)
    monkeypatch.setattr("csanalysis.params.roster_table.MOST_BYTES", 99)
    if file is not None:
        (tmp_path / stores).write_bytes(file)
    with pytest.raises(ParamsError) as caught:
        stores_of(group(f"stores: {stores}\n"))
    (line,) = caught.value.problems
    assert said in line and line.zh != line


def test_a_plain_params_file_is_no_group(tmp_path, group):
    assert stores_of(group("")) is None and stores_of(tmp_path / "none.yml") is None


def test_the_groups_own_file_is_no_store(group):
    with pytest.raises(ParamsError, match="is a group of stores"):
        read_params(group(LIST))


def test_files_are_written_when_something_changed_and_go_with_their_store(group, tmp_path):
    paths = stores_of(group(LIST))
    (tmp_path / "group.stores" / "by_hand.yml").write_text("extends: ../group.yml\n", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in paths}
    assert stores_of(group(LIST)) == paths and {path: path.stat().st_mtime_ns for path in paths} == before
    stores_of(group("stores: [anhai]\n"))
    assert sorted(names((tmp_path / "group.stores").iterdir())) == ["anhai.yml", "by_hand.yml"]
