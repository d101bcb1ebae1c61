"""Robots at their limits: everything arrives, once, also where the program is killed and started again."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from csanalysis.delivery import pacing
from csanalysis.delivery.delivering import deliver_all
from csanalysis.fleet import Outcome
from csanalysis.messages import Message
from tests.delivery.robots import TOKEN, Clock, Robot, serving

PARAMS = """\
dealership: {{id: s{number}, name: 第{number}店}}
plan_year: 2026
sources: {{vehicle_sales: sales.csv, service_visits: visits.csv}}
delivery: {{webhook: {{style: {style}, url_env: HOOK, together: {together}{more}}}}}
"""


def stores(folder, count, style, *, together="false", more="", failed=lambda number: number % 2):
    """So many runs that share a chat: every other one failed."""
    outcomes = []
    for number in range(1, count + 1):
        path = folder / f"s{number}.yml"
        path.write_text(
            PARAMS.format(number=number, style=style, together=together, more=more), encoding="utf-8"
        )
        place = folder / "outputs" / f"s{number}" / "2026"
        if failed(number):
            outcomes.append(Outcome(path, problems=(Message("no exports", "没有导出文件"),)))
            continue
        place.mkdir(parents=True, exist_ok=True)
        run = {"dealership": f"s{number}", "name": f"第{number}店", "plan_year": 2026, "as_of": "2025-12-31"}
        run |= {"language": "zh", "made_from": {"inputs": "a", "environment": "old"}}
        (place / "run.json").write_text(json.dumps(run), encoding="utf-8")
        (place / "metrics.json").write_text('{"metrics": []}', encoding="utf-8")
        (place / "report.pdf").write_bytes(b"%PDF-1.7 the report")
        outcomes.append(Outcome(path, place))
    return outcomes


def told(folder, outcomes, robot, clock, **more):
    lines = deliver_all(
        outcomes, folder / "outputs", environment={"HOOK": robot.url}, sleep=clock.sleep, clock=clock, **more
    )
    return [line.line for line in lines if line.failed]


@pytest.mark.parametrize("style", ["wecom", "dingtalk", "feishu"])
def test_a_hundred_messages_arrive_once_each_at_the_robots_pace(tmp_path, style):
    clock = Clock()
    with serving(Robot(style, clock)) as robot:
        if style == "feishu":
            robot.most, robot.seconds = 5, 1.0
        outcomes = stores(tmp_path, 100, style)
        assert told(tmp_path, outcomes, robot, clock) == []
        assert sorted(robot.names(), key=int) == [str(number) for number in range(1, 101)]
        assert robot.refused == 0
        windows = 100 // robot.most - 1
        assert windows * robot.seconds <= sum(clock.slept) <= windows * robot.seconds * 1.1
        assert told(tmp_path, outcomes, robot, clock) == [] and len(robot.taken) == 100


@pytest.mark.parametrize(("style", "quiet"), [("wecom", 60), ("dingtalk", 600)])
def test_a_robot_that_others_use_too_is_waited_for_as_it_asks(tmp_path, style, quiet):
    clock = Clock()
    with serving(Robot(style, clock)) as robot:
        robot.times = [clock.now] * 15  # of another program, which the pace cannot know of
        assert told(tmp_path, stores(tmp_path, 30, style), robot, clock) == []
        assert sorted(robot.names(), key=int) == [str(number) for number in range(1, 31)]
        assert robot.refused == 1 and quiet in clock.slept


def test_a_robot_that_never_takes_more_is_not_waited_for_without_end(tmp_path):
    clock = Clock()
    with serving(Robot("dingtalk", clock, most=0)) as robot:
        outcomes = stores(tmp_path, 40, "dingtalk")
        lines = told(tmp_path, outcomes, robot, clock)
        assert len(lines) == 40 and robot.refused == pacing.MOST_REFUSALS
        assert sum(clock.slept) == (pacing.MOST_REFUSALS - 1) * 600
        assert "takes no more messages for 10 minutes" in lines[0] and TOKEN not in str(lines)
        robot.most, clock.now = 20, clock.now + 1000
        assert told(tmp_path, outcomes, robot, clock) == [] and len(robot.taken) == 40


def test_the_pace_is_kept_over_a_restart(tmp_path):
    clock = Clock()
    with serving(Robot("dingtalk", clock)) as robot:
        outcomes = stores(tmp_path, 40, "dingtalk")
        told(tmp_path, outcomes[:20], robot, clock)
        told(tmp_path, outcomes[20:], robot, clock)  # a new run: it knows of the other's by the folder alone
        assert len(robot.taken) == 40 and robot.refused == 0


CHILD = """\
import json, sys
from pathlib import Path
from csanalysis.delivery import pacing
from csanalysis.delivery.delivering import deliver_all
from csanalysis.fleet import Outcome
from csanalysis.messages import Message
style, folder, url = sys.argv[1:]
pacing.LIMITS[style] = pacing.Limit(((20, 0.3),), 0.3)
files = sorted(Path(folder).glob("s*.yml"))
outcomes = [Outcome(file, problems=(Message("no exports", "没有"),)) for file in files]
said = deliver_all(outcomes, Path(folder, "outputs"), environment={"HOOK": url})
sys.exit(any(line.failed for line in said))
"""


@pytest.mark.parametrize(
    ("style", "kills", "repeated"),
    [
        ("wecom", {37: False}, 0),
        pytest.param("dingtalk", {37: False, 61: True}, 1, marks=pytest.mark.slow),
    ],
    ids=["before the robot took it", "and as it had taken it"],
)
def test_killed_in_the_middle_and_started_again_all_arrive_and_none_twice(tmp_path, style, kills, repeated):
    """One that was taken as the program was killed, before it heard so, comes again and says so."""
    stores(tmp_path, 100, style, failed=lambda number: True)
    with serving(Robot(style, time.time, seconds=0.3, quiet=1.0)) as robot:
        started = []
        robot.kill = {place: (lambda: started[-1].pid, taken) for place, taken in kills.items()}
        codes = []
        for _ in range(len(kills) + 1):
            command = [sys.executable, "-c", CHILD, style, str(tmp_path), robot.url]
            started.append(subprocess.Popen(command, cwd=Path(__file__).parents[2]))
            codes.append(started[-1].wait(120))
        assert codes == [*[-9] * len(kills), 0] and robot.refused == 0
        names = robot.names()
        assert set(names) == {str(number) for number in range(1, 101)} and len(names) == 100 + repeated
        doubtful = [text for text in robot.texts() if "可能重复" in text]
        assert len(doubtful) == len(kills), "that of one which was not taken could not be known either"


def test_a_chat_of_many_stores_gets_one_message(tmp_path):
    clock = Clock()
    with serving(Robot("wecom", clock)) as robot:
        link = ", link: 'https://r.example.com'"
        outcomes = stores(
            tmp_path, 30, "wecom", together="true", more=link, failed=lambda number: number > 27
        )
        assert told(tmp_path, outcomes, robot, clock) == []
        (message,) = robot.taken
        said = message["markdown"]["content"]
        assert said.startswith("### 客户服务年度规划：27 家已生成，3 家未成功\n- 第28店：没有导出文件")
        assert "- [第1店](https://r.example.com/s1/2026/report.html)：2025年12月31日" in said
        assert (
            said.endswith("[打开报告目录](https://r.example.com/index.html)") and len(said.encode()) <= 4096
        )
        assert told(tmp_path, outcomes, robot, clock) == [] and len(robot.taken) == 1
        changed = tmp_path / "outputs" / "s3" / "2026" / "run.json"
        changed.write_text(changed.read_text(encoding="utf-8").replace('"a"', '"b"'), encoding="utf-8")
        assert told(tmp_path, outcomes, robot, clock) == []
        assert len(robot.taken) == 2 and "第3店：2026 年客户服务年度规划" in robot.texts()[1]


def test_what_failed_is_told_in_full_and_what_was_made_is_counted_where_there_is_much(tmp_path):
    clock, long = Clock(), Message("no exports", "长" * 200)
    with serving(Robot("wecom", clock)) as robot:
        outcomes = stores(tmp_path, 200, "wecom", together="true", failed=lambda number: number > 180)
        outcomes[180:] = [replace(outcome, problems=(long,)) for outcome in outcomes[180:]]
        assert told(tmp_path, outcomes, robot, clock) == []
        sizes = [len(body["markdown"]["content"].encode()) for body in robot.taken]
        assert len(sizes) == 3 and max(sizes) <= 4096
        both = "".join(robot.texts())
        assert all(f"第{number}店：长" in both for number in range(181, 201))
        assert "另有 180 家已生成" in robot.texts()[2] and "（3/3）" in robot.texts()[2]
        assert told(tmp_path, outcomes, robot, clock) == [] and len(robot.taken) == 3


def test_an_unchanged_report_of_a_newer_program_is_not_sent_again_but_with_resend(tmp_path):
    clock = Clock()
    with serving(Robot("wecom", clock)) as robot:
        outcomes = stores(tmp_path, 1, "wecom", failed=lambda number: False)
        told(tmp_path, outcomes, robot, clock)
        run = tmp_path / "outputs" / "s1" / "2026" / "run.json"
        run.write_text(run.read_text(encoding="utf-8").replace('"old"', '"new"'), encoding="utf-8")
        (line,) = deliver_all(
            outcomes, tmp_path / "outputs", environment={"HOOK": robot.url}, sleep=clock.sleep, clock=clock
        )
        assert not line.failed and "sent before" in line.line and len(robot.taken) == 1
        told(tmp_path, outcomes, robot, clock, resend=True)
        assert len(robot.taken) == 2


def test_a_failure_is_told_once_and_again_only_when_it_comes_back(tmp_path):
    clock = Clock()
    with serving(Robot("wecom", clock)) as robot:
        (failed,) = stores(tmp_path, 1, "wecom", failed=lambda number: True)
        (made,) = stores(tmp_path, 1, "wecom", failed=lambda number: False)
        for outcome in (failed, failed, made, made, failed):
            told(tmp_path, [outcome], robot, clock)
        heads = [body["markdown"]["content"].splitlines()[0] for body in robot.taken]
        assert heads == [
            "### 第1店：规划报告未能生成",
            "### 第1店：2026 年客户服务年度规划",
            "### 第1店：规划报告未能生成",
        ]


def test_wecom_gets_the_file_once_and_as_a_message_of_its_own(tmp_path):
    clock = Clock()
    with serving(Robot("wecom", clock)) as robot:
        outcomes = stores(tmp_path, 1, "wecom", more=", attach: [pdf]", failed=lambda number: False)
        told(tmp_path, outcomes, robot, clock)
        told(tmp_path, outcomes, robot, clock)
        ((query, sent),) = robot.files
        assert query == {"key": [TOKEN], "type": ["file"]}
        assert b"%PDF-1.7 the report" in sent and b'filename="s1-2026.pdf"' in sent
        assert robot.taken[1] == {"msgtype": "file", "file": {"media_id": "M1"}} and len(robot.taken) == 2


def test_nothing_that_is_kept_holds_an_address_or_a_secret(tmp_path):
    clock = Clock()
    with serving(Robot("dingtalk", clock, most=3)) as robot:
        told(tmp_path, stores(tmp_path, 5, "dingtalk"), robot, clock)
        files = [path for path in (tmp_path / "outputs" / ".delivered").iterdir() if path.suffix == ".json"]
        kept = "".join(path.read_text(encoding="utf-8") for path in files)
        assert len(files) == 1 and "s5/failed" in kept
        assert TOKEN not in kept + files[0].name and "127.0.0.1" not in kept and "http" not in kept
        assert files[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1, "known": {"s1/failed": 3}}'])
def test_a_broken_account_is_said_and_the_message_sent(tmp_path, text):
    clock = Clock()
    with serving(Robot("wecom", clock)) as robot:
        outcomes = stores(tmp_path, 1, "wecom")
        told(tmp_path, outcomes, robot, clock)
        (file,) = (tmp_path / "outputs" / ".delivered").glob("*.json")
        file.write_text(text, encoding="utf-8")
        (line,) = told(tmp_path, outcomes, robot, clock)
        assert "cannot be read" in line and len(robot.taken) == 2
        assert told(tmp_path, outcomes, robot, clock) == [] and len(robot.taken) == 2


def test_a_folder_that_takes_no_notes_keeps_no_message_back(tmp_path):
    clock = Clock()
    with serving(Robot("wecom", clock)) as robot:
        outcomes = stores(tmp_path, 1, "wecom")
        (tmp_path / "outputs").write_text("no folder")
        told(tmp_path, outcomes, robot, clock)
        assert len(robot.taken) == 1
