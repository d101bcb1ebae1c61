"""The PDF: complete, tagged, the same bytes each time, and nothing in the data is Typst."""

import re
import shutil
import subprocess

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.report.exporters import PlanPDFExporter
from csanalysis.report.typesetting import table_layout


def pdf_of(notebook):
    return PlanPDFExporter().from_notebook_node(notebook)[0]


@pytest.fixture(scope="session")
def pdf(report):
    return pdf_of(report)


@pytest.fixture(scope="session")
def pages(pdf, tmp_path_factory):
    """The text of each page; ``pdftotext`` is not a dependency, so without it these tests are skipped."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    return text.split("\f")[:-1]


def table(columns, *, align="right", text="1,234"):
    return {
        "columns": [{"label": "m", "align": align} for _ in range(columns)],
        "rows": [{"kind": "body", "cells": [{"spans": [{"text": text}]} for _ in range(columns)]}],
    }


def test_the_same_notebook_gives_the_same_bytes(report, pdf):
    assert pdf_of(report) == pdf


def test_it_is_tagged_titled_and_says_its_language(language, pdf):
    assert pdf.startswith(b"%PDF-")
    assert b"/MarkInfo" in pdf and b"/Marked true" in pdf
    assert b"pdfuaid:part" in pdf
    assert re.search({"zh": rb"/Lang ?\(zh-CN\)", "en": rb"/Lang ?\(en\)"}[language], pdf)
    assert b"csanalysis" in pdf
    assert b"2026-01-05" in pdf


def test_pages_have_running_heads_and_numbers(language, pages):
    running = {"zh": "德州众驰 · 2026 年度", "en": "Dezhou Zhongchi · plan 2026"}[language]
    label = {"zh": "第 {} 页，共 {} 页", "en": "Page {} of {}"}[language]
    assert len(pages) >= 6
    for number, page in enumerate(pages[1:], start=2):
        assert running in page
        assert label.format(number, len(pages)).replace(" ", "") in page.replace(" ", "")


def test_each_chapter_begins_a_page(language, pages):
    title = {"zh": "客户：首保与流失", "en": "Customers: first service and churn"}[language]
    (first,) = [page for page in pages[2:] if re.search(rf"^\s*2\s+{title}", page.split("\n\n", 1)[1], re.M)]
    assert first.index(title) < len(first)
    assert pages.index(first) == 3


def test_the_long_table_repeats_its_head_and_loses_no_row(pages):
    text = "\n".join(pages)
    assert all(re.search(rf"<{row}> &", text) for row in range(1, 60))
    head = re.compile(r"^ *(班组之间的差异|Differences between teams)  ", re.M)
    assert len(head.findall(text)) >= 3


def test_typst_in_the_data_is_only_text(language, pages):
    assert "#set text(red)" in "\n".join(pages)
    assert "alert(1)" in "\n".join(pages)


@pytest.mark.parametrize(
    "text", ['"); #panic("x")', "#[*x*] $x$ @ref <label> \\", "`raw` = head", "甲乙 “丙”"]
)
def test_markup_of_any_kind_cannot_break_the_page(text):
    shown = new_output("execute_result", data={"text/plain": text})
    assert pdf_of(new_notebook(cells=[new_markdown_cell("# A"), new_code_cell("x", outputs=[shown])]))


def test_a_letter_without_a_glyph_costs_the_badge_and_not_the_report():
    pdf = pdf_of(new_notebook(cells=[new_markdown_cell("# 🚗")]))
    assert pdf.startswith(b"%PDF-") and b"pdfuaid:part" not in pdf


def test_a_notebook_without_any_heading_is_set():
    assert pdf_of(new_notebook(cells=[new_markdown_cell("only a line")])).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("columns", "size", "flipped"),
    [(5, 9.0, False), (14, 8.0, False), (17, 7.2, False), (24, 7.2, True)],
    ids=["small", "many", "dense", "turned"],
)
def test_a_wide_table_gets_smaller_type_and_then_a_wide_page(columns, size, flipped):
    layout = table_layout(table(columns, text="71.7%"))
    assert (layout["size"], layout["flipped"]) == (size, flipped)


def test_number_columns_are_equally_wide_where_there_is_room():
    wide = table(4)
    wide["rows"][0]["cells"][1]["spans"][0]["text"] = "62.0%–82.0%"
    assert len(set(table_layout(wide)["widths"])) == 1


def test_words_may_break_but_numbers_keep_their_line():
    mixed = table(2, text="1,234,567,890")
    mixed["columns"][1]["align"] = "left"
    mixed["rows"][0]["cells"][1]["spans"][0]["text"] = "很长的说明" * 20
    layout = table_layout(mixed)
    assert layout["widths"][0] > 7
    assert sum(layout["widths"]) * layout["size"] + 2 * layout["inset"] == pytest.approx(470)


def test_a_long_name_keeps_its_room():
    names = table(12, align="left", text="ErstinspektionsRückkehrquote")
    assert min(table_layout(names)["widths"]) > 12


def test_a_short_table_stays_whole_and_a_long_one_may_break():
    short, long = table(3), table(3)
    long["rows"] = long["rows"] * 40
    assert (table_layout(short)["whole"], table_layout(long)["whole"]) == (True, False)
