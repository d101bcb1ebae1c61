"""The commands: exit codes, and errors that say what, where and what to do."""

import json
import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import csanalysis
from csanalysis.cli import app

RUNNER = CliRunner()


PREPARING, FOLLOWING = ("init", "demo", "notebooks", "check"), ("lists", "plan", "review", "meeting")
ASKING = ("explain", "show")
REPORTING = ("run", "schedule", "network", "verify")


def invoke(*arguments):
    return RUNNER.invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    "command",
    [[], *([name] for name in (*PREPARING, *REPORTING, *FOLLOWING, *ASKING))],
    ids=lambda command: "".join(command),
)
def test_help_is_there_for_every_command(command):
    result = invoke(*command, "--help")
    assert result.exit_code == 0 and "Usage" in result.output


def test_help_imports_nothing_heavy():
    code = "import sys; from csanalysis.cli import app; print([m for m in ('pandas', 'matplotlib', 'papermill', 'pydantic', 'typer.rich_utils') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_work_lists_load_what_they_need_alone():
    """Half of what a report loads is not needed to say whom to call; scipy.stats alone takes a second."""
    heavy = ("scipy.stats", "matplotlib", "seaborn", "nbconvert", "papermill", "IPython", "distributed")
    code = (
        "import sys; import csanalysis.report.packs.work_lists; "
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version():
    assert invoke("--version").stdout.strip() == csanalysis.__version__


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "x.yml", "--jobs", "0"],
        ["rnu"],
        ["check"],
        ["notebooks"],
        ["demo", "x", "--seed", "seven"],
    ],
    ids=["no params", "no jobs", "unknown command", "check nothing", "notebooks nowhere", "no number"],
)
def test_bad_usage_is_exit_code_2(arguments):
    assert invoke(*arguments).exit_code == 2


@pytest.mark.parametrize("period", ["November", "2025-13", "2025-W54", "2025"])
def test_a_meeting_is_of_a_month_or_a_week(tmp_path, period):
    result = invoke("meeting", tmp_path / "a.yml", "--period", period)
    assert result.exit_code == 2 and "write 2025-11 or 2025-W48" in result.stderr


def test_a_wildcard_that_matches_nothing_is_said(tmp_path):
    result = invoke("run", tmp_path / "*.yml")
    assert result.exit_code == 2
    assert "no such file; name params files" in result.stderr


def test_a_missing_params_file_makes_nothing_and_says_so(tmp_path):
    result = invoke("run", tmp_path / "nowhere.yml", "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "no such file; 'csanalysis init nowhere' writes one" in result.stderr
    assert "0 of 1 reports made" in result.stderr
    assert not (tmp_path / "out").exists()


def test_two_params_files_of_one_store_are_refused(tmp_path):
    text = "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: s.csv, service_visits: v.csv}\n"
    for name in ("one", "two"):
        (tmp_path / f"{name}.yml").write_text(text)
    result = invoke("run", tmp_path / "one.yml", tmp_path / "two.yml", "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert (
        "two.yml: is dealership 'a' of 2026, as is" in result.stderr
        and "give each its own id" in result.stderr
    )


def test_check_names_every_problem_and_exits_1(tmp_path):
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: sales.csv, service_visits: visits.csv}\n"
    )
    (tmp_path / "sales.csv").write_text("")
    result = invoke("check", tmp_path / "a.yml", "--json", "--output", tmp_path / "out")
    summary = json.loads(result.stdout)
    assert result.exit_code == 1 and summary["unusable"]
    assert len(summary["problems"]) == 2
    assert any("sales.csv" in line and "empty" in line for line in summary["problems"])
    assert any("visits.csv" in line for line in summary["problems"])


