"""Send what the params ask for about one run. Whatever goes wrong here, the report stands."""

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from csanalysis.delivery.addressee import Addressee, addressee_of
from csanalysis.delivery.book import Book
from csanalysis.delivery.channels import Chat, Sending, chat_of, send_chat, send_mail
from csanalysis.delivery.digest import Digest, digest
from csanalysis.delivery.lists import send_lists
from csanalysis.delivery.masking import masked, secrets_in
from csanalysis.delivery.pacing import Clock
from csanalysis.delivery.retrying import DeliveryError, Sleep
from csanalysis.delivery.together import send_together
from csanalysis.errors import CsanalysisError
from csanalysis.fleet import Outcome
from csanalysis.fleet.stored import Stored
from csanalysis.messages import Message, edited, placed


@dataclass(frozen=True)
class Receipt:
    """What became of one message: ``channel`` is email or webhook, ``problems`` is empty if all went well.

    ``known``: nothing went out, for those who were to be told had been told the same before.
    """

    channel: str
    sent: bool
    problems: tuple[Message, ...] = ()
    known: bool = False


@dataclass(frozen=True)
class Told:
    """A line about a store's messages; ``failed`` where something was not delivered."""

    params_file: Path
    line: Message
    failed: bool


_KNOWN = Message(
    "was sent before and is unchanged; --resend sends it again",
    "此前已发送且没有变化；用 --resend 可再次发送",
)


def deliver_all(
    outcomes: Sequence[Outcome],
    folder: Path,
    stored: Stored | None = None,
    *,
    resend: bool = False,
    environment: Mapping[str, str] = os.environ,
    sleep: Sleep = time.sleep,
    clock: Clock = time.time,
) -> Iterator[Told]:
    """Send what was made and what was not, of every store, as far as it was not sent before.

    A chat of several stores gets one message. A report in an object store is fetched first, as another
    machine may have made it. ``folder`` is where the reports lie, and what was sent is kept.
    """
    sending = Sending(Book(folder), environment, sleep, clock, resend)
    here = []
    for outcome in outcomes:
        if stored and outcome.place:
            try:
                place = outcome.place.relative_to(stored.folder).as_posix()
                stored.fetch(place, params_file=outcome.params_file)
            except CsanalysisError as error:
                yield from (
                    Told(outcome.params_file, line, failed=True) for line in _placed(outcome, error.problems)
                )
                continue
        here.append(outcome)
    together = _chats(here, sending)
    told = {id(outcome) for _, group in together for outcome in group}
    for chat, group in together:
        receipt = _sent_together(chat, group, sending)
        yield from _lines(group[0], receipt)
    for outcome in here:
        skip = ("webhook",) if id(outcome) in told else ()
        for receipt in _deliver(outcome, sending, skip):
            yield from _lines(outcome, receipt)
    for problem in sending.book.take_problems():
        yield Told(here[0].params_file, problem, failed=True)


def _placed(outcome: Outcome, lines: Sequence[Message]) -> list[Message]:
    return [placed(outcome.params_file, line) for line in lines]


def _lines(outcome: Outcome, receipt: Receipt) -> Iterator[Told]:
    lines = (_KNOWN,) if receipt.known else receipt.problems
    for line in _placed(outcome, [placed(receipt.channel, line) for line in lines]):
        yield Told(outcome.params_file, line, failed=not receipt.known)


def deliver(
    outcome: Outcome,
    *,
    book: Book | None = None,
    environment: Mapping[str, str] = os.environ,
    sleep: Sleep = time.sleep,
    clock: Clock = time.time,
) -> list[Receipt]:
    """Send the messages that the outcome's params file asks for.

    Parameters
    ----------
    outcome : Outcome
        One dealership's run; a failed one goes to the lists for failures.
    book : Book, optional
        What was sent before, and is not sent again; without one all is new.
    environment : mapping of str to str
        Where the secrets are.
    sleep : callable
        Waits so many seconds, for the channel's pace or before another attempt.
    clock : callable
        Seconds since 1970.

    Returns
    -------
    list of Receipt
        One a message; none where the params name nobody. It never raises: a message that cannot be sent is
        a receipt with its problems, free of secrets.
    """
    return _deliver(outcome, Sending(book or Book(), environment, sleep, clock), ())


