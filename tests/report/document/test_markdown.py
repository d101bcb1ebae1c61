"""Markdown becomes plain blocks; raw HTML stays text, and Chinese sets as Chinese does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.display.tables.layout import Span, TableColumn
from csanalysis.report.document.blocks import Code, Heading, Paragraph, Quote, Rule
from csanalysis.report.document.markdown import blocks, plain


def spans(source):
    (block,) = blocks(source)
    return list(block.spans)


def test_heading_paragraph_quote_rule_and_code_keep_their_kind():
    found = blocks("# A\n\ntext\n\n> said\n\n---\n\n```\nx = 1\n```")
    assert [type(block) for block in found] == [Heading, Paragraph, Quote, Rule, Code]


def test_a_heading_knows_its_level():
    assert [block.level for block in blocks("# A\n\n### B")] == [1, 3]


@pytest.mark.parametrize(
    ("source", "style"),
    [
        ("**x**", {"bold": True}),
        ("*x*", {"italic": True}),
        ("~~x~~", {"strike": True}),
        ("`x`", {"code": True}),
    ],
    ids=["bold", "italic", "strike", "code"],
)
def test_styles(source, style):
    assert spans(source) == [Span("x", **style)]


@pytest.mark.parametrize(
    ("source", "bold"),
    [
        ("流失**“边缘”**客户", "“边缘”"),
        ("**首保：**说明", "首保："),
        ("回厂率**71.7%**。", "71.7%"),
    ],
    ids=["quotes inside", "colon at the end", "number"],
)
def test_bold_needs_no_spaces_around_chinese(source, bold):
    assert [span.text for span in spans(source) if span.bold] == [bold]
    assert "*" not in plain(spans(source))


def test_an_asterisk_alone_stays():
    assert spans("7 ** 8 * 9") == [Span("7 ** 8 * 9")]


@pytest.mark.parametrize(
    ("source", "text"),
    [("离厂不到\n十二个月", "离厂不到十二个月"), ("one\ntwo", "one two"), ("一组\nteam", "一组 team")],
    ids=["chinese", "latin", "mixed"],
)
def test_a_line_end_is_a_space_except_between_chinese(source, text):
    assert plain(spans(source)) == text


@pytest.mark.parametrize("source", ["a  \nb", "a<br>b", "a<br/>b"], ids=["two spaces", "br", "closed br"])
def test_hard_breaks(source):
    assert [span.text for span in spans(source)] == ["a", "\n", "b"]


def test_html_is_text_and_comments_are_nothing():
    assert plain(spans("<script>alert(1)</script> 与 **x**")) == "<script>alert(1)</script> 与 x"
    assert blocks("<!-- not for readers -->") == []


def test_nested_lists_keep_order_and_start():
    (outer,) = blocks("3. a\n   - b\n   - c\n4. d")
    assert (outer.ordered, outer.start, len(outer.items)) == (True, 3, 2)
    inner = outer.items[0][1]
    assert (inner.ordered, len(inner.items)) == (False, 2)


def test_a_table_has_columns_aligned_and_rows_of_spans():
    (table,) = blocks("| 名称 | 值 |\n|:--|--:|\n| A < B | **3** |")
    assert table.columns == (TableColumn("名称", "left"), TableColumn("值", "right"))
    (row,) = table.rows
    assert [cell.spans for cell in row.cells] == [(Span("A < B"),), (Span("3", bold=True),)]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a", True),
        ("mailto:a@example.org", True),
        ("#targets", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_safe_links_are_links(url, kept):
    assert spans(f"[x]({url})") == [Span("x", link=url if kept else "")]


@given(st.text(alphabet="abc甲乙 <>&#@$[]_", min_size=1, max_size=60))
def test_inline_text_without_styles_is_never_lost(text):
    words = "x " + " ".join(text.split())
    shown = "".join(plain(block.spans) for block in blocks(words))
    kept = [letter for letter in words if letter in "abc甲乙"]
    assert [letter for letter in shown if letter in "abc甲乙"] == kept
