"""A person at JupyterLab, by mouse and keyboard: open, Run All, turn the panel, export."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page

from tests.lab.serving import TOKEN

EXPORTS = {".html": "csanalysis_html", ".pdf": "csanalysis_pdf"}
PANEL = ".jp-OutputArea .widget-vbox"
ANSWERED = 20
"""Looks in a row, five a second, at which the kernel is idle: it is at a turn within a fraction of a second."""


@dataclass(frozen=True)
class Desk:
    """One JupyterLab in one browser page; ``pictures`` is where its screenshots go."""

    page: Page
    address: str
    root: Path
    pictures: Path = field(repr=False)

    def open(self, path: str) -> None:
        """Open a notebook by its address, alone, and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{path}?reset&token={TOKEN}")
        self.page.locator(".jp-Notebook:visible").wait_for(timeout=120_000)
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=120_000)
        self._idle(120)

    def run_all(self, path: str, *, seconds: float = 600) -> nbformat.NotebookNode:
        """Run → Run All Cells, wait until all have run, save; the notebook as it then lies on disk."""
        self.menu("Run", "Run All Cells")
        self._idle(seconds)
        return self.saved(path)

    def saved(self, path: str) -> nbformat.NotebookNode:
        """File → Save Notebook, and what it wrote."""
        file = self.root / path
        before = file.stat().st_mtime_ns
        self.menu("File", "Save Notebook")
        deadline = time.monotonic() + 60
        while file.stat().st_mtime_ns == before or self.page.get_by_text("Saving started").count():
            assert time.monotonic() < deadline, f"{path} is not saved"
            self.page.wait_for_timeout(200)
        return nbformat.read(file, 4)

    def panel(self) -> Locator:
        """The panel, scrolled to from the notebook's end: cells out of sight are not in the page."""
        self.page.locator(".jp-Notebook:visible .jp-WindowedPanel-outer, .jp-Notebook:visible").first.click(
            position={"x": 5, "y": 5}
        )
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+End")
        for _ in range(60):
            if self.page.locator(PANEL).count():
                break
            self.page.keyboard.press("ArrowUp")
            self.page.wait_for_timeout(200)
        found = self.page.locator(PANEL).first
        found.scroll_into_view_if_needed()
        return found

    def choose(self, panel: Locator, place: int, label: str | None = None) -> str:
        """Choose in the panel's list at ``place`` an entry, or its last; what the panel then shows."""
        before = self.shown(panel)
        box = panel.locator("select").nth(place)
        entries = box.locator("option").all_inner_texts()
        box.select_option(label=label or entries[-1])
        return self._changed(panel, before)

    def write(self, panel: Locator, kind: str, value: str) -> str:
        """Fill in the panel's field of a ``kind`` (number, date); what the panel then shows."""
        before = self.shown(panel)
        box = panel.locator(f"input[type={kind}]").first
        box.fill(value)
        box.press("Tab")
        return self._changed(panel, before)

    def shown(self, panel: Locator) -> str:
        """What the panel says: its table, or why there is none."""
        return str(panel.locator(".widget-html").last.inner_text())

    def _changed(self, panel: Locator, before: str) -> str:
        """What the panel shows once it changed, or once the kernel had answered and it shows the same.

        A turn may change nothing, such as another plan year what is counted of past ones.
        """
        status = self.page.locator(".jp-Notebook-ExecutionIndicator:visible").first
        deadline, still = time.monotonic() + 180, 0
        while still < ANSWERED and self.shown(panel) == before:
            assert time.monotonic() < deadline, "the panel does not answer"
            self.page.wait_for_timeout(200)
            still = still + 1 if status.get_attribute("data-status") == "idle" else 0
        return self.shown(panel)

    def export(self, name: str, folder: Path) -> Path:
        """File → Save and Export Notebook As → an exporter; the file that comes down."""
        with self.page.expect_download(timeout=180_000) as coming, self.page.context.expect_page():
            self.menu("File", "Save and Export Notebook As", name)
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    def menu(self, *names: str) -> None:
        """Click through the menus."""
        self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{names[0]}$")).click()
        for name in names[1:]:
            label = self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{re.escape(name)}$", re.I))
            label.last.click()

    def picture(self, name: str) -> None:
        """What the screen shows."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def close(self) -> None:
        """Shut the kernel down: the next notebook wants the memory."""
        self.menu("Kernel", "Shut Down Kernel")

    def _idle(self, seconds: float) -> None:
        """Wait until the kernel has been idle for a second and no cell waits."""
        status = self.page.locator(".jp-Notebook-ExecutionIndicator:visible").first
        deadline, still = time.monotonic() + seconds, 0
        while still < 5:
            assert time.monotonic() < deadline, f"not idle after {seconds} s"
            self.page.wait_for_timeout(200)
            waiting = self.page.locator(".jp-InputPrompt", has_text="[*]").count()
            still = still + 1 if status.get_attribute("data-status") == "idle" and not waiting else 0


def errors(book: nbformat.NotebookNode) -> list[str]:
    """What went wrong in a notebook that ran: errors, and cells of code that did not run."""
    wrong = []
    for place, cell in enumerate(book.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if cell.execution_count is None:
            wrong.append(f"cell {place} did not run: {cell.source[:80]}")
        for output in cell.outputs:
            if output.output_type == "error":
                wrong.append(f"cell {place}: {output.ename}: {output.evalue}")
            elif output.get("name") == "stderr":
                wrong.append(f"cell {place} says: {output.text[:200]}")
    return wrong
