"""Messages to robots and programs: their form, and that no address is ever repeated."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from csanalysis.delivery import deliver


def settings(style="generic", more=""):
    return f"delivery: {{webhook: {{style: {style}, url_env: HOOK, link: 'https://r.example.com'{more}}}}}"


def send(outcome, **environment):
    waits = []
    return deliver(outcome, environment=environment, sleep=waits.append), waits


LINK = "https://r.example.com/dezhou/2026/report.html"


def test_plain_json_has_the_numbers_and_the_words(hook, made):
    (receipt,), _ = send(made(settings()), HOOK=hook.url)
    assert (receipt.channel, receipt.sent, receipt.problems) == ("webhook", True, ())
    (body,) = hook.bodies
    assert {name: body[name] for name in ("schema_version", "event", "dealership", "plan_year", "as_of", "link")} == {
        "schema_version": 1, "event": "report_made", "dealership": "dezhou", "plan_year": 2026,
        "as_of": "2025-12-31", "link": LINK,
    }  # fmt: skip
    target = next(target for target in body["targets"] if target["metric"] == "first_service_target")
    assert target == {
        "metric": "first_service_target", "group": {}, "period": "2026", "value": 666.0,
        "label": "首保计划目标", "text": "666 辆",
    }  # fmt: skip
    assert "首保计划目标：666 辆（2025年：541）" in body["text"] and body["problems"] == []


def test_a_failure_says_why(hook, failed):
    send(failed(settings(more=", failures_url_env: ALARM"), "sales.csv: no such file"), ALARM=hook.url)
    (body,) = hook.bodies
    assert body["event"] == "report_failed" and body["problems"] == ["sales.csv: no such file"]
    assert body["link"] is None and body["plan_year"] is None and body["targets"] == []


@pytest.mark.parametrize("style", ["wecom", "dingtalk", "slack"])
def test_robots_get_their_own_form(hook, made, style):
    send(made(settings(style)), HOOK=hook.url)
    (body,) = hook.bodies
    if style == "slack":
        assert set(body) == {"text"} and f"<{LINK}|打开报告>" in body["text"]
        return
    assert body["msgtype"] == "markdown"
    said = body["markdown"]["content" if style == "wecom" else "text"]
    assert said.startswith("### 德州众驰：2026 年客户服务年度规划\n") and f"[打开报告]({LINK})" in said
    assert "首保计划目标：666 辆" in said
    if style == "dingtalk":
        assert body["markdown"]["title"] == "德州众驰：2026 年客户服务年度规划"


@pytest.mark.parametrize(("style", "most"), [("wecom", 4096), ("dingtalk", 20000), ("slack", 39000)])
def test_robots_get_no_more_than_they_take(hook, failed, style, most):
    send(failed(settings(style), *["长" * 3000] * 20), HOOK=hook.url)
    (body,) = hook.bodies
    said = body.get("text") or body["markdown"].get("content") or body["markdown"]["text"]
    assert 1000 < len(said.encode()) <= most and said.endswith("…")


@pytest.mark.parametrize("style", ["wecom", "dingtalk", "slack"])
def test_data_makes_no_link_and_calls_nobody(hook, failed, style):
    send(failed(settings(style), "<!channel> [gift](https://evil.example) <@all> # big"), HOOK=hook.url)
    said = json.dumps(hook.bodies[0], ensure_ascii=False)
    assert "<!channel>" not in said and "<@all>" not in said
    if style == "slack":
        assert "&lt;!channel&gt;" in said
    else:
        assert "<" not in said and "](https" not in said and "【gift】(https://evil.example)" in said


def test_dingtalk_messages_are_signed(hook, made):
    secret = "SECabcdefgh12345678"
    send(made(settings("dingtalk", ", secret_env: SIGN")), HOOK=hook.url, SIGN=secret)
    query = parse_qs(urlsplit(hook.paths[0]).query)
    stamp = query["timestamp"][0]
    expected = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(query["sign"][0]) == expected and query["key"] == ["T0KEN-of-the-robot"]


def test_feishu_gets_a_card_signed_in_the_message_itself(hook, made):
    hook.answers = [(200, '{"code": 0, "msg": "success", "data": {}}')]
    secret = "SECabcdefgh12345678"
    (receipt,), _ = send(made(settings("feishu", ", secret_env: SIGN")), HOOK=hook.url, SIGN=secret)
    (body,) = hook.bodies
    assert receipt.sent and body["msg_type"] == "interactive"
    assert body["card"]["header"]["title"]["content"] == "德州众驰：2026 年客户服务年度规划"
    said = body["card"]["elements"][0]["content"]
    assert "首保计划目标：666 辆" in said and f"[打开报告]({LINK})" in said and "###" not in said
    expected = hmac.new(f"{body['timestamp']}\n{secret}".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(body["sign"]) == expected and secret not in json.dumps(body)


def test_after_a_lost_answer_the_message_comes_again_and_says_so(hook, made):
    hook.answers = [(504, "")]
    (receipt,), _ = send(made(settings()), HOOK=hook.url)
    first, second = hook.bodies
    assert receipt.sent and (first["again"], second["again"]) == (False, True) and first["id"] == second["id"]


@pytest.mark.parametrize(
    ("style", "answers", "sent", "waits"),
    [
        ("generic", [(503, ""), (429, "")], True, [2, 8]),
        ("generic", [(503, "")] * 3, False, [2, 8]),
        ("generic", [(404, "")], False, []),
        ("generic", [(302, "")], False, []),
        ("generic", [(204, "")], True, []),
        ("wecom", [(200, '{"errcode": 93000, "errmsg": "invalid webhook url"}')], False, []),
        ("dingtalk", [(200, "<html>")], False, []),
        ("slack", [(200, "ok")], True, []),
        ("slack", [(429, "")], True, [30]),
        ("feishu", [(200, '{"code": 19021, "msg": "sign match fail"}')], False, []),
        ("feishu", [(200, '{"StatusCode": 0, "StatusMessage": "success"}')], True, []),
        ("feishu", [(200, "[]")], False, []),
        ("dingtalk", [(200, '{"punish": "deny", "wait": 5}'), (200, '{"errcode": 0}')], True, [600]),
    ],
    ids=[
        "passes",
        "stays",
        "gone",
        "redirect",
        "no content",
        "robot says no",
        "no robot",
        "slack's ok",
        "slack's pace",
        "no signature",
        "an older robot",
        "a list",
        "a penalty",
    ],
)
def test_answers(hook, made, style, answers, sent, waits):
    hook.answers = list(answers)
    (receipt,), waited = send(made(settings(style)), HOOK=hook.url)
    assert receipt.sent == sent and [round(wait) for wait in waited] == waits
    assert "/elsewhere" not in hook.paths
    assert "T0KEN" not in str(receipt)


@pytest.mark.parametrize(
    "url",
    ["", "T0KEN-T0KEN-T0KEN", "file:///etc/T0KEN", "https://", "http://127.0.0.1:1/T0KEN-long-enough", "http://a b/T0KEN",
     "http://127.0.0.1:1/a\nT0KEN", "http://[::1/T0KEN", "http://nowhere.invalid/T0KEN"],
    ids=["unset", "a token", "a file", "no host", "nobody there", "a space", "a line break", "half an address", "no such host"],
)  # fmt: skip
def test_an_address_that_does_not_work_is_not_repeated(made, url):
    (receipt,), _ = send(made(settings()), HOOK=url)
    assert not receipt.sent and receipt.problems and "T0KEN" not in str(receipt)


def test_both_channels_are_tried_whatever_happens_to_one(hook, made):
    both = settings().replace(
        "{webhook",
        "{email: {to: [a@example.com], from: r@example.com, attach: [pdf], smtp: {host: 127.0.0.1, port: 1, security: none}}, webhook",
    )
    receipts, _ = send(made(both), HOOK=hook.url)
    assert [(receipt.channel, receipt.sent) for receipt in receipts] == [("email", False), ("webhook", True)]


def test_no_delivery_sends_nothing(made, failed):
    assert send(made("")) == ([], []) and send(failed("")) == ([], [])
