"""One message a chat about a run over many stores: what failed first, then what was made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csanalysis.catalogue import format_period, text
from csanalysis.delivery import chat
from csanalysis.delivery.channels import Chat, Sending, forget_failure_in_chat, post, send_files
from csanalysis.delivery.digest import Digest

MOST_PARTS = 3
"""So many messages at most tell of what was made; what failed is always told in full."""
_HEAD_BYTES = 500
_LINE_BYTES = 700


@dataclass(frozen=True)
class Part:
    """One message: its lines below the head, and the stores that it tells of."""

    lines: tuple[str, ...]
    digests: tuple[Digest, ...]


def send_together(digests: Sequence[Digest], to: Chat, sending: Sending) -> bool:
    """Tell a chat of several stores that it has not heard of yet; whether there was anything to tell.

    Raises
    ------
    DeliveryError
        A part could not be sent; those before it are noted as sent.
    """
    for digest in digests:
        forget_failure_in_chat(digest, to.hook, sending)
    with sending.book.account(to.url) as account:
        new = [digest for digest in digests if sending.new(account, {digest.item: digest.fingerprint})]
        if len(new) == 1:
            ((only,), body) = new, _single(new[0], to)
            post(to, body, {only.item: only.fingerprint}, account, sending)
        else:
            whole = parts(new, to)
            for place, part in enumerate(whole, 1):
                items = {digest.item: digest.fingerprint for digest in part.digests}
                post(to, _body(part, new, to, place, len(whole)), items, account, sending)
        files = sum(send_files(digest, to, account, sending) for digest in digests)
    return bool(new or files)


def _single(digest: Digest, to: Chat) -> chat.Body:
    link = digest.link(to.hook.link)
    return lambda again: chat.payload(digest, to.hook.style, link=link, again=again)


def parts(digests: Sequence[Digest], to: Chat) -> list[Part]:
    """The stores' lines over as many messages as it takes; many made ones are counted only."""
    if not digests:
        return []
    failed = [digest for digest in digests if not digest.made]
    made = [digest for digest in digests if digest.made]
    whole = list(_packed([*failed, *made], to))
    if len(whole) <= MOST_PARTS or not made:
        return whole
    told = list(_packed(failed, to)) or [Part((), ())]
    rest = text("delivery.group_rest", made[0].language, count=len(made))
    last = told[-1]
    return [*told[:-1], Part((*last.lines, rest), (*last.digests, *made))]


def _packed(digests: Sequence[Digest], to: Chat) -> Iterator[Part]:
    room, lines, told = chat.MOST_BYTES[to.hook.style] - _HEAD_BYTES, list[str](), list[Digest]()
    left = room
    for digest in digests:
        line = _line(digest, to)
        takes = len(line.encode()) + 2
        if lines and takes > left:
            yield Part(tuple(lines), tuple(told))
            left, lines, told = room, [], []
        left -= takes
        lines.append(line)
        told.append(digest)
    if lines:
        yield Part(tuple(lines), tuple(told))


def _line(digest: Digest, to: Chat) -> str:
    """A store in a line: its name, why it failed or its first target, and where the report is."""
    style, language = to.hook.style, digest.language
    plain = chat.plain_for(style)
    said = [digest.store]
    if not digest.made:
        said += digest.problems[:1]
        more = len(digest.problems) - 1 + digest.more_problems
        if more > 0:
            said[-1] += " " + text("delivery.more_problems", language, count=more)
    elif digest.as_of:
        said.append(format_period(digest.as_of, language))
        said += digest.target_lines[:1]
    else:
        said += digest.said[:1]
    name, *rest = (chat.cut(part.translate(plain), _LINE_BYTES // 2) for part in said)
    link = digest.link(to.hook.link)
    shown = chat.linked(style, name, link) if link else name
    tail = " · ".join(rest)
    return chat.bullet(style) + (shown + text("sign.colon", language) + tail if tail else shown)


def _body(part: Part, digests: Sequence[Digest], to: Chat, place: int, of: int) -> chat.Body:
    """The message of a part, under a head that counts all stores."""
    style, language = to.hook.style, digests[0].language
    made = sum(digest.made for digest in digests)
    kind = digests[0].outcome.kind
    key = "delivery.group_subject" if kind == "report" else f"delivery.{kind}.group_subject"
    title = text(key, language, made=made, failed=len(digests) - made)
    if of > 1:
        title += text("delivery.group_part", language, part=place, parts=of)
    lines = [chat.headed(style, title), *part.lines]
    if to.hook.link and place == of:
        lines.append(chat.linked(style, text("delivery.open_index", language), f"{to.hook.link}/index.html"))

    def body(again: bool) -> dict[str, object]:
        repeat = [text("delivery.again", language)] if again else []
        return chat.in_form(style, title, [lines[0], *repeat, *lines[1:]])

    return body
