"""When the service runs what, and what it says of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from csanalysis.delivery import Receipt
from csanalysis.errors import ParamsError, ReportError
from csanalysis.messages import Message

NOW = datetime.now(UTC)
DAILY = f"{(NOW - timedelta(hours=6)):%M %H} * * *"  # six hours ago, and not again for eighteen


def ago(**parts):
    return (NOW - timedelta(**parts)).isoformat()


def test_each_store_runs_when_its_time_comes(house):
    house.store("anhai")
    house.store("bohai")
    with house.serving(trigger=house.every(0.3)):
        house.wait_for(lambda: house.runs.done.count("anhai") >= 2 and house.runs.done.count("bohai") >= 2)
    for line in house.lines:
        assert {"time", "level", "event"} <= set(line) and datetime.fromisoformat(line["time"]).tzinfo
    run = house.events("run_made")[0]
    assert run["outcome"] == "made" and run["seconds"] >= 0 and run["dealership"] in ("anhai", "bohai")
    assert run["report"] == f"{run['dealership']}/2026/report.html"
    kept = house.state["anhai/2026"]
    assert kept["outcome"] == "made" and kept["started"] <= kept["finished"]
    events = [line["event"] for line in house.lines]
    assert events[-1] == "stopped" and "run_started" not in events[events.index("stopping") :]


def test_a_store_never_runs_twice_at_once(house):
    house.store("anhai")
    house.runs.takes = 0.7
    with house.serving(trigger=house.every(0.15), jobs=4):
        house.wait_for(lambda: len(house.runs.done) >= 2)
    assert house.runs.most == 1
    assert house.events("skipped")[0]["problems"] == ["its last run still goes on"]


def test_no_more_than_jobs_run_at_once(house):
    for name in ("anhai", "bohai", "canghai"):
        house.store(name)
    house.runs.takes = 0.2
    with house.serving(trigger=house.every(0.1), jobs=2):
        house.wait_for(lambda: len(set(house.runs.done)) == 3)
    assert house.runs.most == 2


def test_what_was_missed_is_caught_up_once(house):
    house.store("anhai", DAILY)
    house.store("bohai", DAILY)
    house.remember(
        anhai={"cron": DAILY, "planned": ago(days=9)}, bohai={"cron": DAILY, "planned": ago(hours=5)}
    )
    with house.serving():
        house.wait_for(lambda: house.events("run_made"))
    assert house.runs.done == ["anhai"], "bohai missed nothing; nine missed days of anhai are one run"
    assert house.events("run_started")[0]["caught_up"] is True
    kept = house.state["anhai/2026"]
    assert datetime.fromisoformat(kept["planned"]) > NOW - timedelta(hours=7) and kept["caught_up"]
    with house.serving():
        pass
    assert house.runs.done == ["anhai"] and not house.events("run_started")


def test_missed_is_what_the_line_of_that_time_promised(house):
    """The line was changed while the service was down: the new one was never in force, the old one was."""
    house.store("anhai", DAILY)
    house.remember(anhai={"cron": "0 6 29 2 *", "planned": ago(days=9)})
    with house.serving():
        pass
    assert house.runs.done == []
    house.store("anhai", "0 6 29 2 *")
    house.remember(anhai={"cron": DAILY, "planned": ago(days=9)})
    with house.serving():
        house.wait_for(lambda: house.events("run_made"))
    assert house.runs.done == ["anhai"] and house.state["anhai/2026"]["cron"] == "0 6 29 2 *"


def test_a_new_store_owes_nothing(house):
    house.store("anhai", DAILY)
    with house.serving():
        pass
    assert house.runs.done == [] and house.state["anhai/2026"]["outcome"] is None


@pytest.mark.parametrize(("retried", "runs"), [(False, 1), (True, 0)], ids=["first time", "second time"])
def test_a_run_that_died_with_the_service_is_tried_once_more(house, retried, runs):
    house.store("anhai", DAILY)
    died = {
        "cron": DAILY,
        "planned": ago(hours=5),
        "started": ago(hours=5),
        "outcome": "running",
        "retried": retried,
    }
    house.remember(anhai=died)
    with house.serving():
        house.wait_for(lambda: len(house.events("run_made")) == runs)
    assert len(house.runs.done) == runs
    assert house.state["anhai/2026"]["outcome"] == ("made" if runs else "failed")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{half",
        "[]",
        '{"schema_version": 2, "stores": {}}',
        '{"schema_version": 1, "stores": {"anhai/2026": {"planned": "2020-01-01T00:00:00+00:00"}}}',
        '{"schema_version": 1, "stores": {"anhai/2026": {"cron": "0 6 * * *", "planned": "2020-01-01"}}}',
        '{"schema_version": 1, "stores": {"anhai/2026": {"cron": "0 6 * * *", "planned": "soon"}}}',
        '{"schema_version": 1, "stores": {"anhai/2026": {"cron": "0 6 * * *", "planned": "2020-01-01T00:00:00+00:00", "outcome": "x"}}}',
        '{"schema_version": 1, "stores": {"anhai/2026": {"cron": "0 6 * * *", "planned": "2020-01-01T00:00:00+00:00", "colour": 1}}}',
    ],
    ids=["empty", "half", "a list", "a later version", "no line", "no zone", "no time", "no outcome", "unknown field"],
)  # fmt: skip
def test_a_broken_state_file_is_begun_anew(house, text):
    house.store("anhai", DAILY)
    house.output.mkdir()
    (house.output / ".schedule.json").write_text(text)
    with house.serving():
        pass
    (told,) = house.events("state_unusable")
    assert told["level"] == "warning" and "what was missed is not caught up" in told["problems"][0]
    assert house.runs.done == [] and list(house.state) == ["anhai/2026"]
    assert {path.name for path in house.output.iterdir()} == {
        ".schedule.json",
        ".schedule.lock",
        "status.html",
    }


def test_a_line_of_nonsense_in_the_state_is_no_reason_to_run_or_crash(house):
    house.store("anhai", DAILY)
    house.remember(anhai={"cron": "whenever", "planned": ago(days=9)})
    with house.serving():
        pass
    assert house.runs.done == [] and house.state["anhai/2026"]["cron"] == DAILY


def test_a_changed_line_takes_effect_and_a_broken_file_leaves_the_last_one(house):
    path = house.store("anhai", "0 6 29 2 *")
    with house.serving(zone=ZoneInfo("Asia/Shanghai")):
        house.store("anhai", "0 7 1 1 *")
        house.wait_for(lambda: len(house.events("planned")) == 2)
        good = path.read_text(encoding="utf-8")
        path.write_text(good.replace("plan_year: 2026", "plan_year: soon"), encoding="utf-8")
        house.wait_for(lambda: house.events("params_broken"))
        house.wait_for(lambda: "plan_year should be a whole number" in house.page)
        assert "0 7 1 1 *" in house.page and "1 Jan" in house.page and "07:00" in house.page
        path.write_text(good, encoding="utf-8")
        house.wait_for(lambda: "plan_year should be" not in house.page)
    assert house.events("planned")[-1]["next"].endswith("-01-01T07:00:00+08:00")
    assert len(house.events("planned")) == 2, "a mended file with the same line needs no new plan"


def test_a_line_that_is_taken_out_ends_the_runs_and_one_put_in_begins_them(house):
    house.store("anhai")
    house.store("bohai", None)
    with house.serving(trigger=house.every(0.2)):
        house.wait_for(lambda: house.runs.done.count("anhai") >= 1)
        house.store("anhai", None)
        house.wait_for(lambda: "anhai" in [line["dealership"] for line in house.events("not_scheduled")])
        house.store("bohai", "0 6 * * *")
        house.wait_for(lambda: house.runs.done.count("bohai") >= 1)
        count = house.runs.done.count("anhai")
        house.wait_for(lambda: house.runs.done.count("bohai") >= 4)
        assert house.runs.done.count("anhai") == count


def test_stores_without_a_line_are_named(house):
    house.store("anhai", None)
    house.store("bohai")
    house.params.joinpath("canghai.yml").write_text("plan_year: soon\n")
    with house.serving():
        pass
    (told,) = house.events("not_scheduled")
    assert (
        told["dealership"] == "anhai" and told["level"] == "warning" and "no schedule" in told["problems"][0]
    )
    assert house.events("params_broken")[0]["dealership"] == "canghai"


def test_two_files_of_one_store_and_year_are_not_both_run(house):
    house.store("anhai")
    text = house.params.joinpath("anhai.yml").read_text()
    house.params.joinpath("twin.yml").write_text(text)
    with house.serving():
        pass
    assert len(house.events("planned")) == 1
    assert "is the same dealership and year as" in house.events("params_broken")[0]["problems"][0]


def test_nothing_to_do_is_an_error(house):
    path = house.store("anhai", None)
    with pytest.raises(ParamsError, match=rf"{path.name}: no schedule; give a cron line"):
        house.service()


def test_two_services_never_share_an_output(house):
    house.store("anhai")
    first_log = None
    with house.serving():
        first_log = house.log
        with pytest.raises(ReportError, match="another csanalysis schedule writes here"):
            house.service().serve()
        house.log = first_log
    with house.serving():
        pass


def test_a_stop_lets_a_run_finish_and_begins_no_other(house):
    house.store("anhai")
    house.runs.takes = 0.8
    with house.serving(stop=False, trigger=house.every(0.2)) as service:
        house.wait_for(lambda: house.runs.going)
        service.stop()
    assert house.runs.done == ["anhai"] and house.state["anhai/2026"]["outcome"] == "made"
    assert house.events("stopping")[0]["running"] == ["anhai"]


@pytest.mark.parametrize(("grace", "stops"), [(0.2, 1), (30.0, 2)], ids=["grace over", "asked twice"])
def test_what_outlasts_the_grace_is_ended_and_caught_up_later(house, grace, stops):
    house.store("anhai", "0 6 29 2 *")
    house.runs.takes = 30
    sent = []

    def send(outcome, *, book, sleep):
        sent.append(outcome)
        return []

    with house.serving(stop=False, trigger=house.every(0.2), grace=grace, send=send) as service:
        house.wait_for(lambda: house.runs.going)
        for _ in range(stops):
            service.stop()
    assert house.state["anhai/2026"]["outcome"] == "ended" and sent == []
    assert house.events("run_ended")[0]["level"] == "warning" and "Ended early" in house.page
    house.runs = type(house.runs)(house.output)
    with house.serving():
        house.wait_for(lambda: house.events("run_made"))
    assert house.runs.done == ["anhai"]


def test_a_killed_runs_draft_is_cleared_away_but_no_report(house):
    house.store("anhai")
    store = house.output / "anhai"

    (store / ".2026-another").mkdir(parents=True)
    house.runs.problems = ("killed",)
    run = house.runs.run

    def with_draft(path, output, *, work, hide=()):
        for name in (".2026-abc", ".2026-old-def"):
            (store / name).mkdir(parents=True, exist_ok=True)
        return run(path, output, work=work, hide=hide)

    house.runs.run = with_draft
    with house.serving(trigger=house.every(0.2)):
        house.wait_for(lambda: house.events("run_failed"))
    assert {path.name for path in store.iterdir()} >= {".2026-another", ".2026-old-def"}
    assert not (store / ".2026-abc").exists()


def test_a_failure_is_told_and_sent_and_the_last_report_stays_linked(house):
    house.store("anhai", "0 6 29 2 *")
    sent = []

    def send(outcome, *, book, sleep):
        sent.append(outcome.made)
        return [Receipt("email", False, ("smtp.example.com:587: no connection",)), Receipt("webhook", True)]

    with house.serving(trigger=house.every(0.3), send=send):
        house.wait_for(lambda: house.events("run_made"))
        house.runs.problems = ("sales.csv: no such file", "row 3: phone 13812345678")
        house.wait_for(lambda: house.events("run_failed") and False in sent)
        house.wait_for(lambda: "13812345678" not in house.page and "no such file" in house.page)
    assert sent[0] is True
    failure = house.events("run_failed")[0]
    assert failure["level"] == "error" and failure["outcome"] == "failed"
    assert failure["problems"] == ["sales.csv: no such file", "row 3: phone •••"]
    assert house.events("delivery_failed")[0]["problems"] == ["smtp.example.com:587: no connection"]
    assert house.events("delivered")[0]["channel"] == "webhook"
    assert 'href="anhai/2026/report.html"' in house.page
    assert "Delivery: email: smtp.example.com:587: no connection" in house.page


def test_the_page_says_what_failed_in_the_stores_language_and_the_log_in_english(house):
    house.store("anhai", language="zh")
    house.runs.problems = (Message("sales.csv: no such file", "sales.csv：没有这个文件"),)

    def send(outcome, *, book, sleep):
        return [Receipt("email", False, (Message("no connection", "连接不上"),))]

    with house.serving(trigger=house.every(0.3), send=send):
        house.wait_for(lambda: house.events("delivery_failed") and "连接不上" in house.page)
    assert "sales.csv：没有这个文件" in house.page and "no such file" not in house.page
    assert house.events("run_failed")[0]["problems"] == ["sales.csv: no such file"]
    assert house.events("delivery_failed")[0]["problems"] == ["no connection"]


def test_a_bug_in_one_run_leaves_the_service_up(house):
    house.store("anhai")
    house.store("bohai")
    run = house.runs.run

    def fails(path, output, *, work, hide=()):
        if path.stem == "anhai":
            raise RuntimeError("out of luck")
        return run(path, output, work=work, hide=hide)

    house.runs.run = fails
    with house.serving(trigger=house.every(0.2)):
        house.wait_for(lambda: house.runs.done.count("bohai") >= 3)
    assert "RuntimeError: out of luck" in house.events("run_failed")[0]["problems"][0]
    assert len(house.events("run_failed")) >= 2, "it is tried again at its next time"


SECRET = "T0KEN-of-the-robot-0123"


def test_no_secret_reaches_logs_state_or_page(house, monkeypatch):
    monkeypatch.setenv("HOOK", f"https://robots.example.com/send?key={SECRET}")
    monkeypatch.setenv("CSANALYSIS_SMTP_PASSWORD", "pa55word-of-mail")
    house.store("anhai", more="delivery: {webhook: {url_env: HOOK}}")
    house.runs.problems = (
        f"no answer from https://robots.example.com/send?key={SECRET}",
        "login pa55word-of-mail failed",
    )

    def send(outcome, *, book, sleep):
        return [Receipt("webhook", False, (f"{SECRET} was refused",))]

    with house.serving(trigger=house.every(0.2), send=send):
        house.wait_for(lambda: house.events("delivery_failed"))
    kept = (house.output / ".schedule.json").read_text(encoding="utf-8")
    for said in (house.log.getvalue(), kept, house.page):
        assert SECRET not in said and "pa55word-of-mail" not in said
        assert "no answer from •••" in said and "login ••• failed" in said
    assert {"HOOK", "CSANALYSIS_SMTP_PASSWORD", "CSANALYSIS_SMTP_USER"} <= house.runs.hidden


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("定时任务状态", "已生成", "下次运行")), ("en", ("Schedule", "Made", "Next run"))],
)
def test_the_page_speaks_the_first_stores_language(house, language, words):
    house.store("anhai", language=language)
    house.store("bohai", language="en" if language == "zh" else "zh", more="")
    with house.serving(trigger=house.every(0.2)):
        house.wait_for(lambda: house.events("run_made"))
        house.wait_for(lambda: all(word in house.page for word in words))
        assert 'http-equiv="refresh"' in house.page
    assert 'http-equiv="refresh"' not in house.page, "a stopped service writes no newer page"


def test_the_lists_have_times_and_a_line_of_their_own(house):
    path = house.store("anhai", schedule="")
    path.write_text(path.read_text() + "schedule: {report: '0 6 2 * *', lists: '0 7 * * 1'}\n")
    sent = []
    with house.serving(trigger=house.every(0.2), send=lambda outcome, **_: sent.append(outcome) or []):
        house.wait_for(lambda: {work for _, work in house.runs.works} == {"report", "lists"} and sent)
    assert {(event["dealership"], event["cron"]) for event in house.events("planned")} == {
        ("anhai", "0 6 2 * *"),
        ("anhai/lists", "0 7 * * 1"),
    }
    assert {event["dealership"] for event in house.events("run_made")} == {"anhai", "anhai/lists"}
    made = [work for _, work in house.runs.works]
    assert len(sent) <= made.count("report"), "work lists are sent to nobody whom the params do not name"
    state = house.state
    assert state["anhai/2026/lists"]["outcome"] == "made" and state["anhai/2026/lists"]["report"] is None
    assert "Store anhai · Work lists" in house.page and "lists.xlsx" not in house.page


def test_lists_that_have_readers_are_sent_and_sent_again_until_they_arrive(house):
    path = house.store("anhai", schedule="")
    smtp = "from: r@example.com, smtp: {host: smtp.example.com}"
    more = f"delivery: {{email: {{lists_to: [a@example.com], {smtp}}}}}\nschedule: {{lists: '0 7 * * 1'}}\n"
    path.write_text(path.read_text() + more)
    lists = house.output / "anhai" / "2026" / "lists.xlsx"
    lists.parent.mkdir(parents=True)
    lists.write_bytes(b"PK")
    sent = []

    def send(outcome, *, book, sleep):
        sent.append(outcome.kind)
        return [Receipt("email", False, (Message("no connection", "连接不上"),))]

    with house.serving(trigger=house.every(0.2), send=send):
        house.wait_for(lambda: house.events("delivery_failed"))
    assert house.state["anhai/2026/lists"]["report"] is None
    known = len(sent)
    with house.serving(send=send):
        house.wait_for(lambda: len(sent) > known)
    assert sent[-1] == "lists"


def test_what_did_not_arrive_is_sent_when_the_service_starts_again(house):
    house.store("anhai", "0 6 29 2 *", more="delivery: {webhook: {url_env: HOOK}}")
    place = house.output / "anhai" / "2026"
    place.mkdir(parents=True)
    (place / "run.json").write_text("{}", encoding="utf-8")
    sent = []

    def refused(outcome, *, book, sleep):
        sent.append(outcome)
        return [Receipt("webhook", False, ("no connection",))]

    with house.serving(trigger=house.every(0.3), send=refused):
        house.wait_for(lambda: house.events("delivery_failed"))
    assert house.state["anhai/2026"]["delivery_problems"] == ["webhook: no connection"]
    sent.clear()

    def taken(outcome, *, book, sleep):
        sent.append(outcome.place)
        return [Receipt("webhook", True)]

    with house.serving(send=taken):
        house.wait_for(lambda: house.state["anhai/2026"]["delivery_problems"] == [])
    assert sent == [place] and house.runs.done.count("anhai") >= 1
    with house.serving(send=taken):
        pass
    assert sent == [place], "what arrived is not sent again"


def test_a_service_killed_while_it_sends_sends_when_it_starts_again(house):
    house.store("anhai", "0 6 29 2 *", more="delivery: {webhook: {url_env: HOOK}}")
    seen = []

    def send(outcome, *, book, sleep):
        seen.append(house.state["anhai/2026"]["delivery_problems"])
        return [Receipt("webhook", True)]

    with house.serving(trigger=house.every(0.3), send=send):
        house.wait_for(lambda: seen)
    assert seen[0] == ["not all sent yet"], "this is what a killed service leaves behind"
    assert house.state["anhai/2026"]["delivery_problems"] == []


def test_a_change_of_the_file_that_others_extend_takes_effect(house):
    base = house.params / "base" / "group.yml"
    base.parent.mkdir(parents=True)
    base.write_text("schedule: '0 6 2 * *'\n", encoding="utf-8")
    house.store("anhai", None, more="extends: base/group.yml")
    with house.serving():
        assert house.events("planned")[0]["cron"] == "0 6 2 * *"
        base.write_text("schedule: '0 7 3 * *'  # later\n", encoding="utf-8")
        house.wait_for(lambda: house.events("planned")[-1]["cron"] == "0 7 3 * *")


def test_a_run_sees_the_variables_of_its_sources_and_not_those_of_its_messages(house):
    more = (
        "delivery: {webhook: {style: wecom, url_env: HOOK, link: '${BASE}/plans'}}\n"
        "contacts: {}\nchapters: []"
    )
    path = house.store("anhai", more=more)
    text = path.read_text(encoding="utf-8").replace(
        "v.csv}", "v.csv, contacts: 's3://${BUCKET}/${BASE}/c.csv'}"
    )
    path.write_text(text, encoding="utf-8")
    with house.serving(trigger=house.every(0.2)):
        house.wait_for(lambda: house.runs.done)
    assert "HOOK" in house.runs.hidden and not {"BUCKET", "BASE"} & house.runs.hidden


def test_each_line_of_a_store_has_its_own_times_and_the_groups_report_is_one_run(house):
    lines = '{review: "0 6 2 * *", meeting_week: "0 7 * * 1", network: "0 8 3 * *"}'
    for name in ("anhai", "bohai"):
        house.store(name, lines)
    house.store("canghai", '{network: "0 9 4 * *"}')
    with house.serving(trigger=house.every(0.3)):
        house.wait_for(
            lambda: (
                {
                    ("anhai", "review"),
                    ("bohai", "meeting_week"),
                    ("anhai", "network"),
                    ("canghai", "network"),
                }
                <= set(house.runs.works)
            )
        )
    assert ("bohai", "network") not in house.runs.works, "anhai's line stands for both"
    assert set(house.state) >= {"anhai/2026/review", "bohai/2026/meeting_week", "anhai/2026/network"}
    assert "Store anhai · Monthly review" in house.page and "Network of the group" in house.page


def test_the_groups_report_is_of_the_stores_that_have_the_line(house):
    for name in ("anhai", "bohai"):
        house.store(name, '{network: "0 8 3 * *"}')
    house.store("canghai")
    with house.serving(trigger=house.every(0.2)):
        house.wait_for(lambda: ("anhai", "network") in house.runs.works and house.runs.beside)
    assert [path.stem for path in house.runs.beside] == ["anhai", "bohai"]


def test_a_row_of_the_roster_that_is_new_or_gone_takes_effect_without_a_restart(house):
    group = house.params / "group.yml"

    def roster(*names):
        group.write_text(
            "plan_year: 2026\nlanguage: en\nschedule: '0 6 29 2 *'\n"
            "sources: {vehicle_sales: '{id}/s.csv', service_visits: '{id}/v.csv'}\n"
            f"stores: [{', '.join(names)}]\n",
            encoding="utf-8",
        )

    roster("anhai", "bohai")
    with house.serving(named=[group]):
        roster("bohai", "canghai")
        house.wait_for(lambda: house.events("store_found") and "canghai" in house.page)
        assert house.events("store_found")[0]["dealership"] == "canghai"
        assert house.events("store_left")[0]["dealership"] == "anhai" and "anhai" not in house.page
        assert house.events("planned")[-1]["dealership"] == "canghai"
        group.write_text("stores: [\n", encoding="utf-8")
        house.wait_for(lambda: house.events("roster_broken") or house.events("params_broken"))
        assert "bohai" in house.page and "canghai" in house.page, "the stores stay as they were"
        house.wait_for(lambda: len(house.events("params_broken")) == 2)
        assert {event["dealership"] for event in house.events("params_broken")} == {"bohai", "canghai"}
        assert [event["dealership"] for event in house.events("store_left")] == ["anhai"]
        assert "bohai" in house.page and "canghai" in house.page, "nor does the next look drop them"
