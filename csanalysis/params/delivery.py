"""The part of the params file on delivery: who gets a finished report, who hears of a failed one, and how.

No secret stands here: the params name environment variables, and the messages of this module never repeat a
value that could be one.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from csanalysis.messages import BadValueError, joined
from csanalysis.params.environment import filled_in, is_variable, variables_of
from csanalysis.params.mailboxes import BREAK, Link, Mailbox, Variable
from csanalysis.params.strict import STRICT

USER, PASSWORD = "CSANALYSIS_SMTP_USER", "CSANALYSIS_SMTP_PASSWORD"
"""Where the mail server's user and password are taken from, if it asks for them."""

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


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


def _names_lists(attached: object) -> bool:
    given = attached if isinstance(attached, list) else [attached]
    return any(str(each).removesuffix(".xlsx") == "lists" for each in given)


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

    @property
    def is_this_machine(self) -> bool:
        """Whether nothing leaves the machine on the way to it."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Email(_Section):
    """Mail about a store's reports.

    ``to`` gets each finished report and ``failures_to`` each failure; left out, failures go to ``to`` too.
    The report is attached as ``html``, ``pdf`` or both, or linked: ``link`` is the address under which
    readers find outputs/. ``subject`` may hold ``{store}`` and ``{year}``.

    ``lists_to`` gets the workbook of work lists, and ``lists_to_owners`` gives by a caller's name the address
    that gets this caller's calls alone; nobody gets any unless told.
    """

    to: list[Mailbox] = []
    failures_to: list[Mailbox] | None = None
    lists_to: list[Mailbox] = []
    lists_to_owners: dict[str, Mailbox] = {}
    sender: Mailbox = Field(alias="from")
    attach: list[Literal["html", "pdf"]] = []
    link: Link | None = None
    subject: str | None = None
    smtp: Smtp

    @field_validator("attach", mode="before")
    @classmethod
    def _holds_no_lists(cls, value: object) -> object:
        if _names_lists(value):
            raise BadValueError(
                "would give work lists to all readers of the report, and they name customers; name whoever "
                "works from them under lists_to or lists_to_owners",
                "会把工作清单发给报告的所有收件人，而清单含客户信息；"
                "请在 lists_to 或 lists_to_owners 写使用清单的人",
            )
        return value

    @field_validator("subject")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and (not value.strip() or BREAK.search(value)):
            raise BadValueError("must be one line of text", "应为一行文字")
        return value

    @model_validator(mode="after")
    def _reaches_someone(self) -> Self:
        if not self.to and not self.failures_to and not self.sends_lists:
            raise BadValueError(
                "names nobody; give to, failures_to or both", "没有收件人；请写 to、failures_to，或两者都写"
            )
        if self.to and not self.attach and not self.link:
            raise BadValueError(
                "gives no report; attach html or pdf, or give the link under which outputs/ is found",
                "没有附上报告；请在 attach 写 html 或 pdf，或在 link 写 outputs/ 的网址",
            )
        return self

    @model_validator(mode="after")
    def _keeps_lists_private(self) -> Self:
        if self.sends_lists and self.smtp.security == "none" and not self.smtp.is_this_machine:
            raise BadValueError(
                "sends work lists, which name customers, over a connection that anyone on the way can read; "
                "set smtp.security to starttls or tls",
                "要发送含客户信息的工作清单，但连接不加密，途中任何人都能读到；"
                "请把 smtp.security 设为 starttls 或 tls",
            )
        return self

    @property
    def sends_lists(self) -> bool:
        """Whether anybody gets work lists."""
        return bool(self.lists_to or self.lists_to_owners)

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

    @model_validator(mode="before")
    @classmethod
    def _sends_no_lists(cls, value: object) -> object:
        given = value if isinstance(value, dict) else {}
        if _names_lists(given.get("attach")) or any(str(name).startswith("lists") for name in given):
            raise BadValueError(
                "cannot send work lists: they name customers, and a chat or another program is no named "
                "person; they go by mail alone, to delivery.email.lists_to or lists_to_owners",
                "不能发送工作清单：清单含客户信息，而群聊或其他程序不是指定的人；"
                "清单只能用邮件发给 delivery.email.lists_to 或 lists_to_owners",
            )
        return value

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

    @property
    def sends_lists(self) -> bool:
        """Whether anybody gets work lists."""
        return self.email is not None and self.email.sends_lists

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
