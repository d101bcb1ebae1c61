"""One store's run, by mail and to a chat: what of it is new, at the channel's pace, noted when taken."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from csanalysis.delivery import chat, mail, webhook
from csanalysis.delivery.book import Account, Book
from csanalysis.delivery.digest import Digest
from csanalysis.delivery.pacing import LIMITS, Clock, paced
from csanalysis.delivery.retrying import DeliveryError, Sleep
from csanalysis.messages import BadValueError, Message
from csanalysis.params.delivery import Email, Webhook
from csanalysis.params.mailboxes import mailbox


@dataclass(frozen=True)
class Sending:
    """With what is sent: the book of what was, the secrets, the clock. ``resend`` sends what is known too."""

    book: Book
    environment: Mapping[str, str]
    sleep: Sleep
    clock: Clock
    resend: bool = False

    def new(self, account: Account, items: Mapping[str, str]) -> dict[str, str]:
        """Those of the items that the address was not sent yet."""
        return {
            item: print_ for item, print_ in items.items() if self.resend or not account.knows(item, print_)
        }

    def secret(self, name: str) -> str:
        """What an environment variable holds.

        Raises
        ------
        DeliveryError
            Nothing.
        """
        if value := self.environment.get(name, "").strip():
            return value
        raise DeliveryError(
            "{name} is not set in the environment; put the robot's address or secret there",
            "环境变量 {name} 没有设置；请在其中写机器人的地址或密钥",
            name=name,
        )


def send_mail(digest: Digest, email: Email, sending: Sending) -> list[Message] | None:
    """Mail those who do not have it yet; problems with single recipients. None: nothing is new."""
    email = filled(email, "delivery.email", sending)
    items = {digest.item: digest.fingerprint}
    forget_failure(digest, email, sending)
    with ExitStack() as held:
        waiting = {
            to: account
            for to, account in _accounts(email.recipients(made=digest.made), sending.book, held).items()
            if sending.new(account, items)
        }
        if not waiting:
            return None

        def send(again: bool) -> dict[str, Message]:
            message = mail.compose(digest, email, list(waiting), again=again)
            return mail.send(message, email.smtp, environment=sending.environment)

        refused = paced(
            list(waiting.values()), items, LIMITS["email"], send, sleep=sending.sleep, clock=sending.clock
        )
        for to, account in waiting.items():
            account.end(items, sending.clock(), taken=mailbox(to).addr_spec not in refused)
    return list(refused.values())


def _accounts(addresses: list[str], book: Book, held: ExitStack) -> dict[str, Account]:
    """The accounts of recipients, each once; in one order, so that no two senders wait for each other."""
    by_key = {mail_key(to): to for to in reversed(addresses)}
    taken = {key: held.enter_context(book.account(key)) for key in sorted(by_key)}
    return {to: taken[mail_key(to)] for to in addresses if by_key[mail_key(to)] == to}


def mail_key(address: str) -> str:
    """What the book knows a mailbox by."""
    return f"mailto:{mailbox(address).addr_spec.lower()}"


def forget_failure(digest: Digest, email: Email, sending: Sending) -> None:
    """A report was made: the same failure is news when it comes back."""
    if digest.made:
        for address in email.recipients(made=False):
            with sending.book.account(mail_key(address)) as account:
                account.forget([digest.failure])


Section = TypeVar("Section", Email, Webhook)


def filled(section: Section, key: str, sending: Sending) -> Section:
    """A section of the params with the environment's values where it names variables.

    Raises
    ------
    DeliveryError
        Of a variable that holds nothing, or no address; the value is not said.
    """
    try:
        return section.filled(sending.environment)
    except BadValueError as error:
        raise DeliveryError("{key}: {why}", "{key}：{why}", key=key, why=error.message) from None


@dataclass(frozen=True)
class Chat:
    """A chat as one outcome reaches it: its address and secret, and in which style."""

    url: str
    secret: str | None
    hook: Webhook


def chat_of(hook: Webhook, sending: Sending, *, made: bool) -> Chat | None:
    """The chat that hears of a report that was made, or of one that was not; None where none does.

    Raises
    ------
    DeliveryError
        Its variables hold nothing.
    """
    address, signing = hook.variables(made=made)
    if address is None:
        return None
    hook = filled(hook, "delivery.webhook", sending)
    return Chat(sending.secret(address), sending.secret(signing) if signing else None, hook)


def send_chat(digest: Digest, hook: Webhook, sending: Sending) -> list[Message] | None:
    """Tell the chat of one store, and send the files that the params ask for. None: nothing is new."""
    forget_failure_in_chat(digest, hook, sending)
    to = chat_of(hook, sending, made=digest.made)
    if to is None:
        return None
    hook = to.hook
    link = digest.link(hook.link)
    with sending.book.account(to.url) as account:
        new = sending.new(account, {digest.item: digest.fingerprint})
        if new:
            post(
                to,
                lambda again: chat.payload(digest, hook.style, link=link, again=again),
                new,
                account,
                sending,
            )
        files = send_files(digest, to, account, sending)
    return [] if new or files else None


def forget_failure_in_chat(digest: Digest, hook: Webhook, sending: Sending) -> None:
    """As for mail; a chat that cannot be reached now has nothing to be forgotten."""
    name, _ = hook.variables(made=False)
    if digest.made and name and (url := sending.environment.get(name, "").strip()):
        with sending.book.account(url) as account:
            account.forget([digest.failure])


def post(
    to: Chat,
    body: chat.Body,
    items: Mapping[str, str],
    account: Account,
    sending: Sending,
) -> None:
    """One message at the chat's pace; ``body`` makes it, told whether it may have come before."""
    style = to.hook.style

    def send(again: bool) -> None:
        webhook.post(to.url, body(again), style, secret=to.secret)

    paced([account], items, LIMITS[style], send, sleep=sending.sleep, clock=sending.clock)
    account.end(items, sending.clock(), taken=True)


def send_files(digest: Digest, to: Chat, account: Account, sending: Sending) -> int:
    """The files of a made report, each a message of its own; how many were sent."""
    sent = 0
    place = digest.outcome.place
    for kind in dict.fromkeys(to.hook.attach) if place else ():
        assert place is not None
        file = place / f"report.{kind}"
        new = sending.new(account, {f"{digest.item}/report.{kind}": digest.fingerprint})
        if new:
            name = f"{digest.file_name}.{kind}"
            post(to, lambda again, file=file, name=name: _file_message(to, file, name), new, account, sending)  # type: ignore[misc]
            sent += 1
    return sent


_LARGEST = 20_000_000


def _file_message(to: Chat, file: Path, name: str) -> dict[str, object]:
    size = file.stat().st_size
    if size > _LARGEST:
        raise DeliveryError(
            "{name} has {size:.1f} MB, more than the 20 MB that the robot takes; link it instead",
            "{name} 有 {size:.1f} MB，超过机器人允许的 20 MB；请改用 link",
            name=name,
            size=size / 1e6,
        )
    media = webhook.upload(to.url, file, name)
    return {"msgtype": "file", "file": {"media_id": media}}
