"""Jobs driven through an engine: what may pass is tried again, bad data never; how each stands is known afterwards."""

import json
import sqlite3
from concurrent.futures import Future

import pytest
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import BusyError, ClusterError, IngestError, ReportError
from csanalysis.fleet import anywhere, works
from csanalysis.fleet.driving import Retrying, drive
from csanalysis.fleet.job import Job, Outcome, Task
from csanalysis.fleet.outcome import run_here
from csanalysis.fleet.run_table import RunTable
from csanalysis.ingest.database import _may_pass
from csanalysis.ingest.objects import explain_error
from csanalysis.messages import Message, edited, may_pass, passing, placed, unreadable

AT_ONCE = Retrying(most=2, first=0.0)


class Engine:
    """Gives what is said of each store, one attempt after the other; no more than ``room`` at once."""

    def __init__(self, said, room=2):
        self.said, self.wide, self.begun, self.most = said, room, [], 0
        self.open = []

    def room(self):
        return self.wide

    def submit(self, job, on_step):
        name = job.params_file.stem
        tries = self.begun.count(name)
        self.begun.append(name)
        self.open = [future for future in self.open if not future.done()]
        what = self.said.get(name, ["made"])
        what = what[min(tries, len(what) - 1)]
        if what == "gone":
            raise ClusterError(Message("the scheduler is gone", "调度器不在了"))
        future = Future()
        problems = () if what == "made" else (Message(what, what),)
        place = job.output / name if what == "made" else None
        future.set_result(Outcome(job.params_file, place, problems, passing=what == "lost"))
        return future

    def close(self):
        pass


def driven(folder, names, engine, table=None, retrying=AT_ONCE, steps=None):
    jobs = [Job(folder / f"{name}.yml", folder / "out") for name in names]
    steps = [] if steps is None else steps
    ended = drive(
        jobs,
        range(len(jobs)),
        engine,
        on_step=lambda *step: steps.append(step),
        table=table,
        retrying=retrying,
    )
    return [ended[place].made for place in range(len(jobs))]


def test_what_may_pass_is_tried_again_and_bad_data_never(tmp_path):
    engine = Engine({"away": ["lost", "lost", "made"], "gone": ["lost"], "bad": ["no such column"]})
    assert driven(tmp_path, ["away", "bad", "good", "gone"], engine) == [True, False, True, False]
    assert [engine.begun.count(name) for name in ("away", "bad", "good", "gone")] == [3, 1, 1, 3]


def test_a_pause_grows_and_has_an_end():
    assert [Retrying(first=2.0, longest=100).pause(tries) for tries in (1, 2, 3, 4)] == [2, 8, 32, 100]


def test_an_engine_that_is_lost_leaves_the_rest_waiting(tmp_path):
    (tmp_path / "out").mkdir()
    table = RunTable(tmp_path / "out", Task())
    table.begin([tmp_path / f"{name}.yml" for name in "abc"], resume=False)
    assert driven(tmp_path, "abc", Engine({"b": ["gone"], "c": ["made"]}, room=1), table) == [
        True,
        False,
        False,
    ]
    states = {row.store[-5:-4]: row.state for row in table.rows().values()}
    assert states == {"a": "done", "b": "waiting", "c": "waiting"}
    row = next(row for row in table.rows().values() if row.store.endswith("b.yml"))
    assert "the scheduler is gone" in row.why[0] and row.why[0].zh.endswith("调度器不在了")


@pytest.fixture
def table(tmp_path):
    """A table of three stores: one done, one failed, one that was going on when its run was killed."""
    output = tmp_path / "out"
    paths = [tmp_path / f"{name}.yml" for name in ("done", "failed", "killed")]
    (output / "done").mkdir(parents=True)
    (output / "done" / "report.html").touch()
    table = RunTable(output, Task("review", period="2026-03"))
    table.begin(paths, resume=False)
    told = Message("in alarm", "有警报")
    table.note(paths[0], "done", 1, Outcome(paths[0], output / "done", kind="review", told=(told,), found=2))
    table.note(paths[1], "failed", 1, Outcome(paths[1], problems=(Message("no file", "没有文件"),)))
    table.note(paths[2], "running", 1)
    return table, paths


