"""One run of a store and year at a time, whoever else runs and however the other one ended."""

import json
import os
import re
import socket
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from csanalysis.errors import BusyError, ReportError
from csanalysis.report.files import lock
from csanalysis.report.files.lock import only_run

ROOT = Path(__file__).parents[3]
HOLDS = """\
import sys
from pathlib import Path
from csanalysis.report.files.lock import only_run
with only_run(Path(sys.argv[1]), Path(sys.argv[1]) / "alder" / "2026"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(lock, "_PATIENCE", 0.05)


@pytest.fixture
def other(tmp_path):
    """Another process that makes alder's report of 2026; it ends when its standard input does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def holder(output):
    return output / ".locks" / "alder-2026.json"


def refused(output):
    with pytest.raises(BusyError) as error, only_run(output, output / "alder" / "2026"):
        pytest.fail("two runs of one store and year at once")
    return str(error.value)


def test_another_run_is_told_by_its_process_its_host_and_its_beginning(tmp_path, other):
    said = refused(tmp_path)
    since = json.loads(holder(tmp_path).read_text(encoding="utf-8"))["since"]
    assert said == (
        f"{tmp_path / 'alder' / '2026'}: is being made by process {other.pid} on {socket.gethostname()} "
        f"since {since}; wait, or end that"
    )
    assert datetime.fromisoformat(since).tzinfo is not None


def test_who_is_refused_takes_nothing_from_who_holds(tmp_path, other):
    before = holder(tmp_path).read_bytes()
    assert refused(tmp_path) == refused(tmp_path)
    assert holder(tmp_path).read_bytes() == before


def test_a_killed_run_lets_go_and_its_name_is_not_told_of_the_next(tmp_path, other):
    other.kill()
    other.wait()
    assert holder(tmp_path).exists(), "a killed run cannot tidy up"
    with only_run(tmp_path, tmp_path / "alder" / "2026"):
        assert json.loads(holder(tmp_path).read_text(encoding="utf-8"))["process"] == os.getpid()
        assert f"by process {os.getpid()} on " in refused(tmp_path)
    assert not holder(tmp_path).exists()


def test_a_run_that_ends_well_leaves_the_way_free(tmp_path, other):
    other.communicate("")
    assert other.returncode == 0 and not holder(tmp_path).exists()
    with only_run(tmp_path, tmp_path / "alder" / "2026"):
        pass


def test_a_run_that_ends_in_a_little_while_is_waited_for(tmp_path, other, monkeypatch):
    monkeypatch.setattr(lock, "_PATIENCE", 60)
    other.stdin.close()
    with only_run(tmp_path, tmp_path / "alder" / "2026"):
        assert holder(tmp_path).exists()


@pytest.mark.parametrize(
    ("dealership", "plan_year"), [("alder", 2027), ("birch", 2026), ("alder-2026", 2026)], ids=str
)
def test_another_year_and_another_store_do_not_wait(tmp_path, other, dealership, plan_year):
    before = holder(tmp_path).read_bytes()
    with only_run(tmp_path, tmp_path / dealership / str(plan_year)):
        assert len([*holder(tmp_path).parent.glob("*.json")]) == 2
    assert holder(tmp_path).read_bytes() == before


def test_another_output_folder_is_another_report(tmp_path, other):
    with only_run(tmp_path / "elsewhere", tmp_path / "elsewhere" / "alder" / "2026"):
        assert (tmp_path / "elsewhere" / ".locks" / "alder-2026.json").exists()


@pytest.mark.parametrize(
    "text",
    ["", '{"process": 1', "[]", "null", '"1"', '{"process": 1}', "\udcff"],
    ids=["empty", "cut off", "a list", "null", "a text", "no host", "no UTF-8"],
)
def test_a_damaged_note_of_the_holder_still_says_that_there_is_one(tmp_path, other, text):
    holder(tmp_path).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert refused(tmp_path) == (
        f"{tmp_path / 'alder' / '2026'}: is being made by another process; wait, or end that"
    )


def test_a_lost_note_of_the_holder_still_says_that_there_is_one(tmp_path, other):
    holder(tmp_path).unlink()
    assert "is being made by another process; wait" in refused(tmp_path)


@pytest.mark.parametrize("inside", ["", "reports"], ids=["in its place", "above it"])
def test_a_file_where_the_output_folder_should_be(tmp_path, inside):
    (tmp_path / "out").write_text("in the way")
    output = tmp_path / "out" / inside
    line = rf"{re.escape(str(output))}: cannot be written \(.+\); choose another --output"
    with pytest.raises(ReportError) as error, only_run(output, output / "alder" / "2026"):
        pytest.fail("there is nowhere to write")
    assert re.fullmatch(line, str(error.value))
    assert (tmp_path / "out").read_text() == "in the way"


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), OSError(28, "full")], ids=repr)
def test_a_run_that_fails_lets_go_and_its_error_is_not_taken_for_the_locks(tmp_path, error):
    with pytest.raises(type(error)) as raised, only_run(tmp_path, tmp_path / "alder" / "2026"):
        raise error
    assert raised.value is error and not holder(tmp_path).exists()
    with only_run(tmp_path, tmp_path / "alder" / "2026"):
        pass


def test_a_disk_without_room_for_the_note_still_gives_the_lock(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with only_run(tmp_path, tmp_path / "alder" / "2026"):
        assert "is being made by another process" in refused(tmp_path)
