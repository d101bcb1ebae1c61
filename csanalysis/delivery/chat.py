"""A run in the words and form of a chat robot (WeCom, DingTalk, Feishu, Slack), or as plain JSON."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from csanalysis.catalogue import text
from csanalysis.delivery.digest import Digest

Style = Literal["generic", "wecom", "dingtalk", "feishu", "slack"]

Body = Callable[[bool], Mapping[str, Any]]
"""Makes a message, told whether it may have come before."""

SCHEMA_VERSION = 1
MOST_BYTES = {"wecom": 4096, "dingtalk": 20000, "feishu": 18000, "slack": 39000}
# Words from data must not become a link, a mention or a heading.
_PLAIN = str.maketrans({"<": "＜", ">": "＞", "[": "【", "]": "】", "`": "'", "*": "＊", "#": "＃"})
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "＊", "`": "'"})


def payload(digest: Digest, style: Style, *, link: str | None, again: bool = False) -> dict[str, Any]:
    """The JSON of one message.

    ``generic`` has ``schema_version``, ``event`` (``report_made`` or ``report_failed``; of a monthly
    review ``review_made``, of a meeting's pack ``meeting_made``, and so on), ``dealership``, ``store``,
    ``language``, ``plan_year``, ``as_of``, ``period`` (a review's or a meeting's month or week), ``link``,
    ``targets`` (``metric``, ``group``, ``period``, ``value`` as in metrics.json, ``label`` and ``text`` as
    readers see them), ``problems`` and ``text``, the message in words. What is not known is null. ``id`` is
    the same whenever the same thing is said again, and ``again`` whether it may have come before.
    """
    if style == "generic":
        return {
            "schema_version": SCHEMA_VERSION,
            "id": f"{digest.item}-{digest.fingerprint}",
            "again": again,
            "event": f"{digest.outcome.kind}_{'made' if digest.made else 'failed'}",
            "dealership": digest.dealership,
            "store": digest.store,
            "language": digest.language,
            "plan_year": digest.plan_year,
            "as_of": digest.as_of,
            "period": digest.period or None,
            "link": link,
            "targets": [
                {
                    "metric": target.metric,
                    "group": dict(target.group),
                    "period": str(digest.plan_year),
                    "value": target.value,
                    "label": target.label,
                    "text": target.formatted,
                }
                for target in digest.targets
            ],
            "problems": list(digest.problems),
            "text": "\n".join(_lines(digest, {}, link=link)),
        }
    plain = plain_for(style)
    lines = _marked(digest, plain, style=style, link=link)
    if again:
        lines.insert(1, text("delivery.again", digest.language))
    return in_form(style, digest.subject.translate(plain), lines)


def plain_for(style: Style) -> dict[int, str]:
    """What turns words from data into words that mean nothing to the robot; for ``str.translate``."""
    return _SLACK if style == "slack" else _PLAIN


def in_form(style: Style, title: str, lines: Sequence[str]) -> dict[str, Any]:
    """A message of these lines, of which the first is the title already marked, in the robot's own form."""
    if style == "feishu":
        lines = lines[1:]  # a card has a head of its own
    # DingTalk joins lines that follow one another; a blank line keeps them apart.
    said = cut(("\n\n" if style == "dingtalk" else "\n").join(lines), MOST_BYTES[style])
    if style == "slack":
        return {"text": said}
    if style == "dingtalk":
        return {"msgtype": "markdown", "markdown": {"title": title, "text": said}}
    if style == "feishu":
        head = {"title": {"tag": "plain_text", "content": title}}
        return {
            "msg_type": "interactive",
            "card": {"header": head, "elements": [{"tag": "markdown", "content": said}]},
        }
    return {"msgtype": "markdown", "markdown": {"content": said}}


def linked(style: Style, words: str, link: str) -> str:
    """A link in the robot's dialect."""
    return f"<{link}|{words}>" if style == "slack" else f"[{words}]({link})"


def headed(style: Style, words: str) -> str:
    """A first line in the robot's dialect."""
    return f"*{words}*" if style == "slack" else f"### {words}"


def _lines(digest: Digest, plain: Mapping[int, Any], *, link: str | None, bullet: str = "- ") -> list[str]:
    lines = [digest.subject.translate(plain), digest.lead.translate(plain)]
    lines += [f"{bullet}{problem.translate(plain)}" for problem in digest.problems]
    if digest.more_problems:
        lines.append(text("delivery.more_problems", digest.language, count=digest.more_problems))
    lines += [f"{bullet}{line.translate(plain)}" for line in (*digest.target_lines, *digest.said)]
    if link:
        lines.append(link)
    return lines


def _marked(digest: Digest, plain: Mapping[int, Any], *, style: Style, link: str | None) -> list[str]:
    """As lines of Markdown, in the dialect of the robot."""
    head, *rest = _lines(digest, plain, link=None, bullet=bullet(style))
    lines = [headed(style, head), *rest]
    if link:
        lines.append(linked(style, text("delivery.open", digest.language), link))
    return lines


def bullet(style: Style) -> str:
    """What stands before an item."""
    return "• " if style == "slack" else "- "


def cut(said: str, most: int) -> str:
    """At most so many bytes."""
    if len(said.encode()) <= most:
        return said
    return said.encode()[: most - len("…".encode())].decode("utf-8", "ignore") + "…"
