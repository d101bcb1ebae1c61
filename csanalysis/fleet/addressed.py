"""What a person names by an address: all reports of a store, or one report."""

import re
from pathlib import Path

from csanalysis.addresses import shown
from csanalysis.errors import StoreError
from csanalysis.fleet.stored import Stored
from csanalysis.ingest.objects import NOTHING, explain_error
from csanalysis.messages import Message, placed

_REPORT = re.compile(r"(?P<url>[^/]+://.*[^/])/(?P<place>[a-z0-9][a-z0-9_-]*/[0-9]{4})/*")


def reports_at(address: str) -> Stored:
    """The reports at an address; nothing is asked of the store yet.

    Raises
    ------
    StoreError
        It names no place, is of no known kind, or needs a package that is not installed.
    """
    from fsspec import get_filesystem_class

    try:
        get_filesystem_class(address.partition("://")[0])
    except Exception as error:  # a package that is there may be broken
        raise StoreError(placed(shown(address), explain_error(error))) from error
    stored = Stored(address)
    stored.prepare()
    return stored


def report_at(address: str, only: frozenset[str] | None = None) -> tuple[Path, Stored]:
    """One report, such as ``s3://bucket/reports/dezhou/2026``, in the working copy of all of them.

    With ``only`` no more than the files of these names are fetched.

    Raises
    ------
    StoreError, BusyError
        It is no report's address, nothing lies there or can be reached, or it is being made.
    """
    found = _REPORT.fullmatch(address)
    if found is None:
        raise StoreError(
            Message(
                "{address}: is no report's address; write it as s3://bucket/reports/dezhou/2026",
                "{address}：不是报告的地址；请写成 s3://bucket/reports/dezhou/2026 的形式",
                address=shown(address),
            )
        )
    stored = reports_at(found["url"])
    folder = stored.fetch(found["place"], only)
    if not folder.is_dir():
        raise StoreError(placed(shown(address), NOTHING))
    return folder, stored
