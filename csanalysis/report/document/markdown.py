"""Markdown to blocks: plain data that the HTML template and the PDF template both set.

A block is a dict with ``type`` and

=========== =========================================================
heading     ``level``, ``spans``
paragraph   ``spans``
list        ``ordered``, ``start``, ``items`` (each a list of blocks)
quote       ``blocks``
code        ``text``
table       ``columns``, ``rows`` as in :mod:`csanalysis.report.document.document`
rule
=========== =========================================================

A span is ``{"text": …}`` and, where they hold, ``bold``, ``italic``, ``code``, ``strike``, ``link``; the text
``"\\n"`` is a line break. ``[](#fig-curve)`` and ``[](#tbl-targets)`` refer to the figure or table with that
id: the span has ``refers``, and its text becomes "Figure 3" once the document has its numbers; words in the
brackets stay as they are. Raw HTML is text like any other, so nothing in a number's name can become markup.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import mistune

Block = dict[str, Any]
Span = dict[str, Any]

_STYLES = {"strong": "bold", "emphasis": "italic", "strikethrough": "strike"}
_LINKS = {"http", "https", "mailto"}
_REFERS = re.compile(r"#((?:fig|tbl)-[\w-]+)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_WIDE = r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
_BETWEEN_WIDE = re.compile(rf"(?<={_WIDE})\n(?={_WIDE})")


def blocks(source: str) -> list[Block]:
    """The blocks of a Markdown text."""
    return _blocks(_parser()(source))


def plain(spans: Iterable[Span]) -> str:
    """The text of spans without their styles, line breaks as spaces."""
    return "".join(span["text"] for span in spans).replace("\n", " ").strip()


@cache
def _parser() -> Any:
    parser = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])
    parser.block.rules.remove("raw_html")
    return parser


def _blocks(tokens: Iterable[Mapping[str, Any]]) -> list[Block]:
    return [block for token in tokens if (block := _block(token)) is not None]


def _block(token: Mapping[str, Any]) -> Block | None:
    kind, attrs = token["type"], token.get("attrs", {})
    match kind:
        case "heading":
            return {"type": "heading", "level": attrs["level"], "spans": _spans(token["children"])}
        case "paragraph" | "block_text":
            spans = _spans(token["children"])
            return {"type": "paragraph", "spans": spans} if plain(spans) else None
        case "list":
            return {
                "type": "list",
                "ordered": attrs["ordered"],
                "start": attrs.get("start", 1),
                "items": [_blocks(item["children"]) for item in token["children"]],
            }
        case "block_quote":
            return {"type": "quote", "blocks": _blocks(token["children"])}
        case "block_code":
            return {"type": "code", "text": token["raw"].rstrip("\n")}
        case "table":
            return _table(token["children"])
        case "thematic_break":
            return {"type": "rule"}
        case _:
            return None


def _table(parts: Sequence[Mapping[str, Any]]) -> Block:
    head = parts[0]["children"]
    body = parts[1]["children"] if len(parts) > 1 else []
    return {
        "type": "table",
        "columns": [
            {"label": plain(_spans(cell["children"])), "align": cell["attrs"]["align"] or "left"}
            for cell in head
        ],
        "rows": [
            {"kind": "body", "cells": [{"spans": _spans(cell["children"])} for cell in row["children"]]}
            for row in body
        ],
    }


def _spans(tokens: Iterable[Mapping[str, Any]]) -> list[Span]:
    spans: list[Span] = []
    for span in _flat(tokens, {}):
        if spans and {**span, "text": ""} == {**spans[-1], "text": ""}:
            spans[-1]["text"] += span["text"]
        else:
            spans.append(span)
    return [piece for span in spans for piece in _finished(span)]


def _flat(tokens: Iterable[Mapping[str, Any]], style: Span) -> Iterable[Span]:
    for token in tokens:
        match token["type"]:
            case "softbreak":
                yield {**style, "text": "\n"}
            case "linebreak":
                yield {**style, "text": "\v"}
            case "codespan":
                yield {**style, "text": token["raw"], "code": True}
            case "inline_html":
                text = token["raw"]
                if not text.startswith("<!--"):
                    yield {**style, "text": "\v" if re.fullmatch(r"<br\s*/?>", text, re.I) else text}
            case "link" if refers := _REFERS.fullmatch(token["attrs"]["url"]):
                words = plain(_flat(token["children"], {}))
                yield {**style, "text": words, "refers": refers[1]}
            case "link":
                yield from _flat(token["children"], {**style, **_link(token["attrs"]["url"])})
            case "strong" | "emphasis" | "strikethrough" as kind:
                yield from _flat(token["children"], {**style, _STYLES[kind]: True})
            case _:  # text; of an image, its alternative text
                if "children" in token:
                    yield from _flat(token["children"], style)
                else:
                    yield {**style, "text": token.get("raw", "")}


def _finished(span: Span) -> Iterable[Span]:
    """Split a span at hard breaks; a line end between two Chinese characters is no space."""
    if span.get("code") or "refers" in span:
        return [span]
    text = _BETWEEN_WIDE.sub("", span["text"]).replace("\n", " ").replace("\v", "\n")
    # CommonMark sees no emphasis in 流失**“边缘”**客户, for want of spaces around Chinese words.
    styled: list[Span] = []
    for place, piece in enumerate(_BOLD.split(text)):
        if piece:
            styled.append({**span, "text": piece} | ({"bold": True} if place % 2 else {}))
    return [{**each, "text": part} for each in styled for part in re.split(r"(\n)", each["text"]) if part]


def _link(url: str) -> Span:
    return {"link": url} if urlsplit(url).scheme in _LINKS or url.startswith("#") else {}
