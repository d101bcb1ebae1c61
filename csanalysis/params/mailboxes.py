"""Addresses of the params' delivery: mailboxes, links, and variables that hold what is secret."""

import re
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from csanalysis.messages import BadValueError
from csanalysis.params.environment import is_variable, variables_in

BREAK = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
"""What would end a line, and begin a header of a mail."""


def _is_address(value: str) -> str:
    if is_variable(value):
        return value
    _, spec = parseaddr(value)
    good = re.fullmatch(r"[^\s@<>,;\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", spec) and spec.isascii()
    whole = value.strip() == spec or re.fullmatch(r"[^<>@,]*<[^<>]+>", value.strip())
    if not good or not whole or BREAK.search(value):
        raise BadValueError(
            "{value!r} is no e-mail address; write 'name@example.com' or 'Name <name@example.com>'",
            "“{value}”不是邮箱地址；请写“name@example.com”或“姓名 <name@example.com>”",
            value=value,
        )
    return value


def _is_variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise BadValueError(
            "is no name of an environment variable; put the address or secret itself into the environment, "
            "and write that variable's name here, such as CSANALYSIS_WEBHOOK_URL",
            "不是环境变量的名称；请把地址或密钥放进环境变量，这里只写变量名，如 CSANALYSIS_WEBHOOK_URL",
        )
    return value


def _is_link(value: str) -> str:
    if value.startswith("${") and variables_in(value):  # looked at again once it is filled
        return value.rstrip("/")
    try:
        parts = urlsplit(value)
    except ValueError:  # such as a bracket never closed
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise BadValueError(
            "is no web address; write the one under which readers find outputs/, with https://",
            "不是网址；请写读者打开 outputs/ 所用的网址，以 https:// 开头",
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadValueError(
            "holds a user, a query or a '#'; write the plain address of outputs/ as readers see it",
            "含有用户名、查询参数或“#”；请只写读者看到的 outputs/ 网址",
        )
    return value.rstrip("/")


Mailbox = Annotated[str, AfterValidator(_is_address)]
Variable = Annotated[str, AfterValidator(_is_variable)]
Link = Annotated[str, AfterValidator(_is_link)]


def mailbox(value: str) -> Address:
    """A checked address for a header of a message."""
    name, spec = parseaddr(value)
    return Address(display_name=name, addr_spec=spec)
