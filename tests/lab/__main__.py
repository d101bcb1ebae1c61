"""``python -m tests.lab``: every notebook in JupyterLab, in a real browser, on a fresh clone of what is committed.

Each is opened and Run All is chosen; its panel is turned; both exporters are downloaded and opened. Exit code 1 where
anything is wrong. Takes ten minutes or more.
"""

import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.lab.driving import EXPORTS, Desk
from tests.lab.looking import driven
from tests.lab.serving import chromium, fresh_clone, lab

PROJECT = Path(__file__).parents[2]


def main() -> int:
    """Read the options, drive, print a line a notebook."""
    options = ArgumentParser(prog="python -m tests.lab", description=__doc__)
    options.add_argument("notebooks", nargs="*", help="such as churn; all unless given")
    options.add_argument(
        "--pictures", type=Path, default=Path("outputs/lab"), help="where the screenshots go"
    )
    options.add_argument("--export", action="store_true", help="both exporters of every notebook, not of two")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = fresh_clone(PROJECT, Path(folder) / "csanalysis")
        names = chosen.notebooks or sorted(path.stem for path in (root / "notebooks").glob("*.ipynb"))
        with lab(root, Path(folder) / "own") as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.set_default_timeout(60_000)
            desk = Desk(page, address, root, chosen.pictures.absolute())
            wrong = [
                name for place, name in enumerate(names) if not _tell(desk, name, chosen.export or place < 2)
            ]
            browser.close()
    print(f"{len(names) - len(wrong)} of {len(names)} notebooks without an error")
    return int(bool(wrong))


def _tell(desk: Desk, name: str, export: bool) -> bool:
    began = time.monotonic()
    try:
        found = driven(desk, name, EXPORTS if export else {})
    except Exception as error:  # one notebook that cannot be driven must not hide the others
        desk.picture(f"{name}-failed")
        print(f"{name}: {type(error).__name__}: {error}", flush=True)
        return False
    print(f"{name}: {found.told}; {time.monotonic() - began:.0f} s", flush=True)
    for line in found.wrong:
        print(f"    {line}", flush=True)
    return not found.wrong


if __name__ == "__main__":
    sys.exit(main())
