"""Work lists by mail: each to whom the params name, once, and nothing of them anywhere else."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest

from csanalysis.delivery.delivering import deliver_all
from csanalysis.fleet.job import Job, Outcome, Task
from csanalysis.fleet.outcome import run_here
from csanalysis.report.files.filled import written_in

DAY = date(2026, 1, 5)
STAFF = "姓名,岗位\n李/雷,客服专员\n李:雷,客服专员\n"
OWNERS = "{李/雷: first@example.com, 李:雷: second@example.com, 赵四: third@example.com}"


@pytest.fixture
def store(tmp_path, least_exports, post, hook):
    """Makes and sends the lists of a store with two callers whose files are called alike."""
    least_exports(tmp_path)
    (tmp_path / "staff.csv").write_text(STAFF, encoding="utf-8")
    path, output = tmp_path / "small.yml", tmp_path / "outputs"

    def params(email):
        smtp = f"smtp: {{host: 127.0.0.1, port: {post.port}, security: none}}"
        path.write_text(
            "dealership: {id: small, name: Small}\nplan_year: 2026\nlanguage: en\n"
            "sources: {vehicle_sales: sales.csv, service_visits: visits.csv, staff: staff.csv}\n"
            f"delivery:\n  email: {{from: r@example.com, {email}, {smtp}}}\n"
            "  webhook: {style: wecom, url_env: HOOK}\n",
            encoding="utf-8",
        )

    def send(day=DAY, made=None):
        outcome = made or run_here(Job(path, output, task=Task("lists", day=day.isoformat())))
        told = deliver_all([outcome], output, environment={"HOOK": hook.url}, sleep=lambda seconds: None)
        return outcome, list(told)

    params(f"lists_to: [Boss <boss@example.com>], lists_to_owners: {OWNERS}, failures_to: [it@example.com]")
    return params, send, output


def books(post):
    """By each mail's one recipient the workbook that it brought."""
    found = {}
    for message, (to,) in zip(post.mails, post.recipients, strict=True):
        (part,) = message.iter_attachments()
        found[to] = openpyxl.load_workbook(io.BytesIO(part.get_content()))
    return found


def test_everyone_gets_the_own_part_once_and_nobody_else_hears_of_it(store, post, hook):
    _, send, output = store
    outcome, told = send()
    sent = books(post)
    assert list(sent) == ["boss@example.com", "first@example.com", "second@example.com"]
    assert sent["boss@example.com"].sheetnames[1:3] == ["李 雷", "李 雷 2"]
    for to, owner in (("first@example.com", "李/雷"), ("second@example.com", "李:雷")):
        about = dict(sent[to]["_csanalysis"].iter_rows(max_col=2, values_only=True))
        cases = list(sent[to]["_cases"].iter_rows(min_row=2, values_only=True))
        assert about["owner"] == owner and cases and {case[4] for case in cases} == {owner}
    assert post.mails[0]["Subject"] == "Small: work lists up to 11 Jan 2026"
    (line,) = told
    assert line.failed and "entry 3 of lists_to_owners: no caller has this name" in line.line

    vins = {
        cell for row in sent["boss@example.com"]["_cases"].iter_rows(min_row=2) for cell in [row[1].value]
    }
    noted = "".join(path.read_text("utf-8") for path in (output / ".delivered").glob("*.json"))
    texts = "".join(message.get_body().get_content() for message in post.mails) + str(hook.bodies)
    kept = noted + texts + line.line + str([message["Subject"] for message in post.mails])
    assert vins and not re.search("|".join(map(re.escape, [*vins, "李", "赵四", "@example.com"])), kept)
    assert hook.bodies == [], "a chat is no named person"

    send(made=outcome)
    send()  # made anew, of the same day
    assert len(post.mails) == 3
    post.refuse = ("second@example.com",)
    outcome, (_, refused) = send(DAY + timedelta(days=1))
    assert refused.failed and "refused every recipient" in refused.line and len(post.mails) == 5
    post.refuse = ()
    send(made=outcome)
    assert post.recipients[5:] == [["second@example.com"]]


def test_a_list_that_was_written_in_is_not_sent(store, post):
    params, send, output = store
    params("lists_to: [boss@example.com]")
    outcome, told = send()
    assert told == [] and len(post.mails) == 1
    path = output / "small" / "2026" / "lists.xlsx"
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert written_in(path)
    _, (line,) = send(made=outcome)
    assert "written in since it was made" in line.line and len(post.mails) == 1


@pytest.mark.parametrize("kind", ["lists", "report"])
def test_nothing_is_sent_unless_lists_were_made_and_asked_for(store, post, hook, kind):
    params, send, output = store
    if kind == "lists":
        params("to: [all@example.com], attach: [pdf]")
    (output / "small" / "2026").mkdir(parents=True)
    (output / "small" / "2026" / "lists.xlsx").write_bytes(b"PK people")
    made = Outcome(output.parent / "small.yml", output / "small" / "2026", kind=kind)
    _, told = send(made=made)
    assert post.mails == [] and (kind == "report" or (told == [] and hook.bodies == []))


def test_lists_that_could_not_be_made_are_told_as_such(store, post, hook):
    _, send, output = store
    (output.parent / "visits.csv").unlink()
    send()
    assert post.recipients == [["it@example.com"]]
    assert post.mails[0]["Subject"] == "Small: the work lists could not be made"
    assert "visits.csv" in str(hook.bodies)
