"""A run as a message to a chat robot (WeCom, DingTalk, Slack) or as plain JSON to another program."""

import base64
import hashlib
import hmac
import json
import time
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, Literal
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, urlsplit

import csanalysis
from csanalysis.catalogue import text
from csanalysis.delivery.digest import Digest
from csanalysis.delivery.retrying import DeliveryError
from csanalysis.json_files import parsed_json

Style = Literal["generic", "wecom", "dingtalk", "slack"]

SCHEMA_VERSION = 1
_TIMEOUT = 30
_MOST_BYTES = {"wecom": 4096, "dingtalk": 20000, "slack": 39000}
_UNCONNECTED = "no connection ({reason})", "连接不上（{reason}）"
_PASSING = {408, 425, 429, 500, 502, 503, 504}
# Words from data must not become a link, a mention or a heading.
_PLAIN = str.maketrans({"<": "＜", ">": "＞", "[": "【", "]": "】", "`": "'", "*": "＊", "#": "＃"})
_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "＊", "`": "'"})


def payload(digest: Digest, style: Style, *, link: str | None) -> dict[str, Any]:
    """The JSON of one message.

    ``generic`` has ``schema_version``, ``event`` (``report_made`` or ``report_failed``), ``dealership``,
    ``store``, ``language``, ``plan_year``, ``as_of``, ``link``, ``targets`` (``metric``, ``group``,
    ``period``, ``value`` as in metrics.json, ``label`` and ``text`` as readers see them), ``problems`` and
    ``text``, the message in words. What is not known is null.
    """
    if style == "generic":
        return {
            "schema_version": SCHEMA_VERSION,
            "event": "report_made" if digest.made else "report_failed",
            "dealership": digest.dealership,
            "store": digest.store,
            "language": digest.language,
            "plan_year": digest.plan_year,
            "as_of": digest.as_of,
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
    plain = _SLACK if style == "slack" else _PLAIN
    said = _cut(_marked(digest, plain, style=style, link=link), _MOST_BYTES[style])
    if style == "slack":
        return {"text": said}
    if style == "dingtalk":
        title = digest.subject.translate(plain)
        return {"msgtype": "markdown", "markdown": {"title": title, "text": said}}
    return {"msgtype": "markdown", "markdown": {"content": said}}


def _lines(digest: Digest, plain: Mapping[int, Any], *, link: str | None, bullet: str = "- ") -> list[str]:
    lines = [digest.subject.translate(plain), digest.lead.translate(plain)]
    lines += [f"{bullet}{problem.translate(plain)}" for problem in digest.problems]
    if digest.more_problems:
        lines.append(text("delivery.more_problems", digest.language, count=digest.more_problems))
    lines += [f"{bullet}{line.translate(plain)}" for line in digest.target_lines]
    if link:
        lines.append(link)
    return lines


def _marked(digest: Digest, plain: Mapping[int, Any], *, style: str, link: str | None) -> str:
    """As lines of Markdown, in the dialect of the robot."""
    head, *rest = _lines(digest, plain, link=None, bullet="• " if style == "slack" else "- ")
    lines = [f"*{head}*" if style == "slack" else f"### {head}", *rest]
    if link:
        words = text("delivery.open", digest.language)
        lines.append(f"<{link}|{words}>" if style == "slack" else f"[{words}]({link})")
    # DingTalk joins lines that follow one another; a blank line keeps them apart.
    return ("\n\n" if style == "dingtalk" else "\n").join(lines)


def _cut(said: str, most: int) -> str:
    """At most so many bytes."""
    if len(said.encode()) <= most:
        return said
    return said.encode()[: most - len("…".encode())].decode("utf-8", "ignore") + "…"


class _Stay(urllib.request.HTTPRedirectHandler):
    """No redirect is followed: the message is meant for the address that was given."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def post(url: str, body: Mapping[str, Any], style: Style, *, secret: str | None = None) -> None:
    """Send one message; no error repeats the address, for it is a secret.

    Raises
    ------
    DeliveryError
        No web address, no connection, or an answer that says no.
    """
    if not _is_address(url):
        raise DeliveryError(
            "the variable holds no http or https address", "环境变量里不是 http 或 https 地址"
        )
    data = json.dumps(body, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"csanalysis/{csanalysis.__version__}",
    }
    try:
        request = urllib.request.Request(_signed(url, secret), data=data, headers=headers, method="POST")  # noqa: S310  # params take http(s) alone
        with urllib.request.build_opener(_Stay).open(request, timeout=_TIMEOUT) as answer:
            said = answer.read(65536)
    except HTTPError as error:
        error.close()
        passing = error.code in _PASSING
        said_no = "the answer was {code}", "对方的应答是 {code}"
        raise DeliveryError(*said_no, passing=passing, code=error.code) from None
    except URLError as error:
        raise DeliveryError(*_UNCONNECTED, passing=True, reason=_reason(error.reason)) from None
    except (HTTPException, ValueError):  # their texts hold the address
        raise DeliveryError(
            "the variable holds no usable address, or the answer was no HTTP",
            "环境变量里的地址不能用，或应答不是 HTTP",
        ) from None
    except OSError as error:
        raise DeliveryError(*_UNCONNECTED, passing=True, reason=_reason(error)) from None
    if style in ("wecom", "dingtalk"):
        _check_robot(said)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url


def _reason(reason: object) -> str:
    return (reason.strerror if isinstance(reason, OSError) else None) or str(reason) or type(reason).__name__


def _check_robot(said: bytes) -> None:
    """These robots answer 200 whatever happens, and say in JSON whether they took the message."""
    try:
        answer = parsed_json(said)
        code = answer["errcode"]
    except (ValueError, KeyError, TypeError):
        raise DeliveryError(
            "the answer is not that of a chat robot; see style", "应答不像聊天机器人；请检查 style"
        ) from None
    if code != 0:
        raise DeliveryError(
            "the robot refused the message: {answer}",
            "机器人拒收了消息：{answer}",
            answer=f"{code} {answer.get('errmsg', '')}".strip(),
        )


def _signed(url: str, secret: str | None) -> str:
    """The address with the time and its signature, as DingTalk robots with a secret want it."""
    if not secret:
        return url
    stamp = str(round(time.time() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if urlsplit(url).query else "?"
    return f"{url}{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