def test_a_run_that_was_killed_is_taken_up_where_it_stood(table, tmp_path):
    first, paths = table
    with first.path.open("a") as file:
        file.write('{"store": "half a li')  # as a kill may leave it
    again = RunTable(tmp_path / "out", Task("review", period="2026-03"))
    done = again.begin(paths, resume=True)
    assert list(done) == paths[:1] and done[paths[0]].found == 2 and done[paths[0]].told[0].zh == "有警报"
    assert {row.state for row in again.rows().values()} == {"done", "waiting"}
    other = RunTable(tmp_path / "out", Task("review", period="2026-04"))
    assert other.begin(paths, resume=True) == {}, "another month is another task"


def test_a_run_anew_and_one_whose_result_is_gone_begin_again(table, tmp_path):
    first, paths = table
    assert first.begin(paths, resume=False) == {}
    assert {row.state for row in first.rows().values()} == {"waiting"}
    first.note(paths[0], "done", 1, Outcome(paths[0], tmp_path / "nowhere"))
    assert first.begin(paths, resume=True) == {}


@pytest.mark.parametrize("text", ["nonsense\n", "[]\n", '{"store": 1}\n', "\x00\x01\n"])
def test_a_table_that_is_none_is_refused_on_resume_and_else_begun_anew(table, text):
    first, paths = table
    first.path.write_text(text)
    with pytest.raises(ReportError, match="cannot be used .*; run without --resume"):
        first.begin(paths, resume=True)
    first.begin(paths, resume=False)
    assert len(first.rows()) == 3


def test_a_disk_that_takes_no_line_ends_no_run(table, monkeypatch):
    first, paths = table

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("csanalysis.fleet.run_table.write_whole", full)
    first.begin(paths, resume=False)
    assert "could not be noted (No space left on device)" in first.problem


def test_resume_does_what_is_left(tmp_path, monkeypatch):
    paths = [tmp_path / f"{name}.yml" for name in ("a", "b")]
    for path in paths:
        path.write_text("plan_year: 2026\n")
    said = {"b": ["no such column", "made"]}
    engines = []

    def engine(*_, **__):
        engines.append(Engine(said))
        return engines[-1]

    monkeypatch.setattr(anywhere, "LocalEngine", engine)
    (tmp_path / "out" / "a").mkdir(parents=True)
    (tmp_path / "out" / "a" / "report.html").touch()
    task = Task("review", period="2026-03")
    first = anywhere.run_fleet(paths, tmp_path / "out", task=task)
    said["b"] = ["made"]
    second = anywhere.run_fleet(paths, tmp_path / "out", task=task, resume=True)
    assert [outcome.made for outcome in first] == [True, False]
    assert [outcome.made for outcome in second] == [True, True] and engines[1].begun == ["b"]


LOCKED = OperationalError("select", {}, sqlite3.OperationalError("database is locked"))
NO_TABLE = OperationalError("select", {}, sqlite3.OperationalError("no such table: visits"))


def test_what_may_pass_is_told_from_what_stays():
    assert _may_pass(LOCKED) and not _may_pass(NO_TABLE)
    assert _may_pass(OperationalError("", {}, Exception("connection refused")))
    assert not _may_pass(OperationalError("", {}, Exception('password authentication failed for user "x"')))
    assert may_pass(explain_error(ConnectionResetError("reset"))) and not may_pass(
        explain_error(FileNotFoundError())
    )
    assert may_pass(unreadable("a.csv", OSError(16, "busy"))) and not may_pass(
        unreadable("a.csv", OSError(2, "none"))
    )
    line = placed("a.csv", passing("it is locked"))
    assert may_pass(line) and may_pass(edited(line, str.upper)) and not may_pass(Message("a", "b"))
    assert IngestError([line]).passing and not IngestError([line, Message("no column", "没有列")]).passing
    assert BusyError(Message("a", "b")).passing


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (IngestError([passing("crm: cannot be read (connection refused)")]), True),
        (BusyError(Message("is being made", "正在生成")), True),
        (ConnectionResetError("reset by peer"), True),
        (IngestError(Message("no column VIN", "没有 VIN 列")), False),
        (RuntimeError("a bug"), False),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
