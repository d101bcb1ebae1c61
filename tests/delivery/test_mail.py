"""What the mail server is handed: whole, in the report's language, and never the work lists."""

import smtplib
import ssl

import pytest

from csanalysis.delivery import Book, deliver, mail
from csanalysis.delivery.addressee import Addressee
from csanalysis.delivery.digest import digest
from csanalysis.fleet import Outcome
from csanalysis.params.delivery import PASSWORD, USER, Delivery


def settings(post, **changes):
    keys = {
        "to": "[a@example.com, Böb <b@example.com>]",
        "from": "Reports <reports@example.com>",
        "attach": "[html, pdf]",
        "smtp": f"{{host: 127.0.0.1, port: {post.port}, security: none}}",
    } | changes
    given = ", ".join(f"{name}: {value}" for name, value in keys.items() if value is not None)
    return f"delivery: {{email: {{{given}}}}}"


def send(outcome, **environment):
    waits = []
    receipts = deliver(outcome, environment=environment, sleep=waits.append)
    return receipts, waits


def body(message, kind):
    return message.get_body((kind,)).get_content()


def test_a_report_is_sent_with_its_targets_and_files(post, made):
    (receipt,), _ = send(made(settings(post)))
    assert (receipt.channel, receipt.sent, receipt.problems) == ("email", True, ())
    (message,) = post.mails
    assert post.recipients == [["a@example.com", "b@example.com"]]
    assert message["Subject"] == "德州众驰：2026 年客户服务年度规划"
    assert str(message["To"]) == "a@example.com, Böb <b@example.com>"
    assert message["From"].addresses[0].addr_spec == "reports@example.com"
    assert message["Auto-Submitted"] == "auto-generated" and message["Message-ID"] and message["Date"]
    files = {part.get_filename(): part for part in message.iter_attachments()}
    assert set(files) == {"dezhou-2026.html", "dezhou-2026.pdf"}
    assert files["dezhou-2026.pdf"].get_content() == b"%PDF-1.7 the report"
    assert "the report" in files["dezhou-2026.html"].get_content()
    # 50 + 51 + … + 61, beside 541 of last year; a rate of 33 %.
    for said in (body(message, "plain"), body(message, "html")):
        assert "首保计划目标" in said and "666 辆" in said and "541" in said and "33.0%" in said
        assert "数据截至 2025年12月31日" in said
    assert "lists.xlsx" not in str(message) and "PK people" not in message.as_bytes().decode("latin-1")


def test_a_linked_report_is_not_attached(post, made):
    send(made(settings(post, attach=None, link="https://reports.example.com/plans/")))
    (message,) = post.mails
    link = "https://reports.example.com/plans/dezhou/2026/report.html"
    assert link in body(message, "plain") and f'href="{link}"' in body(message, "html")
    assert not list(message.iter_attachments())


def test_the_subject_may_be_the_stores_own(post, made):
    send(made(settings(post, subject='"[plan] {store} / {year} {0.__class__}"')))
    assert post.mails[0]["Subject"] == "[plan] 德州众驰 / 2026 {0.__class__}"


def test_failures_have_their_own_list(post, failed):
    send(failed(settings(post, failures_to="[it@example.com]"), "sales.csv: no such file", language="en"))
    (message,) = post.mails
    assert post.recipients == [["it@example.com"]]
    assert message["Subject"] == "德州众驰: the planning report could not be made"
    assert "sales.csv: no such file" in body(message, "plain")
    assert not list(message.iter_attachments())


def test_nobody_hears_of_what_has_no_list(post, made, failed):
    assert send(made(settings(post, to="[]", failures_to="[it@example.com]")))[0] == []
    assert send(failed(settings(post, failures_to="[]")))[0] == []
    assert post.mails == []


def test_a_failure_is_told_even_if_the_params_broke(post, failed):
    outcome = failed(settings(post))
    outcome.params_file.write_text(
        outcome.params_file.read_text(encoding="utf-8") + "\nchurn: {years: five}\n", encoding="utf-8"
    )
    (receipt,), _ = send(outcome)
    assert receipt.sent and post.mails[0]["Subject"] == "德州众驰：规划报告未能生成"


def test_a_file_that_is_too_large_is_left_out_with_a_note(post, made, place):
    (place / "report.html").write_bytes(b"x" * 16_000_000)  # 21 MB once it is base64
    send(made(settings(post, link="https://reports.example.com")))
    (message,) = post.mails
    assert [part.get_filename() for part in message.iter_attachments()] == ["dezhou-2026.pdf"]
    assert "dezhou-2026.html 有 21.9 MB，超过附件上限 20 MB" in body(message, "plain")
    assert len(message.as_bytes()) < 20_000_000


NASTY = "店\r\nBcc: spy@example.com\r\n\r\n<script>alert(1)</script>\u2028X"


