"""Work lists by mail, to whom the params name one by one: they name customers, so no chat gets any."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from csanalysis.catalogue import format_period, text
from csanalysis.delivery import mail
from csanalysis.delivery.addressee import Addressee
from csanalysis.delivery.channels import Sending, filled, forget_failure, mail_key
from csanalysis.delivery.digest import Digest
from csanalysis.delivery.masking import flat
from csanalysis.delivery.pacing import LIMITS, paced
from csanalysis.delivery.retrying import DeliveryError
from csanalysis.fleet import Outcome
from csanalysis.ingest.answer_pages import told_about
from csanalysis.messages import Message
from csanalysis.params.delivery import Email
from csanalysis.report.files.filled import KEPT, NAMES, written_in
from csanalysis.report.files.fingerprint import sha256_of

_WHOLE, _PARTS = NAMES
_TYPE = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DATED = "docProps/core.xml"


@dataclass(frozen=True)
class Parcel:
    """One workbook for one address; ``part`` tells apart what an address gets, without a name."""

    to: str
    file: Path
    part: str


def send_lists(
    outcome: Outcome, addressee: Addressee, email: Email, sending: Sending
) -> list[Message] | None:
    """Mail the lists that were made, a message an address; None: nothing is new.

    Returns what went wrong with single ones, which names nobody.
    """
    assert outcome.place is not None
    email = filled(email, "delivery.email", sending)
    store = Digest(addressee.dealership, flat(addressee.store), addressee.language, outcome=outcome)
    forget_failure(store, email, sending)
    about = told_about(outcome.place / _WHOLE)
    parcels, problems = _parcels(outcome.place, email, about.get("day", ""))
    sent = 0
    for parcel in parcels:
        try:
            sent += _sent(parcel, store, email, sending, about.get("until", ""))
        except DeliveryError as error:
            problems.append(error.message)
    return problems if sent or problems else None


def _parcels(place: Path, email: Email, day: str) -> tuple[list[Parcel], list[Message]]:
    """Who gets which workbook, and a line for each owner who has none of these days.

    Whose part a workbook is, it says itself: the name of a file is no proof.
    """
    parts = dict(_parts(place, day))
    parcels = [Parcel(to, place / _WHOLE, "") for to in email.lists_to]
    problems = []
    for number, (owner, to) in enumerate(email.lists_to_owners.items(), 1):
        if owner in parts:
            parcels.append(Parcel(to, parts[owner], f"/{sha256_of(owner)[:8]}"))
            continue
        problems.append(
            Message(
                "entry {number} of lists_to_owners: no caller has this name; write it as in the staff table",
                "lists_to_owners 第 {number} 项：没有叫这个名字的电话人员；请按人员表填写",
                number=number,
            )
        )
    return parcels, problems


def _parts(place: Path, day: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(place.glob(_PARTS)):
        if path.match(KEPT):
            continue
        about = told_about(path)
        if about.get("owner") and about.get("day") == day:
            yield about["owner"], path


def _sent(parcel: Parcel, store: Digest, email: Email, sending: Sending, until: str) -> bool:
    """Mail one workbook, unless its address has just this one; whether it was sent."""
    with sending.book.account(mail_key(parcel.to)) as account:
        items = sending.new(account, {f"{store.dealership}/lists{parcel.part}": _fingerprint(parcel.file)})
        if not items:
            return False
        if written_in(parcel.file):
            raise DeliveryError(
                "a list has been written in since it was made and is not sent; make the lists anew",
                "有一份清单生成后已被填写，没有发送；请重新生成清单",
            )

        def send(again: bool) -> None:
            message = _message(parcel, store, email, until, again=again)
            mail.send(message, email.smtp, environment=sending.environment)

        paced([account], items, LIMITS["email"], send, sleep=sending.sleep, clock=sending.clock)
        account.end(items, sending.clock(), taken=True)
    return True


def _message(parcel: Parcel, store: Digest, email: Email, until: str, *, again: bool) -> EmailMessage:
    language = store.language
    size = mail.as_it_travels(parcel.file.stat().st_size)
    if size > mail.LIMIT_MB * 1_000_000:
        raise DeliveryError(
            "a list has {size:.1f} MB, more than the {limit} MB that attachments may have",
            "有一份清单为 {size:.1f} MB，超过附件上限 {limit} MB",
            size=size / 1e6,
            limit=mail.LIMIT_MB,
        )
    period = format_period(until, language) if until else ""
    subject = flat(text("delivery.lists.subject", language, store=store.store, period=period))
    message = mail.begun(subject, email, [parcel.to])
    said = [text("delivery.again", language)] if again else []
    said += [text(f"delivery.{key}", language) for key in ("lists.lead", "lists.private", "automatic")]
    message.set_content("\n\n".join([store.store, *said]) + "\n")
    name = f"{store.dealership}-{parcel.file.name}"
    message.add_attachment(parcel.file.read_bytes(), maintype="application", subtype=_TYPE, filename=name)
    return message


def _fingerprint(file: Path) -> str:
    """Changes with what a workbook holds, not with the minute in which it was made.

    Raises
    ------
    DeliveryError
        It is no workbook.
    """
    try:
        with zipfile.ZipFile(file) as book:
            parts = sorted((part.filename, part.CRC) for part in book.infolist() if part.filename != _DATED)
    except (OSError, zipfile.BadZipFile):
        raise DeliveryError(
            "a list cannot be read; make the lists anew", "有一份清单无法读取；请重新生成清单"
        ) from None
    return sha256_of(parts)[:16]
