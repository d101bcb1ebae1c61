"""A report as the chapters would leave it: executed notebooks with every kind of output, in two languages."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.display.canvas import Figure
from csanalysis.fonts import font_families
from csanalysis.palette import LIGHT
from csanalysis.report.assemble import assemble

TABLE = "application/vnd.csanalysis.table+json"
CARDS = "application/vnd.csanalysis.cards+json"

WORDS = yaml.safe_load((Path(__file__).parent / "sample_words.yml").read_text(encoding="utf-8"))


def svg(language: str, seed: int = 0, size: tuple[float, float] = (8, 4)) -> str:
    """A line chart with its words as text, as the report's figures have them."""
    words = WORDS[language]
    figure = Figure(*size, font_families(language))
    ((axes,),) = figure.subplots()
    months = np.arange(1, 13)
    random = np.random.default_rng(seed)
    low = 0.55 + random.random(12) / 5
    axes.fill_between(months, low, low + 0.2, color=LIGHT.accent_soft)
    axes.plot(months, low + 0.1, color=LIGHT.accent, marker="o", label=words["team"])
    axes.plot(months, low[::-1] + 0.05, color=LIGHT.second, label=words["total"])
    axes.set_xticks(months, [words["month"].format(month) for month in months])
    axes.set_ylabel(words["card"])
    axes.legend(ncols=2)
    return figure.svg(f"chart_{seed}")


def shown(**data: Any) -> NotebookNode:
    """A code cell with one displayed output."""
    metadata = data.pop("metadata", {})
    bundle = {name.replace("__", "/"): value for name, value in data.items()}
    return new_code_cell("x", outputs=[new_output("execute_result", data=bundle, metadata=metadata)])


def figure_cell(language: str, seed: int = 0, note: str | None = None) -> NotebookNode:
    words = WORDS[language]
    takeaway = words["takeaway"]
    about = {"id": f"chart_{seed}", "title": takeaway, "alt": f"{takeaway} ({seed})", "note": note}
    bundle = {"image/svg+xml": svg(language, seed), "text/plain": about["alt"]}
    return shown(**bundle, metadata={"image/svg+xml": about})


def number(text: str, value: float | None, period: str, field: str = "value", **group: str) -> dict[str, Any]:
    metric = "first_service_target" if field == "value" else "first_service_return_rate"
    return {"text": text, "metric": metric, "period": period, "group": group, "field": field, "value": value}


def table_cell(language: str, *, rows: int, columns: int, id: str, groups: bool = False) -> NotebookNode:
    words = WORDS[language]
    heads = [{"key": "who", "label": words["sections"][1], "align": "left", "unit": ""}]
    heads += [
        {
            "key": f"m{place}",
            "label": words["month"].format(place),
            "align": "right",
            "unit": "%" if place == 2 else "",
        }
        for place in range(1, columns)
    ]
    body = []
    for row in range(rows):
        kind = "total" if row == rows - 1 else "muted" if row == 2 else "body"
        name = words["total"] if kind == "total" else f"{words['team']} <{row + 1}> & “{'甲乙丙丁'[row % 4]}”"
        period = f"2026-{row % 12 + 1:02d}"
        cells = [{"text": name, "metric": None, "period": None, "group": {}, "field": None, "value": None}]
        cells += [
            number(f"{row * 137 + place:,}", row * 137 + place, period, team=f'{words["team"]} "{place}"')
            for place in range(1, columns)
        ]
        if row == 1:
            cells[-1] = number("—", None, period)
            ends = ((0.62, "low"), (0.82, "high"))
            low, high = (number(f"{end:.1%}", end, period, field) for end, field in ends)
            cells[-2] = {**cells[0], "text": "62.0%–82.0%", "parts": [low, high]}
        body.append({"kind": kind, "cells": cells})
    data = {
        "id": id,
        "caption": words["monthly"],
        "note": words["note"] if groups else None,
        "columns": heads,
        "header_groups": [
            {"label": "", "span": 1},
            {"label": words["card"], "span": columns - 1},
        ]
        if groups
        else None,
        "rows": body,
    }
    return shown(**{TABLE: data, "text/html": "<table></table>", "text/plain": "table"})


def cards_cell(language: str) -> NotebookNode:
    words = WORDS[language]
    cards = [
        {
            **number(text, value, "2025"),
            "label": words["card"],
            "note": words["card_note"] if tone != "neutral" else "",
            "tone": tone,
        }
        for text, value, tone in (
            ("71.7%", 0.717, "good"),
            ("1,284", 1284, "neutral"),
            ("28.4%", 0.284, "bad"),
            ("—", None, "neutral"),
        )
    ]
    return shown(**{CARDS: {"cards": cards}, "text/html": "<div></div>"})


def prose(text_zh: str, text_en: str) -> list[NotebookNode]:
    return [
        new_markdown_cell(text_zh, metadata={"tags": ["lang-zh"]}),
        new_markdown_cell(text_en, metadata={"tags": ["lang-en"]}),
    ]


def both(key: str, form: str = "{}") -> list[NotebookNode]:
    return prose(form.format(WORDS["zh"][key]), form.format(WORDS["en"][key]))


def chapter(name: str, cells: list[NotebookNode]) -> NotebookNode:
    parameters = new_code_cell('params_file = "demo.yml"', metadata={"tags": ["parameters"]})
    noise = new_code_cell(
        "import x",
        outputs=[
            new_output("stream", name="stderr", text="UserWarning: do not print"),
            new_output("stream", name="stdout", text="do not print"),
            new_output("execute_result", data={"text/plain": "118 numbers, do not print"}),
        ],
    )
    return new_notebook(cells=[parameters, *cells, noise], metadata={"csanalysis": {"chapter": name}})


def sample_chapters(language: str, *, charts: int = 3) -> list[NotebookNode]:
    note = WORDS[language]["note"]
    zh, en = WORDS["zh"]["sections"], WORDS["en"]["sections"]
    sections = [prose(f"## {one}", f"## {other}") for one, other in zip(zh, en, strict=True)]
    return [
        chapter(
            "summary",
            [
                *both("summary", "# {}"),
                *both("prose"),
                cards_cell(language),
                table_cell(language, rows=6, columns=5, id="targets"),
            ],
        ),
        chapter(
            "customers",
            [
                *both("customers", "# {}"),
                *sections[0],
                *both("prose"),
                *[figure_cell(language, seed, note if seed else None) for seed in range(charts)],
                table_cell(language, rows=13, columns=14, id="months", groups=True),
                *sections[1],
                shown(**{"text/markdown": WORDS[language]["prose"], "text/plain": "prose"}),
                table_cell(language, rows=60, columns=4, id="teams"),
                *sections[2],
                *both("reading"),
            ],
        ),
    ]


def sample_cover(language: str) -> dict[str, Any]:
    words = WORDS[language]
    names = ("title", "subtitle", "dealership", "brand", "group", "as_of", "made_on")
    shown_words = {name: words[name] for name in names}
    return {"language": language, "plan_year": 2026, "made": "2026-01-05", **shown_words}


@pytest.fixture(scope="session", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def report(language: str) -> NotebookNode:
    return assemble(sample_chapters(language), cover=sample_cover(language))
