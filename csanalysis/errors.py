"""The named exceptions a user can meet. Each message says what is wrong, where, and what to do."""

from collections.abc import Callable, Iterable, Sequence


class Message(str):
    """A line in English, as the commands print it, with the same line in Chinese for the pages of a store.

    Parameters
    ----------
    en, zh : str
        The two lines; with ``parts`` they are format strings.
    **parts
        What fills both; a part that is a message itself is said in the language of the line it stands in.
    """

    zh: str

    def __new__(cls, en: str, zh: str, /, **parts: object) -> "Message":  # noqa: D102  # the class says it
        message = super().__new__(cls, en.format(**parts) if parts else en)
        message.zh = zh.format(**{name: in_chinese(part) for name, part in parts.items()}) if parts else zh
        return message

    def __reduce__(self) -> tuple[type["Message"], tuple[str, str]]:
        return Message, (str(self), self.zh)


def in_chinese(part: object) -> object:
    """The Chinese of a message; anything else as it is."""
    return part.zh if isinstance(part, Message) else part


def said(line: str, language: str) -> str:
    """A line in ``zh`` or ``en``; one that is no message has English alone."""
    return str(in_chinese(line)) if language == "zh" else str(line)


def edited(line: str, edit: Callable[[str], str]) -> Message:
    """A line with the same change made to either language."""
    return Message(edit(str(line)), edit(said(line, "zh")))


def joined(messages: Iterable[str], en: str = ", ", zh: str = "、") -> Message:
    """Several messages in one line, with what stands between them in either language."""
    lines = list(messages)
    return Message(en.join(lines), zh.join(str(in_chinese(line)) for line in lines))


class CsanalysisError(Exception):
    """Base of every error that is the user's to mend; the commands print a line for each problem.

    ``problems`` holds the lines that it was raised with, one for each thing that is wrong.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else [*problems]
        super().__init__("\n".join(self.problems))


class ParamsError(CsanalysisError):
    """A params file cannot be used."""


class IngestError(CsanalysisError):
    """The exports of a dealership cannot be used."""


class NotebookError(CsanalysisError):
    """A chapter's notebook failed, or was given parameters it does not have."""


class ReportError(CsanalysisError):
    """The report could not be assembled, exported or moved into place."""


class WithheldError(ReportError):
    """A finished report is not whole, or not safe to share."""


class ClusterError(CsanalysisError):
    """A Dask cluster cannot be reached, or its workers cannot do the work."""


class StoreError(CsanalysisError):
    """An object store cannot be reached, read or written."""


class PlanError(CsanalysisError):
    """A plan cannot be frozen or read, or a month cannot be held against it."""


class BusyError(CsanalysisError):
    """Another run of the same dealership and year is going on."""