def _deliver(outcome: Outcome, sending: Sending, skip: Collection[str]) -> list[Receipt]:
    addressee = addressee_of(outcome.params_file)
    wanted = addressee.delivery
    if wanted is None:
        return []
    secrets = _secrets(addressee, sending)
    email, hook = wanted.email, wanted.webhook
    if outcome.lists:
        if email is None or not email.sends_lists:
            return []
        return [_receipt("email", lambda: send_lists(outcome, addressee, email, sending), secrets)]
    read_digest = cache(lambda: digest(outcome, addressee, secrets=secrets))
    receipts = []
    if email is not None and email.recipients(made=outcome.made):
        receipts.append(_receipt("email", lambda: send_mail(read_digest(), email, sending), secrets))
    if hook is not None and hook.variables(made=outcome.made)[0] and "webhook" not in skip:
        receipts.append(_receipt("webhook", lambda: send_chat(read_digest(), hook, sending), secrets))
    return receipts


def _secrets(addressee: Addressee, sending: Sending) -> set[str]:
    names = addressee.delivery.environment_names() if addressee.delivery else ()
    return secrets_in(sending.environment, names)


def _receipt(channel: str, send: Callable[[], list[Message] | None], secrets: Collection[str]) -> Receipt:
    """What became of a message; nothing is raised, and no secret is said."""

    def hidden(line: Message) -> Message:
        return edited(line, lambda said: masked(said, secrets))

    try:
        problems = send()
    except DeliveryError as error:
        return Receipt(channel, False, (hidden(error.message),))
    except Exception as error:
        bug = Message(
            "{kind}: {error}", "程序出错（{kind}：{error}）", kind=type(error).__name__, error=error
        )
        return Receipt(channel, False, (hidden(bug),))
    return Receipt(channel, problems is not None, tuple(map(hidden, problems or ())), known=problems is None)


def _chats(outcomes: Sequence[Outcome], sending: Sending) -> list[tuple[Chat, list[Outcome]]]:
    """The chats that are to hear of several stores in one message, each with these outcomes."""
    found: dict[tuple[object, ...], tuple[Chat, list[Outcome]]] = {}
    for outcome in outcomes:
        delivery = addressee_of(outcome.params_file).delivery
        hook = delivery.webhook if delivery else None
        if hook is None or hook.style == "generic" or not hook.together or outcome.lists:
            continue
        try:
            chat = chat_of(hook, sending, made=outcome.made)
        except DeliveryError:
            continue  # its own message says what is missing
        if chat is not None:
            alike = chat.url, chat.secret, hook.style, chat.hook.link, tuple(hook.attach)
            found.setdefault(alike, (chat, []))[1].append(outcome)
    return [(chat, group) for chat, group in found.values() if len(group) > 1]


def _sent_together(chat: Chat, outcomes: Sequence[Outcome], sending: Sending) -> Receipt:
    secrets: set[str] = set()
    digests: list[Digest] = []
    problems: list[Message] = []

    def send() -> list[Message] | None:
        for outcome in outcomes:
            addressee = addressee_of(outcome.params_file)
            secrets.update(_secrets(addressee, sending))
            try:
                digests.append(digest(outcome, addressee, secrets=secrets))
            except (OSError, ValueError, KeyError, TypeError) as error:  # one report that is not whole
                problems.append(placed(outcome.params_file, Message(str(error), str(error))))
        sent = send_together(digests, chat, sending)
        return problems if sent or problems else None

    return _receipt("webhook", send, secrets)
