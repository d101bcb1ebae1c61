"""One notebook out of the executed chapters: what the exporters, or a reader in JupyterLab, open."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from csanalysis.errors import ReportError
from csanalysis.messages import Message, joined
from csanalysis.report.document.labels import LANGUAGES


def assemble(chapters: Sequence[NotebookNode], *, cover: Mapping[str, Any]) -> NotebookNode:
    """The chapters one after the other as one notebook.

    Parameters
    ----------
    chapters : sequence of NotebookNode
        Executed, in order; each first heading is the chapter's title. ``metadata.csanalysis.chapter`` names
        the chapter (letters, digits, ``-``, ``_``) and begins its anchors; left out, it is ``chapter-3``.
    cover : mapping
        For the title page: ``language`` (zh or en), ``title``, ``subtitle``, ``dealership``, ``brand``,
        ``group``, ``plan_year``, ``as_of``, ``made_on`` as a reader should see them, and ``made``, the ISO
        date or time that the PDF's properties give; ``accepted``, sentences on what the data lack;
        ``layout`` compact for a few pages that begin without a title page. All but ``language`` and
        ``title`` may be missing.

    Returns
    -------
    NotebookNode
        Its cells remember their chapter in ``metadata.csanalysis.chapter``; their ids are unique. The
        chapters are left as they were.

    Raises
    ------
    ReportError
        A language no report is written in, or two chapters of one name.
    """
    if cover.get("language") not in LANGUAGES:
        raise ReportError(
            Message(
                "language must be one of {known}, not {language!r}",
                "language 应为 {known} 之一，现在是“{language}”",
                known=joined(LANGUAGES),
                language=cover.get("language"),
            )
        )
    slugs = [_slug(chapter, place) for place, chapter in enumerate(chapters, start=1)]
    if twice := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        raise ReportError(
            Message(
                "two chapters are called {names}; give each its own name",
                "有两章同名：{names}；请分别取名",
                names=joined(twice),
            )
        )
    facts: dict[str, Any] = {
        name: [*map(str, value)] if isinstance(value, list) else str(value)
        for name, value in cover.items()
        if value is not None
    }
    notebook: NotebookNode = new_notebook(metadata={"csanalysis": {**facts, "assembled": True}})
    if chapters:
        notebook.metadata.update(
            {
                name: copy.deepcopy(chapters[0].metadata[name])
                for name in ("kernelspec", "language_info")
                if name in chapters[0].metadata
            }
        )
    notebook.cells = [
        _cell_of(cell, slug, place)
        for slug, chapter in zip(slugs, chapters, strict=True)
        for place, cell in enumerate(chapter.cells, start=1)
    ]
    return notebook


def _slug(chapter: NotebookNode, place: int) -> str:
    return str(chapter.metadata.get("csanalysis", {}).get("chapter") or f"chapter-{place}")


def _cell_of(cell: NotebookNode, slug: str, place: int) -> NotebookNode:
    own: NotebookNode = copy.copy(cell)  # the exporters copy what they change
    own.id = f"{slug[:56]}-{place}"
    about = {**cell.metadata.get("csanalysis", {}), "chapter": slug}
    own.metadata = {**cell.metadata, "csanalysis": about}
    return own
