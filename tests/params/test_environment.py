"""``${NAME}`` in urls and addresses: taken when it is used, named when it is missing, and never said."""

import json
import sqlite3

import pytest

from csanalysis.delivery import deliver
from csanalysis.fleet import Outcome
from csanalysis.ingest.store import load_with_problems
from csanalysis.messages import BadValueError, Message
from csanalysis.params import read_params
from csanalysis.params.environment import filled, hidden

SECRET = "hunter22-of-the-crm"
PARAMS = """\
dealership: {id: dezhou}
plan_year: 2026
sources:
  vehicle_sales: sales.csv
  service_visits: {url: "%s", table: ro}
"""


def problems(folder, url):
    path = folder / "dezhou.yml"
    path.write_text(PARAMS % url, encoding="utf-8")
    (folder / "sales.csv").write_text("vin,sale_date\n", encoding="utf-8")
    dumped = json.dumps(read_params(path).model_dump(mode="json"))
    assert SECRET not in dumped
    return [str(line) + line.zh for line in load_with_problems(path)[1] if "service_visits" in line]


def test_a_variable_that_is_not_set_is_named_with_its_key(tmp_path, monkeypatch):
    monkeypatch.delenv("CRM_PASSWORD", raising=False)
    (line,) = problems(tmp_path, "postgresql://reader:${CRM_PASSWORD}@db.example.com/crm")
    assert (
        "url cannot be used: the environment variable CRM_PASSWORD is not set" in line and "没有设置" in line
    )


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///${CRM_PASSWORD}.db",
        "${CRM_PASSWORD}",
        "mysql+nothing://reader:${CRM_PASSWORD}@127.0.0.1/crm",
        "sqlite:///x.db?mode=${CRM_PASSWORD}",
    ],
)
def test_what_it_holds_is_in_no_problem(tmp_path, monkeypatch, url):
    monkeypatch.setenv("CRM_PASSWORD", SECRET)
    lines = problems(tmp_path, url)
    assert lines and SECRET not in "".join(lines)


def test_a_database_is_read_by_it(tmp_path, monkeypatch):
    with sqlite3.connect(tmp_path / f"{SECRET}.db") as database:
        database.execute("CREATE TABLE ro (vin TEXT)")
    monkeypatch.setenv("CRM_PASSWORD", SECRET)
    lines = problems(tmp_path, "sqlite:///${CRM_PASSWORD}.db")
    assert "cannot be read" not in "".join(lines) and SECRET not in "".join(lines)


def test_an_address_in_an_object_store_is_filled_and_hidden_again(tmp_path, monkeypatch):
    bucket = tmp_path / SECRET
    bucket.mkdir()
    (bucket / "sales.csv").write_text("vin,sale_date\nLSV,2025-01-01\n", encoding="utf-8")
    monkeypatch.setenv("BUCKET", str(bucket))
    path = tmp_path / "dezhou.yml"
    path.write_text(
        "dealership: {id: dezhou}\nplan_year: 2026\nsources:\n"
        '  vehicle_sales: "file://${BUCKET}/*.csv"\n  service_visits: "file://${BUCKET}/none.csv"\n',
        encoding="utf-8",
    )
    store, lines = load_with_problems(path)
    (entry,) = [entry for entry in store.inputs if entry["table"] == "vehicle_sales"]
    assert entry["file"] == "file://${BUCKET}/sales.csv" and entry["rows"] == 1
    assert any("none.csv" in line for line in lines) and SECRET not in "".join(lines)
    monkeypatch.delenv("BUCKET")
    assert any("the environment variable BUCKET is not set" in line for line in load_with_problems(path)[1])


DELIVERY = """\
dealership: {id: dezhou}
plan_year: 2026
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
delivery:
  email: {to: ["${HEAD}"], from: "${SENDER}", link: "${BASE}/plans", smtp: {host: "${SMTP}", port: 1, security: none}}
"""


def sent(tmp_path, **environment):
    path = tmp_path / "dezhou.yml"
    path.write_text(DELIVERY, encoding="utf-8")
    outcome = Outcome(path, problems=(Message("no exports", "没有导出文件"),))
    (receipt,) = deliver(outcome, environment=environment, sleep=lambda seconds: None)
    (line,) = receipt.problems
    return str(line) + line.zh


def test_addresses_of_mail_come_from_the_environment(tmp_path):
    held = {"HEAD": "head@example.com", "SENDER": "r@example.com", "BASE": "https://r.example.com"}
    line = sent(tmp_path, **held, SMTP="127.0.0.1")
    assert "Connection refused" in line and "127.0.0.1" not in line
    assert "delivery.email: the environment variable SMTP is not set" in sent(tmp_path, **held)
    line = sent(tmp_path, **held | {"HEAD": SECRET}, SMTP="127.0.0.1")
    assert "HEAD, SENDER, BASE, SMTP: what the environment holds there is no address" in line
    assert SECRET not in line


def test_filling_and_hiding():
    environment = {"A": "one", "B": "one-two"}
    assert filled("${A}/x/${B}$A", environment) == "one/x/one-two$A"
    assert hidden("at one-two and one", "${A} ${B}", environment) == "at ${B} and ${A}"
    with pytest.raises(BadValueError, match="EMPTY is not set"):
        filled("${EMPTY}", {"EMPTY": " "})
