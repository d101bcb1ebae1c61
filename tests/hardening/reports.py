"""Whole reports: what customers are known by, looked for in every file written, and the same report made elsewhere."""

import atexit
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from tests.durable.conftest import ROOT, TWO_CHAPTERS, write_stores
from tests.durable.test_kills import published
from tests.hardening.attacks import Attack
from tests.privacy.forms import CUSTOMERS, FORMS, PLATE, UNKNOWN_NAMES, VIN
from tests.privacy.said import closed_in, said_in

LONGEST = 900
DAY = "2025-12-20"
PARAMS = """\
dealership: {{id: {id}, name: {id} motors}}
plan_year: 2026
language: {language}
sources:
  vehicle_sales: sales.csv
  service_visits: {visits}
  customers: customers.csv
  upsell_items: items.csv
  complaints: complaints.csv
  leads: leads.csv
  campaigns: campaigns.csv
"""


def _command(*arguments: object, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """``csanalysis`` with these arguments: its exit code, and all that it printed."""
    ran = subprocess.run(
        [sys.executable, "-m", "csanalysis", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LONGEST,
        check=False,
    )
    return ran.returncode, ran.stdout.decode("utf-8", "replace")


def _folder() -> Path:
    """A folder that goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="hardening-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _write(path: Path, head: str, rows: list[list[str]], unused: Sequence[str] = ()) -> None:
    """A table; ``unused`` are names of columns that nobody asked for."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*head.split(","), *unused], *rows])


def _write_leaky(folder: Path) -> list[Path]:
    """Two stores in whose cells every form stands; of one no report can be made, since its job types are forms too."""
    named = [written for written, secret in FORMS if (written, secret) not in UNKNOWN_NAMES]
    every = [written for written, _ in FORMS]
    orders = [f"R{n}" for n in range(len(every))]
    _write(
        folder / "sales.csv",
        "VIN,sale_date",
        [[f"V{n}", f"{2024 + n // 24}-{n % 12 + 1:02d}-20"] for n in range(36)],
    )
    _write(
        folder / "customers.csv",
        "customer_id,name,phone",
        [[*each, *[""] * len(named)] for each in CUSTOMERS],
        named,
    )
    head = "RO,VIN,date in,job type,plate"
    visits = [[order, f"V{n % 24}", DAY, "保养", ""] for n, order in enumerate(orders)]
    visits += [[f"S{n}", f"V{n % 24}", f"2024-{n % 12 + 1:02d}-11", "保养", ""] for n in range(60)]
    _write(folder / "visits.csv", head, [*visits, ["R_", VIN, DAY, "保养", PLATE]])
    refused = [[f"Q{n}", f"V{n % 24}", DAY, written, ""] for n, written in enumerate(named)]
    _write(folder / "refused.csv", head, [*visits, *refused, ["R_", VIN, DAY, "保养", PLATE]])
    head = "ro_number,item,grade,amount,outcome,decline_reason,proposed_date"
    items = [
        [order, "tyres", "A", "100", "declined", written, DAY]
        for order, written in zip(orders, every, strict=True)
    ]
    items += [
        [order, f"更换：{written}", "A", "100", "accepted", "", DAY]
        for order, written in zip(orders, named, strict=False)
    ]
    _write(folder / "items.csv", head, items)
    head = "complaint_id,complaint_date,vin,severity,dealer_fault,topic"
    rows = [[f"T{n}", DAY, f"V{n % 24}", "一般", "是", written] for n, written in enumerate(every)]
    _write(folder / "complaints.csv", head, rows)
    head = "lead_id,created_date,status,defeated_date,defeat_reason"
    _write(
        folder / "leads.csv",
        head,
        [[f"L{n}", "2025-11-02", "战败", DAY, written] for n, written in enumerate(every)],
    )
    head = "campaign_id,name,start_date,end_date"
    _write(
        folder / "campaigns.csv",
        head,
        [[f"M{n}", f"讲堂：{written}", "2025-05-01", "2025-05-03"] for n, written in enumerate(named)],
    )
    for id, visits_file, language in (("leaky", "visits.csv", "zh"), ("refused", "refused.csv", "en")):
        text = PARAMS.format(id=id, visits=visits_file, language=language)
        (folder / f"{id}.yml").write_text(text, encoding="utf-8")
    return [folder / "leaky.yml", folder / "refused.yml"]


def _said_by_reports() -> dict[str, str]:
    """Every text that others may read after a run of the two, and what the terminal said, by file."""
    folder = _folder()
    stores = _write_leaky(folder)
    output = folder / "outputs"
    code, terminal = _command("run", *stores, "--output", output, "--jobs", 1)
    _, checked = _command("check", *stores)
    assert code == 1 and "Traceback" not in terminal + checked, terminal[-2000:]
    assert (output / "leaky" / "2026" / "report.html").is_file(), terminal[-2000:]
    return {
        **said_in(output, but=closed_in(output)),
        "terminal of run": terminal,
        "terminal of check": checked,
    }


@cache
def _said_or_why_not() -> dict[str, str] | Exception:
    """The same, run once for all forms however it ended."""
    try:
        return _said_by_reports()
    except Exception as error:
        return error


def _look_for(given: tuple[str, str], folder: Path) -> None:
    written, secret = given
    said = _said_or_why_not()
    if isinstance(said, Exception):
        raise said
    where = [name for name, text in said.items() if secret in text]
    assert not where, f"{secret!r} of {written!r} stands in {', '.join(where)}"


ONE_DAY = """
from datetime import datetime

import csanalysis.report.cover

_cover = csanalysis.report.cover.cover


def cover(params, *, made, **more):
    return _cover(params, made=datetime(2026, 1, 2, 3, 4, 5).astimezone(), **more)


csanalysis.report.cover.cover = cover
"""
"""A report says on which day it was made, which hangs on the zone; all else must not."""

ELSEWHERE = {
    "hash seed": {"PYTHONHASHSEED": "12345"},
    "locale without UTF-8": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "zone east of all": {"TZ": "Pacific/Kiritimati"},
    "zone west of all": {"TZ": "Etc/GMT+12"},
    "one job": {"JOBS": "1"},
    "four jobs": {"JOBS": "4"},
}
"""What differs from the first run, by its environment; ``JOBS`` is handed to the command."""


def _made(name: str, environment: Mapping[str, str]) -> dict[str, object]:
    """What the three stores' reports are, made in a folder of that name."""
    folder, stores, program = _stores()
    output = folder / name.replace(" ", "-")
    given = {"PYTHONPATH": os.pathsep.join([str(program), str(ROOT)]), **environment}
    code, said = _command(
        "run", *stores, "--output", output, "--jobs", environment.get("JOBS", "2"), environment=given
    )
    assert code == 0, said[-2000:]
    return published(output)


@cache
def _stores() -> tuple[Path, list[Path], Path]:
    folder = _folder()
    program = folder / "program"
    program.mkdir()
    (program / "sitecustomize.py").write_text(TWO_CHAPTERS + ONE_DAY, encoding="utf-8")
    return folder, write_stores(folder), program


@cache
def _first() -> dict[str, object]:
    return _made("first", {"PYTHONHASHSEED": "0", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"})


def _look_alike(name: str, folder: Path) -> None:
    found, first = _made(name, ELSEWHERE[name]), _first()
    differ = sorted(each for each in {*found, *first} if found.get(each) != first.get(each))
    assert not differ, f"not as in the first run: {', '.join(differ)}"


def _none(chance: Random) -> None:
    """These classes make no input by chance."""


REPORTS = (
    Attack("personal data: forms in every file written", _none, _look_for, inputs=FORMS),
    Attack("reproducibility: the same report elsewhere", _none, _look_alike, inputs=tuple(ELSEWHERE)),
)