def test_an_outcome_says_whether_another_attempt_is_worth_it(tmp_path, monkeypatch, error, again):
    def fails(job, on_step):
        raise error

    monkeypatch.setattr(works, "make", fails)
    outcome = run_here(Job(tmp_path / "a.yml", tmp_path / "out"))
    assert not outcome.made and outcome.passing is again
    assert Outcome.from_json(outcome.params_file, json.loads(json.dumps(outcome.to_json()))).passing is again


@pytest.mark.parametrize("command", ["run", "lists", "plan", "review", "meeting", "network", "verify"])
@pytest.mark.parametrize(
    "option",
    [("--jobs", "0"), ("--retries", "11"), ("--retries", "x"), ("--deadline", "0"), ("--memory", "1")],
    ids=" ".join,
)
def test_an_option_of_the_fleet_out_of_its_range_is_bad_usage(command, option):
    given = {"review": ["--month", "2026-03"], "meeting": ["--period", "2026-03"]}.get(command, [])
    result = CliRunner().invoke(app, [command, "x.yml", *given, *option])
    assert result.exit_code == 2 and f"{option[0]} must be" in result.output


@pytest.mark.parametrize("share", ["0/4", "5/4", "x", "1", "1/0", "-1/4", "1/4/4", ""])
def test_a_share_that_is_none_is_one_line_in_either_language(tmp_path, monkeypatch, share):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    result = CliRunner().invoke(app, ["run", str(tmp_path / "*.yml"), f"--share={share}"])
    assert result.exit_code == 2 and f"--share {share!r} is no share; write K/N" in result.output
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "不是一份" in CliRunner().invoke(app, ["run", "x.yml", f"--share={share}"]).output


def test_shares_are_all_stores_and_none_twice(tmp_path, monkeypatch):
    done = []

    def run_fleet(paths, output, options, **more):
        done.extend(paths)
        return [Outcome(path, output / path.stem / "2026") for path in paths]

    monkeypatch.setattr(anywhere, "run_fleet", run_fleet)
    for name in "abcde":
        (tmp_path / f"{name}.yml").write_text("plan_year: 2026\n")
    for share in range(1, 8):
        result = CliRunner().invoke(
            app, ["run", str(tmp_path / "*.yml"), "--output", str(tmp_path / "out"), "--share", f"{share}/7"]
        )
        assert result.exit_code == 0, result.output
    assert sorted(path.stem for path in done) == list("abcde")


def status(*arguments, language="en"):
    return CliRunner().invoke(app, ["--language", language, "status", *map(str, arguments)])


def test_how_the_stores_stand_is_told_in_both_languages_and_to_programs(table, tmp_path):
    first, (done, failed, killed) = table
    told = status(tmp_path / "out")
    head, *rows = told.stdout.splitlines()
    assert told.exit_code == 1 and head == "review-2026-03: 1 failed, 1 running, 1 done"
    assert [row.split()[:2] for row in rows] == [["failed", str(failed)], ["running", str(killed)]]
    assert rows[0].endswith("attempts: 1  no file")
    assert "没有文件" in status(tmp_path / "out", language="zh").stdout
    assert str(done) in status(tmp_path / "out", "--all").stdout
    records = json.loads(status(tmp_path / "out", "--json", "--task", first.name).stdout)
    assert [(row["state"], row["why"]) for row in records[:2]] == [("failed", ["no file"]), ("running", [])]
    for path in (failed, killed):
        first.note(path, "done", 2, Outcome(path, tmp_path))
    assert status(tmp_path / "out").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no run is noted there"),
        (["out", "--task", "reviw-2026-03"], "no such run; did you mean review-2026-03?"),
        (["memory://x/y"], "no run is noted there"),
        (["nosuch://x/y"], "nosuch://x/y: is of no known kind"),
    ],
)
def test_a_run_that_is_not_known_is_one_line(table, tmp_path, monkeypatch, arguments, said):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    found = status(*arguments)
    assert found.exit_code == 2 and found.stderr.count("\n") == 1 and said in found.stderr


def test_a_run_table_that_is_none_is_told(table, tmp_path):
    table[0].path.write_text('{"half a line\n')
    found = status(tmp_path / "out", language="zh")
    assert found.exit_code == 2 and "里面没有一行可用" in found.stderr
