"""What a drive through one notebook found."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pypdf
from bs4 import BeautifulSoup

from tests.lab.driving import Desk, errors


@dataclass
class Found:
    """What was done, and what was wrong."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        """In one line."""
        return "; ".join(self.done)


def driven(desk: Desk, name: str, exports: Mapping[str, str]) -> Found:
    """Open a notebook, run it whole, turn its panel where it has one, download and open its exports."""
    found, path = Found(), f"notebooks/{name}.ipynb"
    desk.open(path)
    desk.picture(f"{name}-opened")
    book = desk.run_all(path)
    found.wrong += errors(book)
    found.done.append(f"{sum(cell.cell_type == 'code' for cell in book.cells)} cells run")
    desk.picture(f"{name}-run")
    if any("chapter.panel(" in cell.source for cell in book.cells):
        turn_panel(desk, name, found)
    with tempfile.TemporaryDirectory() as folder:
        for ending, exporter in exports.items():
            look_at(desk.export(exporter, Path(folder)), ending, book, found)
    desk.close()
    return found


def turn_panel(desk: Desk, name: str, found: Found) -> None:
    """Split, another plan year, another last day: each must change what the panel shows, or say why not."""
    panel = desk.panel()
    desk.picture(f"{name}-panel")
    turns = {"first": desk.shown(panel)}
    splits = panel.locator("select").nth(1).locator("option").all_inner_texts()
    if len(splits) > 1:
        turns["split"] = desk.choose(panel, 1)
    day = panel.locator("input[type=date]").first.input_value()
    turns["as of"] = desk.write(panel, "date", f"{int(day[:4]) - 1}{day[4:]}")
    year = panel.locator("input[type=number]").first.input_value()
    turns["plan year"] = desk.write(panel, "number", str(int(year) - 1))
    desk.picture(f"{name}-panel-turned")
    found.done.append(f"panel shows {len({*turns.values()})} things after {len(turns) - 1} turns")
    if turns["as of"] in (turns["first"], turns.get("split")):
        found.wrong.append("the panel shows the same of another last day")
    found.wrong += [f"the panel after {turn}: nothing" for turn, shown in turns.items() if not shown.strip()]


def look_at(path: Path, ending: str, book: nbformat.NotebookNode, found: Found) -> None:
    """An exported file: whole, with the chapter's title in it."""
    title = (
        next(cell.source for cell in book.cells if cell.cell_type == "markdown").splitlines()[0].lstrip("# ")
    )
    if path.suffix != ending:
        found.wrong.append(f"{path.name} is no {ending}")
    if ending == ".pdf":
        pages = pypdf.PdfReader(path).pages
        text, size = " ".join(page.extract_text() for page in pages), f"{len(pages)} pages"
    else:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        text = page.get_text(" ")
        size = f"{len(page.select('table'))} tables, {len(page.select('figure svg'))} figures"
    found.done.append(f"{path.name} {size}")
    if title.split("：")[0] not in text.replace("\n", ""):
        found.wrong.append(f"{path.name} does not show {title}")
    if "Traceback" in text:
        found.wrong.append(f"{path.name} shows an error")
