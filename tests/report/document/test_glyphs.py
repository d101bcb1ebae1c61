"""Letters that the PDF's fonts lack: spelled, boxed or left out, never an empty glyph or a PDF that fails."""

import io
import json

import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.report.document.exporters import PlanPDFExporter
from csanalysis.report.document.glyphs import settable


def set_(text):
    said, spelled = settable(json.dumps({"a": text}, ensure_ascii=False))
    return json.loads(said)["a"], spelled


@pytest.mark.parametrize(
    ("text", "expected", "spelled"),
    [
        ("刘祥龘", "刘祥龘", []),
        ("李\U0002c386", "李[U+2C386]", ["U+2C386"]),
        ("\U0002b740、\U0002d000、\U0002b740", "[U+2B740]、[U+2D000]、[U+2B740]", ["U+2B740", "U+2D000"]),
        ("7\ufe0f\u20e3 号", "7 号", []),
        ("❤\ufe0f\U0001f697", "❤□", []),
        ("cafe\u0301", "café", []),
        ("甲\u0307乙", "甲乙", []),
        ("a\x07b\x1fc\x7f", "abc", []),
        ("\ufeffa\u202eb", "ab", []),
        ("tab\tline\nend \\u0007 \\", "tab\tline\nend \\u0007 \\", []),
    ],
    ids=[
        "usual",
        "rare",
        "two rare ones",
        "keycap",
        "emoji",
        "composed",
        "mark",
        "control",
        "order",
        "escaped",
    ],
)
def test_what_the_fonts_lack(text, expected, spelled):
    assert set_(text) == (expected, spelled)


@pytest.mark.parametrize(
    "text", ["9\ufe0f\u20e3", "\x0b\x0c\b", "\ufeff王", "नमस्ते", "\U00013436", "👨\u200d👩\u200d👧", "g\u0334"]
)
def test_no_text_ends_the_pdf(text):
    shown = new_output("execute_result", data={"text/plain": f"x {text} y"})
    notebook = new_notebook(cells=[new_markdown_cell(f"# A {text}"), new_code_cell("x", outputs=[shown])])
    assert PlanPDFExporter().from_notebook_node(notebook)[0].startswith(b"%PDF")


def test_spelled_characters_are_listed_at_the_end():
    notebook = new_notebook(cells=[new_markdown_cell("# 负责人 张\U0002c0d2")])
    pages = pypdf.PdfReader(io.BytesIO(PlanPDFExporter().from_notebook_node(notebook)[0])).pages
    assert "张[U+2C0D2]" in pages[0].extract_text()
    assert "Unicode 码位写出：U+2C0D2" in pages[-1].extract_text()
