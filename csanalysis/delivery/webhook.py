"""Post to the address of a chat robot or of another program, and understand the answer."""

import base64
import hashlib
import hmac
import json
import re
import time
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, urlsplit, urlunsplit
from uuid import uuid4

import csanalysis
from csanalysis.delivery.chat import Style
from csanalysis.delivery.pacing import LIMITS
from csanalysis.delivery.retrying import DeliveryError
from csanalysis.json_files import parsed_json

_TIMEOUT = 30
_UNCONNECTED = "no connection ({reason})", "连接不上（{reason}）"
_REFUSED = "the robot refused the message: {answer}", "机器人拒收了消息：{answer}"
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_DOUBTFUL = {408, 500, 502, 504}  # the robot may have had the message when its answer went wrong
_TOO_FAST = {"wecom": {45009}, "dingtalk": {130101, 410100}, "feishu": {9499, 11232, 230020}}
"""The codes by which robots say that they were sent too much."""
_PUNISHED = re.compile(r"punish|限流|too fast", re.IGNORECASE)  # DingTalk's page instead of an answer
_ROBOTS = ("wecom", "dingtalk", "feishu")


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
    if secret and style == "feishu":
        body = {**body, **_feishu_signature(secret)}
    data = json.dumps(body, ensure_ascii=False).encode()
    said = _sent(
        _signed(url, secret) if style == "dingtalk" else url, data, "application/json; charset=utf-8", style
    )
    if style in _ROBOTS:
        _check_robot(said, style)


def upload(url: str, file: Path, name: str) -> str:
    """Hand a file to WeCom's robot; returns the id by which a message names it.

    Raises
    ------
    DeliveryError
        As of :func:`post`.
    """
    parts = urlsplit(url) if _is_address(url) else urlsplit("")
    place = urlunsplit(
        parts._replace(
            path=parts.path.removesuffix("/send") + "/upload_media", query=f"{parts.query}&type=file"
        )
    )
    edge, content = uuid4().hex, file.read_bytes()
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="media"; filename="{name}"; '
        f"filelength={len(content)}\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    data = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    answer = _check_robot(_sent(place, data, f"multipart/form-data; boundary={edge}", "wecom"), "wecom")
    if not isinstance(answer.get("media_id"), str):
        raise DeliveryError(*_REFUSED, answer="no media_id")
    return str(answer["media_id"])


def _sent(url: str, data: bytes, kind: str, style: Style) -> bytes:
    """The answer to a post."""
    if not _is_address(url):
        raise DeliveryError(
            "the variable holds no http or https address", "环境变量里不是 http 或 https 地址"
        )
    headers = {"Content-Type": kind, "User-Agent": f"csanalysis/{csanalysis.__version__}"}
    try:
        request = urllib.request.Request(url, data=data, headers=headers, method="POST")  # noqa: S310  # params take http(s) alone
        with urllib.request.build_opener(_Stay).open(request, timeout=_TIMEOUT) as answer:
            said: bytes = answer.read(65536)
    except HTTPError as error:
        error.close()
        raise DeliveryError(
            "the answer was {code}",
            "对方的应答是 {code}",
            passing=error.code in _PASSING,
            quiet=_quiet(error, style),
            doubtful=error.code in _DOUBTFUL,
            code=error.code,
        ) from None
    except URLError as error:
        raise DeliveryError(*_UNCONNECTED, passing=True, reason=_reason(error.reason)) from None
    except (RemoteDisconnected, IncompleteRead) as error:
        reason = type(error).__name__
        raise DeliveryError(*_UNCONNECTED, passing=True, doubtful=True, reason=reason) from None
    except (HTTPException, ValueError):  # their texts hold the address
        raise DeliveryError(
            "the variable holds no usable address, or the answer was no HTTP",
            "环境变量里的地址不能用，或应答不是 HTTP",
        ) from None
    except OSError as error:
        raise DeliveryError(*_UNCONNECTED, passing=True, doubtful=True, reason=_reason(error)) from None
    if (
        style == "dingtalk"
        and said.lstrip()[:1] == b"<"
        and _PUNISHED.search(said.decode("utf-8", "replace"))
    ):
        raise _too_fast(style, answer="HTML")
    return said


def _quiet(error: HTTPError, style: Style) -> float | None:
    """For how many seconds the channel takes nothing, where the answer says that it was sent too much."""
    if error.code == 429:
        for name in ("Retry-After", "x-ogw-ratelimit-reset"):
            said = str(error.headers.get(name, "")).strip()
            if said.isdecimal():
                return float(said)
        return LIMITS[style].quiet if style != "generic" else None
    if style == "dingtalk" and 300 <= error.code < 400:  # sent to a page on flow control instead
        return LIMITS[style].quiet
    return None


def _too_fast(style: Style, answer: object) -> DeliveryError:
    return DeliveryError(*_REFUSED, passing=True, quiet=LIMITS[style].quiet, answer=answer)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url


def _reason(reason: object) -> str:
    return (reason.strerror if isinstance(reason, OSError) else None) or str(reason) or type(reason).__name__


def _check_robot(said: bytes, style: Style) -> dict[str, Any]:
    """What the robot answered. It says in JSON whether it took the message, and 200 whatever happens."""
    try:
        answer: dict[str, Any] = parsed_json(said)
        if style == "dingtalk" and "errcode" not in answer and "punish" in answer:
            raise _too_fast(style, answer["punish"])
        code = answer["errcode"] if style != "feishu" else answer.get("code", answer.get("StatusCode"))
        if code is None:
            raise KeyError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DeliveryError(
            "the answer is not that of a chat robot; see style", "应答不像聊天机器人；请检查 style"
        ) from None
    if code == 0:
        return answer
    line = f"{code} {answer.get('errmsg', answer.get('msg', ''))}".strip()
    raise _too_fast(style, line) if code in _TOO_FAST[style] else DeliveryError(*_REFUSED, answer=line)


def _signed(url: str, secret: str | None) -> str:
    """The address with the time and its signature, as DingTalk robots with a secret want it."""
    if not secret:
        return url
    stamp = str(round(time.time() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    joint = "&" if urlsplit(url).query else "?"
    return f"{url}{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


def _feishu_signature(secret: str) -> dict[str, str]:
    """Time and signature as Feishu robots want them, in the message itself; what is signed is empty."""
    stamp = str(round(time.time()))
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
