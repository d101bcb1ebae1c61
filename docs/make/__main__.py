"""``python -m docs.make``: the documentation as pages to be read from a folder, nothing fetched."""

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands.build import build
from mkdocs.config import load_config

from docs.make.site import LANGUAGES, write_sources

_FIRST = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>csanalysis</title></head>
<body><p><a href="zh/index.html" lang="zh">中文</a> · <a href="en/index.html" lang="en">English</a></p></body>
</html>
"""


def make(output: Path, reports: dict[str, Path]) -> None:
    """Build both languages into ``output``; a link that leads nowhere is an error.

    ``reports`` are demo stores' reports by language, whose figures the chapters' pages show.
    """
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as work:
            config = write_sources(language, Path(work) / "pages", reports.get(language))
            build(load_config(str(config), site_dir=str((output / language).resolve()), strict=True))
    (output / "index.html").write_text(_FIRST, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("outputs/docs"))
    for code in LANGUAGES:
        parser.add_argument(f"--{code}", type=Path, help="a report in this language, to take figures from")
    given = parser.parse_args()
    make(given.output, {code: path for code in LANGUAGES if (path := getattr(given, code))})
    print(given.output / "index.html")
