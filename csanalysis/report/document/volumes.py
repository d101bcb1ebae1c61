"""A report's two volumes: the plan that gets signed, and the analysis behind it."""

from dataclasses import replace

from csanalysis.report import SIGNED
from csanalysis.report.document.blocks import Document


def plan_of(document: Document) -> Document | None:
    """The chapter that gets signed as a document of its own, densely set; None where there is none."""
    chapters = tuple(chapter for chapter in document.chapters if chapter.anchor == SIGNED)
    if not chapters or len(document.chapters) == 1:
        return None
    return replace(document, title=chapters[0].title, chapters=chapters, compact=True, dense=True)


def analysis_of(document: Document) -> Document:
    """All chapters but that one; the document itself where there is none, or no other."""
    chapters = tuple(chapter for chapter in document.chapters if chapter.anchor != SIGNED)
    return replace(document, chapters=chapters) if chapters else document
