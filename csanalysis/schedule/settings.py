"""How the service works."""

from dataclasses import dataclass
from datetime import tzinfo


@dataclass(frozen=True)
class Settings:
    """How the service works.

    ``jobs`` stores at a time, in the time ``zone`` (default: the machine's), each up to ``jitter`` seconds
    later than planned; runs get ``grace`` seconds to finish at a stop; params files are looked at every
    ``watch`` seconds. With a Dask ``scheduler`` its workers do the jobs. ``url`` is where all reports
    lie, if in an object store; the output folder is its working copy then.
    """

    jobs: int = 2
    zone: tzinfo | None = None
    jitter: int = 0
    grace: float = 60.0
    watch: float = 15.0
    scheduler: str | None = None
    url: str | None = None
