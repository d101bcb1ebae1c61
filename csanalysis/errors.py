"""The named exceptions a user can meet. Each message says what is wrong, where, and what to do."""


class CsanalysisError(Exception):
    """Base of every error that is the user's to mend; the commands print it as one line."""


class ParamsError(CsanalysisError):
    """A params file cannot be used. ``problems`` holds one line each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class IngestError(CsanalysisError):
    """The exports of a dealership cannot be used. ``problems`` holds one line each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class NotebookError(CsanalysisError):
    """A chapter's notebook failed, or was given parameters it does not have."""


class ReportError(CsanalysisError):
    """The report could not be assembled, exported or moved into place."""


class WithheldError(ReportError):
    """A finished report is not whole, or not safe to share.

    ``problems`` holds one line each; ``told`` the same in the report's language.
    """

    def __init__(self, problems: list[str], told: list[str]) -> None:
        self.problems, self.told = problems, told
        super().__init__("\n".join(problems))


class ClusterError(CsanalysisError):
    """A Dask cluster cannot be reached, or its workers cannot do the work."""


class StoreError(CsanalysisError):
    """An object store cannot be reached, read or written."""


class PlanError(CsanalysisError):
    """A plan cannot be frozen or read, or a month cannot be held against it."""


class BusyError(CsanalysisError):
    """Another run of the same dealership and year is going on."""