def test_data_cannot_add_a_header_or_markup(post, failed):
    email = Delivery.model_validate(
        {
            "email": {
                "to": ["a@example.com"],
                "from": "r@example.com",
                "attach": ["pdf"],
                "smtp": {"host": "x"},
            }
        }
    ).email
    outcome = Outcome(failed("").params_file, problems=(NASTY,))
    message = mail.compose(digest(outcome, Addressee("x", NASTY, "zh", None)), email, email.to)
    assert message["Bcc"] is None and set(message.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert message["Subject"].startswith("店 Bcc: spy@example.com <script>")
    head = message.as_bytes().split(b"\r\n\r\n")[0]
    assert b"\nBcc" not in head and b"\r\nX" not in head
    assert "<script>" not in body(message, "html") and "&lt;script&gt;" in body(message, "html")


def test_a_server_that_is_busy_is_asked_again(post, made):
    post.answers = ["451 later", "421 later"]
    (receipt,), waits = send(made(settings(post)))
    assert receipt.sent and len(post.mails) == 1 and waits == [2, 8]


def test_a_server_that_stays_busy_is_a_problem_and_no_more(post, made):
    post.answers = ["451 later"] * 5
    (receipt,), waits = send(made(settings(post)))
    assert not receipt.sent and "451 later (tried 3 times)" in receipt.problems[0] and len(waits) == 2


def test_a_refusal_is_not_repeated(post, made):
    post.answers = ["554 go away"]
    (receipt,), waits = send(made(settings(post)))
    assert not receipt.sent and "554 go away" in receipt.problems[0] and waits == []


def test_one_refused_recipient_is_told_and_the_others_get_theirs(post, made):
    post.refuse = ("b@example.com",)
    (receipt,), _ = send(made(settings(post)))
    assert receipt.sent and post.recipients == [["a@example.com"]]
    assert "550 nobody here" in receipt.problems[0] and "b@example.com" not in receipt.problems[0]


def test_no_server_is_a_problem(post, made):
    (receipt,), waits = send(made(settings(post, smtp="{host: 127.0.0.1, port: 1, security: none}")))
    assert not receipt.sent and "127.0.0.1:1" in receipt.problems[0] and len(waits) == 2


def test_credentials_come_from_the_environment(post, made):
    post.offers = ("AUTH PLAIN", "good")
    (receipt,), _ = send(made(settings(post)), **{USER: "mailer", PASSWORD: "s3cret-word"})
    assert receipt.sent and len(post.logins) == 1 and len(post.mails) == 1


def test_wrong_credentials_are_named_without_being_shown(post, made):
    post.offers = ("AUTH PLAIN",)
    (receipt,), waits = send(made(settings(post)), **{USER: "mailer", PASSWORD: "s3cret-word"})
    assert not receipt.sent and waits == [] and post.mails == []
    assert f"did not take {USER} and {PASSWORD} (535)" in receipt.problems[0]
    assert "s3cret-word" not in str(receipt) and "mailer" not in str(receipt)


def test_half_the_credentials_are_refused(post, made):
    (receipt,), _ = send(made(settings(post)), **{USER: "mailer"})
    assert not receipt.sent and f"{PASSWORD} is not set" in receipt.problems[0]


def test_a_password_never_travels_unencrypted(post, made):
    away = "{host: mail.example.com, port: 25, security: none}"
    (receipt,), _ = send(made(settings(post, smtp=away)), **{USER: "mailer", PASSWORD: "s3cret-word"})
    assert not receipt.sent and "would travel unencrypted" in receipt.problems[0]


def test_starttls_is_never_given_up(post, made):
    """A server, or someone on the way, that offers no STARTTLS gets neither password nor report."""
    post.offers = ("AUTH PLAIN", "good")
    smtp = f"{{host: 127.0.0.1, port: {post.port}}}"
    (receipt,), waits = send(made(settings(post, smtp=smtp)), **{USER: "mailer", PASSWORD: "s3cret-word"})
    assert not receipt.sent and "STARTTLS" in receipt.problems[0] and waits == []
    assert post.logins == [] and post.mails == []


def test_tls_checks_the_certificate(post, made, monkeypatch):
    seen = []

    def connect(host, port, *, timeout, context):
        seen.append((port, context.verify_mode, context.check_hostname))
        raise ssl.SSLCertVerificationError("self-signed")

    monkeypatch.setattr(smtplib, "SMTP_SSL", connect)
    (receipt,), waits = send(made(settings(post, smtp="{host: 127.0.0.1, security: tls}")))
    assert seen == [(465, ssl.CERT_REQUIRED, True)]
    assert not receipt.sent and "certificate is not trusted" in receipt.problems[0] and waits == []


@pytest.mark.parametrize("broken", ["run.json", "metrics.json", "report.pdf"])
def test_a_report_that_cannot_be_read_is_a_problem_and_no_crash(post, made, place, broken):
    (place / broken).unlink()
    (receipt,), _ = send(made(settings(post)))
    assert not receipt.sent and broken in receipt.problems[0]


def test_only_who_was_refused_is_mailed_again(post, made, tmp_path):
    outcome, book = made(settings(post)), Book(tmp_path / "outputs")
    post.refuse = ("b@example.com",)
    (receipt,) = deliver(outcome, book=book, environment={}, sleep=lambda seconds: None)
    assert receipt.sent and "refused b…@example.com" in receipt.problems[0]
    post.refuse = ()
    (receipt,) = deliver(outcome, book=Book(tmp_path / "outputs"), environment={}, sleep=lambda seconds: None)
    assert receipt.sent and not receipt.problems and post.recipients == [["a@example.com"], ["b@example.com"]]
    (receipt,) = deliver(outcome, book=book, environment={}, sleep=lambda seconds: None)
    assert receipt.known and len(post.mails) == 2
    kept = "".join(path.read_text() for path in (tmp_path / "outputs" / ".delivered").glob("*.json"))
    assert "example.com" not in kept


def test_one_who_is_named_twice_is_mailed_once(post, made, tmp_path):
    outcome = made(settings(post, to="[a@example.com, A <A@example.com>]"))
    (receipt,) = deliver(outcome, book=Book(tmp_path / "outputs"), environment={}, sleep=lambda seconds: None)
    assert receipt.sent and post.recipients == [["a@example.com"]]
