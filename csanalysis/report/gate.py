"""No report is made of exports that would make it wrong, unless the params accept them with a reason."""

from csanalysis.errors import IngestError
from csanalysis.ingest import Store
from csanalysis.ingest.soundness import judged, way_out
from csanalysis.messages import Message, placed, said
from csanalysis.schema import TABLES


def accepted_or_refused(store: Store) -> list[str]:
    """What the report's first page must own up to, in its language: each shortcoming and why it is accepted.

    Raises
    ------
    IngestError
        A line for each shortcoming that the params do not accept, and what to do.
    """
    found = judged(store)
    if found.refused:
        lines = [placed(f"sources.{finding.table}", finding.line) for finding in found.refused]
        raise IngestError([*lines, way_out(found.refused)])
    owned = "{where}: {line}. Accepted: {reason}", "{where}：{line}。接受的理由：{reason}"
    language = store.params.language
    return [
        said(
            Message(
                *owned,
                where=Message(finding.table, TABLES[finding.table].zh),
                line=finding.line,
                reason=reason,
            ),
            language,
        )
        for finding, reason in found.accepted
    ]
