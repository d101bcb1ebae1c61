"""Markdown to blocks, which the HTML template and the PDF template both set.

``[](#fig-curve)`` and ``[](#tbl-targets)`` refer to the figure or table with that id: the span has
``refers``, and its text becomes "Figure 3" once the document has its numbers; words in the brackets stay as
they are. Raw HTML is text like any other, so nothing in a number's name can become markup.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import mistune

from csanalysis.display.tables.layout import Span, Table, plain_table
from csanalysis.report.document.blocks import Block, Bullets, Code, Heading, Paragraph, Quote, Rule
from csanalysis.report.document.pictures import Attached

_LINKS = {"http", "https", "mailto"}
_REFERS = re.compile(r"#((?:fig|tbl)-[\w-]+)")
# What LaTeX alone writes: a price between two dollar signs is none.
_FORMULA = re.compile(r"\$\$\s*(.+?)\s*\$\$", re.DOTALL)
_FORMULA_IN_LINE = re.compile(r"(?<![\\$`])\$(?=[^\s$`])([^$`\n]*[\\^_][^$`\n]*?)(?<=\S)\$(?!\d)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_WIDE = r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
_BETWEEN_WIDE = re.compile(rf"(?<={_WIDE})\n(?={_WIDE})")


def blocks(source: str, attached: Attached | None = None) -> list[Block]:
    """The blocks of a Markdown text, with the pictures that its cell brings; formulas as they are written."""
    text = _FORMULA.sub(r"\n```\n\1\n```\n", source)
    return _blocks(_parser()(_FORMULA_IN_LINE.sub(r"`\1`", text)), attached or Attached())


def plain(spans: Iterable[Span]) -> str:
    """The text of spans without their styles, line breaks as spaces."""
    return "".join(span.text for span in spans).replace("\n", " ").strip()


@cache
def _parser() -> Any:
    parser = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])
    parser.block.rules.remove("raw_html")
    return parser


def _blocks(tokens: Iterable[Mapping[str, Any]], attached: Attached) -> list[Block]:
    found: list[Block] = []
    for token in tokens:
        if token["type"] in ("paragraph", "block_text"):
            found += _paragraph(token["children"], attached)
        elif (block := _block(token, attached)) is not None:
            found.append(block)
    return found


def _paragraph(tokens: Sequence[Mapping[str, Any]], attached: Attached) -> list[Block]:
    """The words of a paragraph, and behind them the pictures that stand between them."""
    spans = _spans([token for token in tokens if token["type"] != "image"])
    words: list[Block] = [Paragraph(spans)] if plain(spans) else []
    return words + [
        attached.shown(token["attrs"]["url"], plain(_spans(token["children"])))
        for token in tokens
        if token["type"] == "image"
    ]


def _block(token: Mapping[str, Any], attached: Attached) -> Block | None:
    kind, attrs = token["type"], token.get("attrs", {})
    match kind:
        case "heading":
            return Heading(attrs["level"], _spans(token["children"]))
        case "list":
            items = tuple(tuple(_blocks(item["children"], attached)) for item in token["children"])
            return Bullets(attrs["ordered"], attrs.get("start", 1), items)
        case "block_quote":
            return Quote(tuple(_blocks(token["children"], attached)))
        case "block_code":
            return Code(token["raw"].rstrip("\n"))
        case "table":
            return _table(token["children"])
        case "thematic_break":
            return Rule()
        case _:
            return None


def _table(parts: Sequence[Mapping[str, Any]]) -> Table:
    head = parts[0]["children"]
    body = parts[1]["children"] if len(parts) > 1 else []
    return plain_table(
        [(plain(_spans(cell["children"])), cell["attrs"]["align"] or "left") for cell in head],
        [[_spans(cell["children"]) for cell in row["children"]] for row in body],
    )


def _spans(tokens: Iterable[Mapping[str, Any]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for span in _flat(tokens, Span("")):
        if spans and replace(span, text="") == replace(spans[-1], text=""):
            spans[-1] = replace(span, text=spans[-1].text + span.text)
        else:
            spans.append(span)
    return tuple(piece for span in spans for piece in _finished(span))


def _flat(tokens: Iterable[Mapping[str, Any]], style: Span) -> Iterable[Span]:
    """The words of tokens, each in ``style`` and whatever else its token says."""
    for token in tokens:
        match token["type"]:
            case "softbreak":
                yield replace(style, text="\n")
            case "linebreak":
                yield replace(style, text="\v")
            case "codespan":
                yield replace(style, text=token["raw"], code=True)
            case "inline_html":
                text = token["raw"]
                if not text.startswith("<!--"):
                    yield replace(style, text="\v" if re.fullmatch(r"<br\s*/?>", text, re.I) else text)
            case "link" if refers := _REFERS.fullmatch(token["attrs"]["url"]):
                words = plain(_flat(token["children"], Span("")))
                yield replace(style, text=words, refers=refers[1])
            case "link":
                url = token["attrs"]["url"]
                yield from _flat(token["children"], replace(style, link=url) if _is_safe(url) else style)
            case "strong":
                yield from _flat(token["children"], replace(style, bold=True))
            case "emphasis":
                yield from _flat(token["children"], replace(style, italic=True))
            case "strikethrough":
                yield from _flat(token["children"], replace(style, strike=True))
            case _:  # text; of an image, its alternative text
                if "children" in token:
                    yield from _flat(token["children"], style)
                else:
                    yield replace(style, text=token.get("raw", ""))


def _finished(span: Span) -> Iterable[Span]:
    """Split a span at hard breaks; a line end between two Chinese characters is no space."""
    if span.code or span.refers:
        return [span]
    text = _BETWEEN_WIDE.sub("", span.text).replace("\n", " ").replace("\v", "\n")
    # CommonMark sees no emphasis in 流失**“边缘”**客户, for want of spaces around Chinese words.
    styled: list[Span] = []
    for place, piece in enumerate(_BOLD.split(text)):
        if piece:
            styled.append(replace(span, text=piece, bold=span.bold or place % 2 == 1))
    return [replace(each, text=part) for each in styled for part in re.split(r"(\n)", each.text) if part]


def _is_safe(url: str) -> bool:
    return urlsplit(url).scheme in _LINKS or url.startswith("#")
