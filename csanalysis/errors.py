"""The named exceptions a user can meet. Each message says what is wrong, where, and what to do."""

from collections.abc import Sequence

from csanalysis.messages import Message, may_pass


class CsanalysisError(Exception):
    """Base of every error that is the user's to mend; the commands print a line for each problem.

    ``problems`` holds the lines that it was raised with, in both languages, one for each thing that is wrong.
    """

    def __init__(self, problems: Message | Sequence[Message]) -> None:
        self.problems = [problems] if isinstance(problems, str) else [*problems]
        super().__init__("\n".join(self.problems))

    @property
    def passing(self) -> bool:
        """Whether all that is wrong may pass by itself."""
        return bool(self.problems) and all(map(may_pass, self.problems))


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

    @property
    def passing(self) -> bool:
        """It passes when the other one ends."""
        return True
