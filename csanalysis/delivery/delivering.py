"""Send what the params ask for about one run. Whatever goes wrong here, the report stands."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from csanalysis.delivery import mail, webhook
from csanalysis.delivery.addressee import addressee_of
from csanalysis.delivery.digest import Digest, digest
from csanalysis.delivery.masking import masked, secrets_in
from csanalysis.delivery.retrying import DeliveryError, Sleep, retried
from csanalysis.errors import CsanalysisError
from csanalysis.fleet import Outcome
from csanalysis.fleet.stored import Stored
from csanalysis.messages import Message, edited, placed
from csanalysis.params.delivery import Email, Webhook


@dataclass(frozen=True)
class Receipt:
    """What became of one message: ``channel`` is email or webhook, ``problems`` is empty if all went well."""

    channel: str
    sent: bool
    problems: tuple[Message, ...] = ()


def deliver_all(outcomes: Sequence[Outcome], stored: Stored | None) -> Iterator[tuple[Path, Message]]:
    """Send what was made and what was not, of every store; a line for each message that failed.

    The params file and what went wrong. A report in an object store is fetched first, as another machine may
    have made it.
    """
    for outcome in outcomes:
        file = outcome.params_file
        if stored and outcome.place:
            try:
                stored.fetch(outcome.place.relative_to(stored.folder).as_posix())
            except CsanalysisError as error:
                yield from ((file, placed(file, line)) for line in error.problems)
                continue
        for receipt in deliver(outcome):
            problems = (placed(receipt.channel, line) for line in receipt.problems)
            yield from ((file, placed(file, line)) for line in problems)


def deliver(
    outcome: Outcome,
    *,
    environment: Mapping[str, str] = os.environ,
    sleep: Sleep = time.sleep,
) -> list[Receipt]:
    """Send the messages that the outcome's params file asks for.

    Parameters
    ----------
    outcome : Outcome
        One dealership's run; a failed one goes to the lists for failures.
    environment : mapping of str to str
        Where the secrets are.
    sleep : callable
        Waits so many seconds before another attempt.

    Returns
    -------
    list of Receipt
        One a message; none where the params name nobody. It never raises: a message that cannot be sent is
        a receipt with its problems, free of secrets.
    """
    addressee = addressee_of(outcome.params_file)
    wanted = addressee.delivery
    if wanted is None:
        return []
    secrets = secrets_in(environment, wanted.environment_names())
    email, hook = wanted.email, wanted.webhook
    read_digest = cache(lambda: digest(outcome, addressee, secrets=secrets))
    channels: list[tuple[str, Callable[[], list[Message] | None]]] = []
    if email is not None:
        channels.append(("email", lambda: _mail(read_digest(), email, environment, sleep)))
    if hook is not None:
        channels.append(("webhook", lambda: _post(read_digest(), hook, environment, sleep)))

    def hidden(line: Message) -> Message:
        return edited(line, lambda said: masked(said, secrets))

    receipts = []
    for channel, send in channels:
        try:
            problems = send()
        except DeliveryError as error:
            receipts.append(Receipt(channel, False, (hidden(error.message),)))
        except Exception as error:
            bug = Message(
                "{kind}: {error}", "程序出错（{kind}：{error}）", kind=type(error).__name__, error=error
            )
            receipts.append(Receipt(channel, False, (hidden(bug),)))
        else:
            if problems is not None:
                receipts.append(Receipt(channel, True, tuple(map(hidden, problems))))
    return receipts


def _mail(digest: Digest, email: Email, environment: Mapping[str, str], sleep: Sleep) -> list[Message] | None:
    """Problems with single recipients; None where nobody is to hear of this kind of outcome."""
    if not email.recipients(made=digest.made):
        return None
    message = mail.compose(digest, email)
    return retried(lambda: mail.send(message, email.smtp, environment=environment), sleep=sleep)


def _post(
    digest: Digest, hook: Webhook, environment: Mapping[str, str], sleep: Sleep
) -> list[Message] | None:
    address, signing = hook.variables(made=digest.made)
    if address is None:
        return None
    for name in filter(None, (address, signing)):
        if not environment.get(name, "").strip():
            raise DeliveryError(
                "{name} is not set in the environment; put the robot's address or secret there",
                "环境变量 {name} 没有设置；请在其中写机器人的地址或密钥",
                name=name,
            )
    body = webhook.payload(digest, hook.style, link=digest.link(hook.link))
    url, secret = environment[address].strip(), environment[signing].strip() if signing else None
    retried(lambda: webhook.post(url, body, hook.style, secret=secret), sleep=sleep)
    return []
