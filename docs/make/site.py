"""The sources of one language's pages: what is written by hand and what the code says, in one folder."""

import shutil
from pathlib import Path

import yaml

from csanalysis.display.tables.calibration import calibration_table
from csanalysis.report.notebook.places import chapter_title
from docs.make.chapters import NOTEBOOKS, chapter_pages
from docs.make.claims import claims_page
from docs.make.library import library_page
from docs.make.reference import commands_page, metric_pages, params_page, tables_page
from docs.make.words import cell, table, word

DOCS = Path(__file__).parents[1]
LANGUAGES = {"zh": "中文", "en": "English"}
_HOWTO = (
    "lists",
    "notes",
    "schedule",
    "delivery",
    "groups",
    "databases",
    "s3",
    "containers",
    "privacy",
    "notebooks",
)


def _licences(text: str, language: str) -> str:
    """The list, headed in one language."""
    rows = text[text.index("|---") :]
    heads = word("licences.heads", language)
    return f"# {word('licences', language)}\n\n{word('licences.lead', language)}\n\n| {heads} |\n{rows}"


_OWN = {"claims": claims_page, "licences": _licences}
"""Pages that stand in the folder as they are, and what makes them one language's."""


def write_sources(language: str, folder: Path, report: Path | None = None) -> Path:
    """Write all pages of a language to ``folder/docs`` and its ``folder/mkdocs.yml``; returns the latter.

    Parameters
    ----------
    language : str
        ``zh`` or ``en``.
    folder : Path
        Made anew.
    report : Path, optional
        A demo store's report, whose figures show what the chapters look like.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / "docs"
    shutil.copytree(DOCS / "pages" / language, pages)
    shutil.copytree(DOCS / "pages" / "shared", pages, dirs_exist_ok=True)
    for name, in_one in _OWN.items():
        whole = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        (pages / f"{name}.md").write_text(in_one(whole, language), encoding="utf-8")
    _put_in(pages / "statistics.md", "calibration", _calibration(language))
    if language == "en":
        _put_in(pages / "library.md", "library", library_page())
    written = {
        "tables": tables_page(language),
        "params": params_page(language),
        "commands": commands_page(language),
    }
    written |= {f"metrics/{name}": text for name, text in metric_pages(language).items()}
    written |= {
        f"chapters/{name}": text for name, text in chapter_pages(language, report, pages / "chapters").items()
    }
    for name, text in written.items():
        path = pages / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    config = folder / "mkdocs.yml"
    config.write_text(
        yaml.safe_dump(_config(language, written), allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    return config


def _put_in(page: Path, mark: str, text: str) -> None:
    page.write_text(page.read_text(encoding="utf-8").replace(f"<!-- {mark} -->", text), encoding="utf-8")


def _calibration(language: str) -> str:
    shown = calibration_table(language=language)
    rows = [[cell(each.text) for each in row.cells] for row in shown.rows]
    return f"**{shown.caption}**\n\n{table([cell(column.label) for column in shown.columns], rows)}"


def _config(language: str, written: dict[str, str]) -> dict[str, object]:
    """The settings of ``mkdocs.base.yml`` with the language's own."""
    held: dict[str, object] = yaml.safe_load((DOCS / "mkdocs.base.yml").read_text(encoding="utf-8"))
    held["site_name"] = {"zh": "csanalysis 使用说明", "en": "csanalysis"}[language]
    held["theme"] |= {"language": language, "custom_dir": str(DOCS / "overrides")}  # type: ignore[operator]
    other = next(code for code in LANGUAGES if code != language)
    held["extra"] = {
        "generator": False,
        "polyfills": ["iframe-worker.js"],  # in place of the one that the theme would fetch
        "other": other,
        "other_name": LANGUAGES[other],
    }
    how = [f"howto/{name}.md" for name in _HOWTO]
    shown = [name.removeprefix("metrics/") for name in written if name.startswith("metrics/")]
    metrics = ["metrics/index.md"]
    metrics += [{chapter_title(name, language): f"metrics/{name}.md"} for name in shown if name != "index"]  # type: ignore[misc]
    reference = [
        "tables.md",
        "params.md",
        "commands.md",
        *(["library.md"] if language == "en" else []),
        *({word(name, language): f"{name}.md"} for name in _OWN),
    ]
    held["nav"] = [
        "index.md",
        "exports.md",
        {
            word("chapters", language): [
                "chapters/index.md",
                *({chapter_title(name, language): f"chapters/{name}.md"} for name in NOTEBOOKS),
            ]
        },
        {word("howto", language): how},
        "statistics.md",
        {word("metrics", language): metrics},
        {word("reference", language): reference},
    ]
    return held
