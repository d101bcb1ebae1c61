"""S3 itself, as a server on this machine speaks it: a run from it and into it, its lock, and what it refuses."""

import io
import json
import logging
import subprocess
import sys

import fsspec
import openpyxl
import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.fleet import stored
from tests.same_numbers import differences, numbers

KEY, SECRET = "AKIAHUNTER2", "hunter2-and-more"
URL = "s3://bucket/reports"
PARAMS = """\
dealership: {{id: west, name: west motors}}
plan_year: 2026
language: en
sources: {{vehicle_sales: {sales}, service_visits: {visits}}}
"""
LOCKING = f"""
import sys
from csanalysis.errors import BusyError
from csanalysis.fleet.store_lock import locked
for place in sys.stdin:
    place = place.strip()
    try:
        with locked("{URL}", place, patience=0, told=place) as held:
            print("mine" if held.still() else "lost", flush=True)
            sys.stdin.readline()
        print("released", flush=True)
    except BusyError:
        print("busy", flush=True)
        sys.stdin.readline()
        print("waited", flush=True)
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    """Where S3 is spoken; every process of the block reaches it by what its environment says."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as environment:
        host, port = server.get_host_and_port()
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", KEY)
        environment.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(server):
    """fsspec's file system of it, with an empty bucket."""
    files = fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False)
    files.mkdir("bucket")
    yield files
    files.rm("bucket", recursive=True)


def test_a_run_from_s3_into_s3_is_as_one_of_files_and_shows_no_secret(s3, machine, tmp_path, least_exports):
    """Sales are a lake's, repair orders an export's; the report is not made again on another machine."""
    least_exports(tmp_path)
    here, there, files = tmp_path / "here.yml", tmp_path / "west.yml", tmp_path / "files"
    here.write_text(PARAMS.format(sales="sales.csv", visits="visits.csv"))
    invoke("run", here, "--output", files)
    invoke("convert", here, "--to", "s3://bucket/lake", "--output", files)
    s3.pipe_file("bucket/exports/visits.csv", (tmp_path / "visits.csv").read_bytes())
    lake = "'s3://bucket/lake/vehicle_sales/store={id}/*.parquet'"
    there.write_text(PARAMS.format(sales=lake, visits="'s3://bucket/exports/vis*.csv'"))

    said = []
    for name, unchanged in (("first", False), ("second", True)):
        machine(name)
        made = invoke("run", there, "--output", URL)
        assert f"{URL}/west/2026/report.html" in made.stdout and f"{URL}/index.html" in made.stdout
        assert ("west: unchanged since" in made.stdout) is unchanged
        said.append(made.output)

    told = tmp_path / "told.json"
    told.write_bytes(s3.cat_file("bucket/reports/west/2026/metrics.json"))
    assert differences(files / "west" / "2026" / "metrics.json", told) == [] and len(numbers(told)) > 600
    lists = files / "west" / "2026" / "lists.xlsx"
    assert sheets(lists.read_bytes()) == sheets(s3.cat_file("bucket/reports/west/2026/lists.xlsx"))
    run = json.loads(s3.cat_file("bucket/reports/west/2026/run.json"))
    assert {entry["file"] for entry in run["inputs"]} == {
        "s3://bucket/lake/vehicle_sales/store=west/rows.parquet",
        "s3://bucket/exports/visits.csv",
    }
    assert {path.rpartition("reports/west/2026/")[2] for path in s3.find("bucket/reports/west/2026")} == {
        *run["files"],
        "run.json",
    }
    written = [s3.cat_file(path) for path in s3.find("bucket")]
    written += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 20
    for secret in (KEY, SECRET):
        assert not any(secret.encode() in data for data in [*written, *(text.encode() for text in said)])


def test_of_two_processes_one_gets_the_lock_of_s3(s3, machine, tmp_path, monkeypatch):
    """Both try at once; who loses is told, a command too, and who won leaves nothing behind."""
    monkeypatch.setattr(stored, "_PATIENCE", 0)
    (tmp_path / "west.yml").write_text(PARAMS.format(sales="sales.csv", visits="visits.csv"))
    both = [
        subprocess.Popen([sys.executable, "-c", LOCKING], stdin=-1, stdout=-1, text=True) for _ in range(2)
    ]

    def each(word: str) -> list[str]:
        for process in both:
            process.stdin.write(word + "\n")
            process.stdin.flush()
        return sorted(process.stdout.readline().strip() for process in both)

    try:
        for place in ("east/2026", "east/2026", "west/2026"):
            assert each(place) == ["busy", "mine"]
            if place == "west/2026":
                told = command("plan", tmp_path / "west.yml", "--freeze", "--retries", 0, "--output", URL)
                assert told.exit_code == 2 and f"{URL}/{place}: is being made by process " in told.stderr
                assert any(f"process {process.pid} " in told.stderr for process in both)
            assert each("go on") == ["released", "waited"]
    finally:
        for process in both:
            process.communicate(timeout=60)
    assert not s3.find("bucket/reports")


def test_what_s3_refuses_is_told_in_a_line_without_the_key(s3, machine, monkeypatch, tmp_path, least_exports):
    """Nothing is made, and nothing there is lost; the same where the bucket is mistyped."""
    least_exports(tmp_path)
    path = tmp_path / "west.yml"
    path.write_text(PARAMS.format(sales="sales.csv", visits="visits.csv"))
    s3.pipe_file("bucket/reports/west/2026/run.json", b"{}")
    commands = (
        *(["run", path], ["lists", path, "--day", "2026-01-05"], ["check", path, "--html"]),
        *(["network", path], ["schedule", path], ["convert", path, "--to", "{url}"]),
    )
    reports = [["show", "{url}/west/2026"], ["verify", "{url}/west/2026"]]
    asked = [*([*words, "--output", "{url}"] for words in commands), *reports]
    refusals = []
    for url, unasked in ((URL, 0.0), (URL.replace("bucket", "bukcet"), float("inf"))):
        with monkeypatch.context() as answers:
            answers.setattr("moto.settings.INITIAL_NO_AUTH_ACTION_COUNT", unasked)
            refusals += [command(*(str(word).format(url=url) for word in words)) for words in asked]
    for place, (refused, words) in enumerate(zip(refusals, 2 * asked, strict=True)):
        assert refused.exit_code == 2, (words, refused.output)
        (line,) = [line for line in refused.stderr.splitlines() if "reports" in line]
        why = "is not open to these credentials" if place < len(asked) else "there is no such object; check"
        assert why in line, (words, line)
        assert KEY not in refused.output and SECRET not in refused.output
    assert not s3.exists("bukcet")
    assert s3.find("bucket") == ["bucket/reports/west/2026/run.json"]


def sheets(data: bytes) -> dict[str, list]:
    """The cells of a workbook that people read."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [*sheet.values] for sheet in book if sheet.sheet_state == "visible"}


def command(*arguments: object):
    return CliRunner().invoke(app, ["--language", "en", *map(str, arguments)])


def invoke(*arguments: object):
    done = command(*arguments)
    assert done.exit_code == 0, done.output
    return done
