"""A run as an e-mail: text and HTML, the report attached or linked, without the work lists."""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from csanalysis.catalogue import format_period, text
from csanalysis.delivery.digest import Digest
from csanalysis.delivery.masking import flat
from csanalysis.delivery.retrying import DeliveryError
from csanalysis.messages import Message
from csanalysis.palette import LIGHT
from csanalysis.params.delivery import PASSWORD, USER, Email, Smtp
from csanalysis.params.mailboxes import mailbox

LIMIT_MB = 20
"""Attachments of one message together, as they travel (base64); many servers refuse more."""

_FAILED = "{where}: {why}", "{where}：发送失败（{why}）"
_TIMEOUT = 30
_TYPES = {"html": ("text", "html"), "pdf": ("application", "pdf")}


def compose(digest: Digest, email: Email, to: Sequence[str], *, again: bool = False) -> EmailMessage:
    """The message about one run; headers are set from one-line text by a policy that refuses line breaks.

    ``again``: it may have come before, and says so.
    """
    message = begun(_subject(digest, email), email, to)
    attached, notes = _attachments(digest, email)
    if again:
        notes.insert(0, text("delivery.again", digest.language))
    values = {"digest": digest, "link": digest.link(email.link), "notes": notes, **_words(digest)}
    message.set_content(_template("mail.txt.j2").render(values))
    message.add_alternative(_template("mail.html.j2").render(values), subtype="html")
    for name, kind, content in attached:
        main, sub = _TYPES[kind]
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def begun(subject: str, email: Email, to: Sequence[str]) -> EmailMessage:
    """A message that has its headers alone."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = mailbox(email.sender)
    message["To"] = [mailbox(address) for address in to]
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=mailbox(email.sender).domain)
    message["Auto-Submitted"] = "auto-generated"
    return message


def as_it_travels(size: int) -> int:
    """Bytes of an attachment of ``size`` bytes in base64, with its line breaks."""
    return -(-size // 3) * 4 * 78 // 76


def _subject(digest: Digest, email: Email) -> str:
    if not digest.made or email.subject is None or digest.period:
        return digest.subject
    # Plain replacement: str.format would reach into attributes.
    filled = email.subject.replace("{store}", digest.store).replace("{year}", str(digest.plan_year))
    return flat(filled)


def _attachments(digest: Digest, email: Email) -> tuple[list[tuple[str, str, bytes]], list[str]]:
    """Files with their names, and a note a file that is left out."""
    attached: list[tuple[str, str, bytes]] = []
    notes: list[str] = []
    room = LIMIT_MB * 1_000_000
    language, place = digest.language, digest.outcome.place
    for kind in dict.fromkeys(email.attach) if place else ():
        assert place is not None
        file = place / f"report.{kind}"
        name = f"{digest.file_name}.{kind}"
        travels = as_it_travels(file.stat().st_size)
        if travels > room:
            notes.append(
                text("delivery.too_large", language, file=name, size=f"{travels / 1e6:.1f}", limit=LIMIT_MB)
            )
            continue
        room -= travels
        attached.append((name, kind, file.read_bytes()))
    if attached:
        names = text("sign.comma", language).join(name for name, _, _ in attached)
        notes.insert(0, text("delivery.attached", language, files=names))
    return attached, notes


def _words(digest: Digest) -> dict[str, Any]:
    language, year = digest.language, digest.plan_year
    return {
        "say": lambda key, **values: text(f"delivery.{key}", language, **values),
        "heads": [
            text("column.metric", language),
            format_period(str(year - 1), language),
            text("column.target", language, year=year),
        ]
        if year
        else [],
        "colours": LIGHT,
    }


@cache
def _template(name: str) -> Any:
    environment = Environment(
        loader=PackageLoader("csanalysis.delivery", "templates"),
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def send(message: EmailMessage, smtp: Smtp, *, environment: Mapping[str, str]) -> dict[str, Message]:
    """Hand the message to the mail server; returns each recipient that it refused, and what it said.

    Raises
    ------
    DeliveryError
        The server cannot be reached or trusted, wants other credentials, or refuses the message.
    """
    user, password = environment.get(USER), environment.get(PASSWORD)
    if bool(user) != bool(password):
        raise DeliveryError(
            "{missing} is not set in the environment, but its counterpart is; set both or neither",
            "环境变量 {missing} 没有设置，而与它配对的已设置；请都设置，或都不设置",
            missing=PASSWORD if user else USER,
        )
    if user and smtp.security == "none" and not smtp.is_this_machine:
        raise DeliveryError(
            "the password would travel unencrypted; use security starttls or tls",
            "密码会不加密地发送；请把 security 设为 starttls 或 tls",
        )
    where = f"{smtp.host}:{smtp.port_used}"
    try:
        with _connected(smtp) as server:
            if user and password:
                server.login(user, password)
            refused = server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        passing = all(400 <= code < 500 for code in codes)
        raise DeliveryError(
            "{where}: refused every recipient ({why})",
            "{where}：拒绝了所有收件人（{why}）",
            passing=passing,
            where=where,
            why=_said(error),
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(
            "{where}: {why}; see security in delivery.email.smtp",
            "{where}：{why}；请检查 delivery.email.smtp 的 security",
            where=where,
            why=flat(str(error)).rstrip("."),
        ) from None
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            "{where}: did not take {user} and {password} ({code})",
            "{where}：不接受 {user} 和 {password}（{code}）",
            where=where,
            user=USER,
            password=PASSWORD,
            code=error.smtp_code,
        ) from None
    except smtplib.SMTPResponseException as error:
        passing = 400 <= error.smtp_code < 500
        why = f"{error.smtp_code} {_text(error.smtp_error)}"
        raise DeliveryError(*_FAILED, passing=passing, where=where, why=why) from None
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(
            "{where}: its certificate is not trusted ({why})",
            "{where}：证书不受信任（{why}）",
            where=where,
            why=getattr(error, "verify_message", None) or error,
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        why = flat(str(error)) or type(error).__name__
        raise DeliveryError(*_FAILED, passing=True, where=where, why=why) from None
    return {
        address: Message(
            "{where}: refused {address} ({code} {said})",
            "{where}：拒绝了 {address}（{code} {said}）",
            where=where,
            address=address,
            code=code,
            said=_text(said),
        )
        for address, (code, said) in refused.items()
    }


def _connected(smtp: Smtp) -> smtplib.SMTP:
    """A connection that is encrypted with a checked certificate wherever the params ask for encryption."""
    if smtp.security == "tls":
        return smtplib.SMTP_SSL(
            smtp.host, smtp.port_used, timeout=_TIMEOUT, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(smtp.host, smtp.port_used, timeout=_TIMEOUT)
    if smtp.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _said(error: smtplib.SMTPRecipientsRefused) -> str:
    code, said = next(iter(error.recipients.values()))
    return f"{code} {_text(said)}"


def _text(said: bytes | str) -> str:
    return flat(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