def test_as_of_takes_the_place_of_the_params_for_one_command(tmp_path, least_exports):
    least_exports(tmp_path)
    params = tmp_path / "a.yml"
    params.write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: sales.csv, service_visits: visits.csv}\n"
    )

    def checked(*more):
        result = invoke("check", params, "--json", "--output", tmp_path / "out", *more)
        return json.loads(result.stdout)

    assert checked("--as-of", "2025-12-10")["as_of"] == "2025-12-10"
    late = {table["table"]: table["after_as_of"] for table in checked("--as-of", "2025-12-10")["tables"]}
    assert late["service_visits"] == 10 and late["vehicle_sales"] == 0
    assert checked()["as_of"] == "2025-12-31"
    (before,) = {line for line in checked("--as-of", "2019-01-01")["problems"] if "vehicle_sales" in line}
    assert "every row is dated after as_of 2019-01-01" in before
    (after,) = checked("--as-of", "2027-01-01")["problems"]
    assert "as_of 2027-01-01 lies after plan_year 2026" in after


@pytest.mark.parametrize("command", [name for name in (*FOLLOWING, *REPORTING, "check") if name != "init"])
def test_a_day_that_is_none_is_bad_usage_for_every_command(command):
    needed = {"review": ["--month", "2026-01"], "meeting": ["--period", "2025-11"]}.get(command, [])
    result = invoke(command, "x.yml", *needed, "--as-of", "tomorrowish")
    assert result.exit_code == 2 and result.stderr.startswith("--as-of")
    assert "tomorrowish" in result.stderr and "last_month" in result.stderr


def test_a_command_s_own_folders_lie_where_the_user_stands():
    commands = get_command(app).commands
    usual = {
        name: {
            option.name: str(option.default)
            for option in command.params
            if option.name in ("output", "folder")
        }
        for name, command in commands.items()
    }
    assert usual["init"] == {"folder": "params"} and usual["demo"] == {"folder": "demo"}
    assert [usual[name] for name in (*FOLLOWING, "check", "run", "schedule", "network")] == [
        {"output": "outputs"}
    ] * 8


def test_init_writes_two_files_and_never_overwrites(tmp_path):
    first = invoke("init", "dezhou", "--params", tmp_path)
    assert (
        first.exit_code == 0 and (tmp_path / "dezhou.yml").is_file() and (tmp_path / "dezhou.xlsx").is_file()
    )
    again = invoke("init", "dezhou", "--params", tmp_path)
    assert again.exit_code == 2 and "is there already" in again.stderr


def test_run_delivers_and_says_by_its_exit_code_what_was_not_delivered(tmp_path, monkeypatch):
    from csanalysis.fleet import Outcome, anywhere
    from csanalysis.report import index

    path = tmp_path / "a.yml"
    path.write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: s.csv, service_visits: v.csv}\n"
        "delivery: {webhook: {url_env: A_HOOK_THAT_IS_NOT_SET}}\n"
    )
    place = tmp_path / "out" / "a" / "2026"
    monkeypatch.setattr(anywhere, "run_fleet", lambda paths, output, options, **more: [Outcome(path, place)])
    monkeypatch.setattr(index, "write_index", lambda output, **more: output / "index.html")
    silent = invoke("run", path, "--output", tmp_path / "out")
    assert silent.exit_code == 0 and "A_HOOK" not in silent.stderr
    result = invoke("run", path, "--output", tmp_path / "out", "--deliver")
    assert result.exit_code == 1 and f"{path}: webhook:" in result.stderr

    def full(output, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index, "write_index", full)
    (tmp_path / "out").mkdir()
    unlisted = invoke("run", path, "--output", tmp_path / "out", "--deliver")
    sent, listed = unlisted.stderr.strip().splitlines()
    assert unlisted.exit_code == 1 and f"{path}: webhook:" in sent and "cannot be written (No space" in listed


def test_a_pdf_standard_that_is_none_is_refused(tmp_path):
    result = invoke("run", tmp_path / "a.yml", "--pdf-standard", "x-1a")
    assert result.exit_code == 2 and "must be ua-1 or a-2a, not 'x-1a'" in result.stderr


