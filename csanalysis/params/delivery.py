"""The part of the params file on delivery: who gets a finished report, who hears of a failed one, and how.

No secret stands here: the params name environment variables, and the messages of this module never repeat a
value that could be one.
"""

import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, ValidationError, field_validator, model_validator

from csanalysis.messages import BadValueError, joined
from csanalysis.params.environment import filled_in, is_variable, variables_in, variables_of
from csanalysis.params.strict import STRICT

USER, PASSWORD = "CSANALYSIS_SMTP_USER", "CSANALYSIS_SMTP_PASSWORD"
"""Where the mail server's user and password are taken from, if it asks for them."""

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_BREAK = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def _is_address(value: str) -> str:
    if is_variable(value):
        return value
    _, spec = parseaddr(value)
    good = re.fullmatch(r"[^\s@<>,;\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", spec) and spec.isascii()
    whole = value.strip() == spec or re.fullmatch(r"[^<>@,]*<[^<>]+>", value.strip())
    if not good or not whole or _BREAK.search(value):
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


class _Section(BaseModel):
    model_config = STRICT

    @model_validator(mode="before")
    @classmethod
    def _holds_keys(cls, value: object) -> object:
        """Said here, because the usual message repeats what was written: often an address with its token."""
        if isinstance(value, BaseModel):
            return value
        if not isinstance(value, dict):
            raise BadValueError(
                "must hold the keys {keys}", "下面应写这些键：{keys}", keys=joined(field_names(cls))
            )
        for name in value:
            if re.search(r"pass|pwd|secret$|token|^user|^url$", str(name), re.IGNORECASE):
                raise BadValueError(
                    "must not hold {name}: secrets are taken from the environment only ({user}, {password}, "
                    "or the variable that url_env or secret_env names)",
                    "不能写 {name}：密钥只从环境变量读取"
                    "（{user}、{password}，或 url_env、secret_env 所指的变量）",
                    name=name,
                    user=USER,
                    password=PASSWORD,
                )
        return value

    def filled(self, environment: Mapping[str, str]) -> Self:
        """The same with the environment's values in place of every ``${NAME}``, as it is used, never shown.

        Raises
        ------
        BadValueError
            A variable holds nothing, or what cannot stand there.
        """
        said = self.model_dump(by_alias=True)
        if not (names := variables_of(said)):
            return self
        try:
            return type(self).model_validate(filled_in(said, environment))
        except ValidationError:  # its text repeats the values
            raise BadValueError(
                "{names}: what the environment holds there is no address",
                "{names}：环境变量里不是地址",
                names=joined(dict.fromkeys(names)),
            ) from None


class Smtp(_Section):
    """The mail server; ``port`` is 587 with starttls, 465 with tls, 25 with none, unless told."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"

    @field_validator("host")
    @classmethod
    def _bare(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9.:_-]+", value) and not is_variable(value):
            raise BadValueError(
                "is no host name; write it bare, such as smtp.example.com, with port beside it",
                "不是主机名；请只写主机名，如 smtp.example.com，端口写在 port",
            )
        return value

    @property
    def port_used(self) -> int:
        """The port given, else the usual one."""
        return self.port or _PORTS[self.security]


class Email(_Section):
    """Mail about a store's reports.

    ``to`` gets each finished report and ``failures_to`` each failure; left out, failures go to ``to`` too.
    The report is attached as ``html``, ``pdf`` or both, or linked: ``link`` is the address under which
    readers find outputs/. ``subject`` may hold ``{store}`` and ``{year}``.
    """

    to: list[Mailbox] = []
    failures_to: list[Mailbox] | None = None
    sender: Mailbox = Field(alias="from")
    attach: list[Literal["html", "pdf"]] = []
    link: Link | None = None
    subject: str | None = None
    smtp: Smtp

    @field_validator("subject")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and (not value.strip() or _BREAK.search(value)):
            raise BadValueError("must be one line of text", "应为一行文字")
        return value

    @model_validator(mode="after")
    def _reaches_someone(self) -> Self:
        if not self.to and not self.failures_to:
            raise BadValueError(
                "names nobody; give to, failures_to or both", "没有收件人；请写 to、failures_to，或两者都写"
            )
        if self.to and not self.attach and not self.link:
            raise BadValueError(
                "gives no report; attach html or pdf, or give the link under which outputs/ is found",
                "没有附上报告；请在 attach 写 html 或 pdf，或在 link 写 outputs/ 的网址",
            )
        return self

    def recipients(self, *, made: bool) -> list[str]:
        """Who hears of a report that was made, or of one that was not."""
        return self.to if made or self.failures_to is None else self.failures_to


class Webhook(_Section):
    """A message to a chat robot or to another program; ``style`` is the form it takes.

    Of one run over several stores a chat gets one message, unless ``together`` is false. ``attach`` sends the
    report's files into the chat; only WeCom's robots take any.

    ``url_env`` names the environment variable that holds the address for finished reports, and
    ``failures_url_env`` the one for failures; left out, failures go to the first as well. ``secret_env`` and
    ``failures_secret_env`` name the secrets of DingTalk and Feishu robots that want their messages signed.
    """

    style: Literal["generic", "wecom", "dingtalk", "feishu", "slack"] = "generic"
    url_env: Variable | None = None
    failures_url_env: Variable | None = None
    secret_env: Variable | None = None
    failures_secret_env: Variable | None = None
    link: Link | None = None
    attach: list[Literal["html", "pdf"]] = []
    together: bool = True

    @model_validator(mode="after")
    def _reaches_someone(self) -> Self:
        if not self.url_env and not self.failures_url_env:
            raise BadValueError(
                "names no address; give url_env, failures_url_env or both",
                "没有地址；请写 url_env、failures_url_env，或两者都写",
            )
        if (self.secret_env or self.failures_secret_env) and self.style not in ("dingtalk", "feishu"):
            raise BadValueError(
                "gives a secret, which only styles dingtalk and feishu sign with",
                "写了密钥，但只有 style 为 dingtalk 或 feishu 时才用它签名",
            )
        if self.attach and self.style != "wecom":
            raise BadValueError(
                "attaches files, which only robots of style wecom take; instead give the link under which "
                "outputs/ is found",
                "写了 attach，但只有 style 为 wecom 的机器人能收文件；请改用 link",
            )
        return self

    def variables(self, *, made: bool) -> tuple[str | None, str | None]:
        """The variables of address and secret for a report that was made, or for one that was not."""
        if made or self.failures_url_env is None:
            return self.url_env, self.secret_env
        return self.failures_url_env, self.failures_secret_env


class Delivery(_Section):
    """Where reports and failures are sent."""

    email: Email | None = None
    webhook: Webhook | None = None

    def environment_names(self) -> set[str]:
        """Every environment variable that holds a secret of this delivery."""
        hook = self.webhook
        named = (
            (hook.url_env, hook.failures_url_env, hook.secret_env, hook.failures_secret_env) if hook else ()
        )
        return {USER, PASSWORD, *variables_of(self.model_dump())} | {name for name in named if name}


def field_names(model: type[BaseModel]) -> list[str]:
    """The keys of a model as the params file writes them."""
    fields: dict[str, Any] = model.model_fields
    return [field.alias or name for name, field in fields.items()]
