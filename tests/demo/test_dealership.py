"""The files: same bytes, the forms they are said to have, params that read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from csanalysis.demo.params_files import params_text
from csanalysis.demo.stores import EXPORTS, plans
from csanalysis.params import read_params
from csanalysis.schema import TABLES

ROOT = Path(__file__).parents[2]
STORES = ("haibin", "longshan", "riverside")
LACKING = {"haibin": set(), "longshan": {"policies", "oem_bulletin"}, "riverside": {"oem_bulletin"}}

WRITE_AGAIN = """
import sys
from pathlib import Path
from csanalysis.demo.dealership import write_dealership
from csanalysis.demo.stores import plans
write_dealership(Path(sys.argv[1]), plans(3, 7)[2])
"""


def test_same_seed_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    again = tmp_path / "riverside"  # the store that has CSV, a workbook and Parquet
    subprocess.run(
        [sys.executable, "-c", WRITE_AGAIN, str(again)],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "12345"},
    )
    first = {file.name: file.read_bytes() for file in (demo / "riverside").iterdir()}
    assert first == {file.name: file.read_bytes() for file in again.iterdir()}


@pytest.mark.parametrize("store", STORES)
def test_every_table_is_exported_but_those_that_a_store_does_without(store: str) -> None:
    assert [export.table for export in EXPORTS[store]] == [
        name for name in TABLES if name not in LACKING[store]
    ]


@pytest.mark.parametrize("store", STORES)
def test_committed_params_are_those_that_the_demo_writes(store: str) -> None:
    plan = next(plan for plan in plans(3, 7) if plan.id == store)
    text = params_text(plan, Path("outputs/demo") / store, Path("params"))
    assert (ROOT / "params" / f"{store}.yml").read_bytes() == text.encode()


@pytest.mark.parametrize("store", STORES)
def test_params_read_and_name_files_that_exist(store: str, demo: Path) -> None:
    params = read_params(demo / "params" / f"{store}.yml")
    assert list(params.sources) == [export.table for export in EXPORTS[store]]
    for source in params.sources.values():
        for path in source.path:
            assert list((demo / "params").glob(path))


@pytest.mark.parametrize("store", STORES)
def test_agents_and_incentives_name_people_and_programmes_of_the_store(store: str, demo: Path) -> None:
    params = read_params(demo / "params" / f"{store}.yml")
    plan = next(plan for plan in plans(3, 7) if plan.id == store)
    words = params.sources["survey_responses"].words.get("programme", {})
    programmes = {words.get(name, name) for name in (plan.service.name, plan.sales.name)}
    assert set(params.first_service.agents) == {person.name for person in plan.role("agent")}
    assert {rebate.programme for rebate in params.satisfaction.rebates} == programmes
    measures = {rule.measure for rule in params.satisfaction.incentives}
    assert measures <= programmes | {"process_compliance_rate"}


def test_more_dealerships_have_their_own_ids_names_and_sizes() -> None:
    more = plans(120, 7)
    assert [plan.id for plan in more[:4]] == [*STORES, "demo-004"]
    assert len({plan.id for plan in more}) == len({plan.name for plan in more}) == 120
    assert len({plan.units for plan in more}) > 100


def test_another_seed_gives_other_numbers() -> None:
    one, other = plans(1, 7)[0], plans(1, 8)[0]
    assert one.rng("vehicles").random() != other.rng("vehicles").random()


def test_encodings_and_separators_are_as_the_readme_says(demo: Path) -> None:
    def raw(path: str) -> bytes:
        return (demo / path).read_bytes()

    raw("haibin/维修委托书_2023.csv").decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        raw("haibin/维修委托书_2023.csv").decode("utf-8")
    assert raw("haibin/维修增项.csv").startswith(b"\xef\xbb\xbf")
    assert raw("longshan/销售明细_2023.csv").decode("utf-8").startswith("车辆识别代号,")
    assert raw("longshan/工单_2023.csv").decode("gb18030").startswith("工单号;")
    assert raw("riverside/customers.tsv").startswith(b"Customer number\tName")
    assert raw("riverside/calls.parquet").startswith(b"PAR1")