@pytest.mark.parametrize("language", ["fr", ""])
def test_a_network_is_written_in_one_of_two_languages(tmp_path, language):
    result = invoke("network", tmp_path / "a.yml", tmp_path / "b.yml", "--language", language)
    assert result.exit_code == 2
    assert ("--language must be zh or en" if language else "no such file") in result.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["--day", "someday"],
            "--day 'someday' is no day; write today, tomorrow, or a date such as 2026-03-02",
        ),
        (["--weeks", "0"], "--weeks 0: the lists reach 1 to 13 weeks ahead"),
        (["--weeks", "100"], "--weeks 100: the lists reach 1 to 13 weeks ahead"),
        (["--split", "team"], "--split team: lists are split by 'owner' alone"),
        (["--as-of", "someday"], "--as-of 'someday' is no day; write a date such as 2026-02-28, or today"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_lists_cannot_be_asked_is_one_line(arguments, line, monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    result = invoke("lists", "x.yml", *arguments)
    assert result.exit_code == 2 and line in result.output and len(result.output.splitlines()) == 1
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    told = invoke("lists", "x.yml", *arguments).output
    assert told != result.output and any("\u4e00" <= sign <= "\u9fff" for sign in told)


def test_lists_of_a_store_are_written_and_told(tmp_path, least_exports):
    least_exports(tmp_path)
    path = tmp_path / "small.yml"
    path.write_text(
        "dealership: {id: small}\nplan_year: 2026\nlanguage: en\n"
        "sources: {vehicle_sales: sales.csv, service_visits: visits.csv}\n"
    )
    result = invoke("lists", path, "--day", "2026-01-05", "--output", tmp_path / "outputs")
    assert result.exit_code == 0, result.output
    assert "no staff table is given" in result.output
    assert result.stdout.splitlines()[-1] == str(tmp_path / "outputs" / "small" / "2026" / "lists.xlsx")


def group_of_three(folder):
    path = folder / "group.yml"
    path.write_text(
        "plan_year: 2026\nlanguage: en\nsources: {vehicle_sales: 'x/{id}/s.csv', service_visits: 'x/{id}/v.csv'}\n"
        "stores: [anhai, {id: Bad Id}, {id: bohai, name: Bohai}]\n",
        encoding="utf-8",
    )
    return path


def test_a_groups_file_means_all_its_stores(tmp_path, monkeypatch):
    from csanalysis.fleet import Outcome, anywhere
    from csanalysis.report import index

    ran = []

    def run_fleet(paths, output, options, **more):
        ran.extend(paths)
        return [Outcome(path, output / path.stem / "2026") for path in paths]

    monkeypatch.setattr(anywhere, "run_fleet", run_fleet)
    monkeypatch.setattr(index, "write_index", lambda output: output / "index.html")
    (tmp_path / "single.yml").write_text("extends: base.yml\ndealership: {id: single}\n", encoding="utf-8")
    (tmp_path / "base.yml").write_text("plan_year: 2026\n", encoding="utf-8")
    group_of_three(tmp_path)
    assert invoke("run", tmp_path / "*.yml", "--output", tmp_path / "out").exit_code == 0
    assert [path.stem for path in ran] == ["anhai", "_row-2", "bohai", "single"], "base.yml is none of them"


def test_a_group_is_checked_in_one_table(tmp_path):
    result = invoke("check", group_of_three(tmp_path), "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert "3 stores, 3 of them cannot be reported" in result.stdout
    assert [line.split()[0] for line in result.stdout.splitlines()[-3:]] == ["anhai", "_row-2", "bohai"]
    assert (
        "_row-2.yml: row 2: id: 'Bad Id' is not a slug" in result.stderr
        and "there is no folder" in result.stderr
    )


def test_a_group_without_a_usable_roster_is_refused_in_one_line(tmp_path):
    path = group_of_three(tmp_path)
    path.write_text("plan_year: 2026\nstores: nowhere.csv\n", encoding="utf-8")
    result = invoke("check", path)
    assert result.exit_code == 2 and result.stderr.splitlines() == [
        f"{tmp_path / 'nowhere.csv'}: no such file"
    ]
