"""A monthly review and a meeting's pack, told to those who hear of reports."""

import json

import pytest

from csanalysis.delivery.addressee import addressee_of
from csanalysis.delivery.chat import payload
from csanalysis.delivery.delivering import deliver_all
from csanalysis.delivery.digest import digest
from csanalysis.delivery.mail import compose
from csanalysis.fleet import Outcome

DELIVERY = """\
delivery:
  email: {to: [a@example.com], from: b@example.com, attach: [pdf], link: https://r.example.com, smtp: {host: h}}
  webhook: {style: wecom, url_env: HOOK, link: https://r.example.com}
"""


@pytest.fixture
def pack(params_file, tmp_path):
    """The outcome of a review or of a meeting's pack as its run leaves it."""

    def made(kind, language="zh", line="首保：⚠ 低于下限"):
        folder = {"review": "review", "meeting": "meetings"}[kind]
        place = tmp_path / "outputs" / "dezhou" / folder / "2026-03"
        place.mkdir(parents=True, exist_ok=True)
        if kind == "review":
            (place / "digest.txt").write_text(f"{line}\n", encoding="utf-8")
        (place / "metrics.json").write_text("{}")
        (place / "report.pdf").write_bytes(b"%PDF-1.7")
        return Outcome(params_file(DELIVERY, language), place, kind=kind)

    return made


@pytest.mark.parametrize(
    ("kind", "language", "said"),
    [
        ("review", "zh", "2026年3月月度检视"),
        ("review", "en", "monthly review Mar 2026"),
        ("meeting", "zh", "2026年3月例会材料"),
        ("meeting", "en", "meeting pack Mar 2026"),
    ],
)
def test_it_is_told_by_its_name_with_its_link_and_its_file(pack, kind, language, said):
    outcome = pack(kind, language)
    addressee = addressee_of(outcome.params_file)
    told = digest(outcome, addressee)
    folder = {"review": "review", "meeting": "meetings"}[kind]
    assert told.item == f"dezhou/{folder}/2026-03" and told.subject.endswith(said)
    message = compose(told, addressee.delivery.email, ["a@example.com"])
    text = message.get_body(("plain",)).get_content()
    assert (
        message["Subject"].endswith(said)
        and f"https://r.example.com/dezhou/{folder}/2026-03/report.html" in text
    )
    assert [each.get_filename() for each in message.iter_attachments()] == ["dezhou-2026-03.pdf"]
    sent = json.dumps(payload(told, "wecom", link=told.link("https://r.example.com")), ensure_ascii=False)
    assert said in sent and ("低于下限" in sent and "低于下限" in text) == (kind == "review")
    generic = payload(told, "generic", link=None)
    assert generic["event"] == f"{kind}_made" and generic["period"] == "2026-03"


def test_it_is_sent_once_and_again_where_it_says_something_new(pack, tmp_path, monkeypatch):
    sent = []
    monkeypatch.setattr("csanalysis.delivery.webhook.post", lambda *given, **more: sent.append(given))
    monkeypatch.setattr("csanalysis.delivery.mail.send", lambda *_, **__: {})

    def tell(line):
        environment = {"HOOK": "https://robots.example.com"}
        list(deliver_all([pack("review", line=line)], tmp_path / "outputs", environment=environment))

    for line in ("one", "one", "another"):
        tell(line)
    assert len(sent) == 2


def test_a_failed_review_is_told_as_one(params_file):
    outcome = Outcome(params_file(DELIVERY, "en"), problems=("no plan",), kind="review")
    told = digest(outcome, addressee_of(outcome.params_file))
    assert told.item == "dezhou/review/failed" and told.subject.endswith(
        "the monthly review could not be made"
    )
