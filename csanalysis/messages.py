"""What is said of something that went wrong: in English and in Chinese, for whoever comes to read it."""

import errno
from collections.abc import Callable, Iterable


class Message(str):
    """A line in English that remembers the same line in Chinese; :func:`said` gives either.

    Parameters
    ----------
    en, zh : str
        The two lines; with ``parts`` they are format strings.
    **parts
        What fills both; a part that is a message itself is said in the language of the line it stands in.
    """

    zh: str
    passing: bool
    """Whether what it says may pass by itself, as a connection that is lost does and a wrong column does
    not; a line that is built of such a line is one too."""

    def __new__(cls, en: str, zh: str, /, **parts: object) -> "Message":  # noqa: D102  # the class says it
        message = super().__new__(cls, en.format(**parts) if parts else en)
        message.zh = zh.format(**{name: in_chinese(part) for name, part in parts.items()}) if parts else zh
        message.passing = any(may_pass(part) for part in parts.values())
        return message

    def __reduce__(self) -> tuple[Callable[..., "Message"], tuple[str, str, bool]]:
        return _restored, (str(self), self.zh, self.passing)


def _restored(en: str, zh: str, passing: bool) -> Message:
    message = Message(en, zh)
    message.passing = passing
    return message


def may_pass(line: object) -> bool:
    """Whether what a line says may pass by itself, so that another attempt is worth it."""
    return isinstance(line, Message) and line.passing


def passing(line: str) -> Message:
    """The line, of something that may pass by itself."""
    return _restored(str(line), said(line, "zh"), True)


PASSING_ERRORS = frozenset(
    number
    for name in ("EAGAIN", "EBUSY", "EDEADLK", "EINTR", "ENOLCK", "ESTALE", "ETIMEDOUT", "ETXTBSY")
    if (number := getattr(errno, name, None)) is not None
)
"""What the system says of a file or a disk that another has hold of, or that is far away."""


def error_may_pass(error: BaseException) -> bool:
    """Whether an error is of a connection, or of a file that another program has hold of."""
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    held = getattr(error, "winerror", None) in (32, 33)  # Windows: a program such as Excel has it open
    return held or (isinstance(error, OSError) and error.errno in PASSING_ERRORS)


class MessageError(Exception):
    """An error with a ``message``, to be caught where it is known what the message is about."""

    def __init__(self, en: str, zh: str, /, **parts: object) -> None:
        self.message = Message(en, zh, **parts)
        super().__init__(self.message)


class BadValueError(MessageError, ValueError):
    """A value that was given, in the params or elsewhere, cannot be used; pydantic takes it as a finding."""


def in_chinese(part: object) -> object:
    """The Chinese of a message; anything else as it is."""
    return part.zh if isinstance(part, Message) else part


def both(line: str) -> tuple[str, str]:
    """A line in English and in Chinese: ``Message(*both(line))`` says the same."""
    return str(line), said(line, "zh")


def message_of(error: Exception) -> Message:
    """What an error says; one of another library says it in English alone."""
    return error.message if isinstance(error, MessageError) else Message(str(error), str(error))


def said(line: str, language: str) -> str:
    """A line in ``zh`` or ``en``; one that is no message has English alone."""
    return str(in_chinese(line)) if language == "zh" else str(line)


def edited(line: str, edit: Callable[[str], str]) -> Message:
    """A line with the same change made to either language."""
    return _restored(edit(str(line)), edit(said(line, "zh")), may_pass(line))


def placed(where: object, line: object) -> Message:
    """A line with what it is about before it: a file, an address, a key of the params."""
    return Message("{where}: {line}", "{where}：{line}", where=where, line=line)


def unreadable(path: object, error: Exception) -> Message:
    """What is said of a file that cannot be read."""
    why = error.strerror if isinstance(error, OSError) else None
    line = Message("{path}: cannot be read ({why})", "{path}：无法读取（{why}）", path=path, why=why or error)
    return passing(line) if error_may_pass(error) else line


def unwritable(folder: object, error: OSError) -> Message:
    """What is said of the folder of reports where it cannot be written."""
    return Message(
        "{folder}: cannot be written ({why}); choose another --output",
        "{folder}：无法写入（{why}）；请用 --output 换一个文件夹",
        folder=folder,
        why=error.strerror or error,
    )


def no_file(path: object) -> Message:
    """What is said of a pipe or a device, which may never end or fill the memory, where a file should be."""
    return Message("{path}: is no file but a pipe or a device", "{path}：不是文件，而是管道或设备", path=path)


def joined(messages: Iterable[str], en: str = ", ", zh: str = "、") -> Message:
    """Several messages in one line, with what stands between them in either language."""
    lines = list(messages)
    return Message(en.join(lines), zh.join(str(in_chinese(line)) for line in lines))
