"""Packing changes how a PDF is stored and nothing that it holds."""

import io

import pypdf
import pytest
import typst

from csanalysis.report.document.pdf_packing import packed

SOURCE = b"""#set document(title: "T", date: datetime(year: 2026, month: 1, day: 5))
#set text(lang: "en")
= One
#for place in range(400) [Line #place #parbreak()]
#table(columns: 3, ..range(300).map(str))
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("typst") / "a.typ"
    path.write_bytes(SOURCE)
    return typst.Compiler(path).compile(format="pdf", pdf_standards=["ua-1"], timestamp=1767571200)


def resolved(value, seen=()):
    """An object with what it refers to, down to objects it has been through."""
    if isinstance(value, pypdf.generic.IndirectObject):
        key = value.idnum
        return f"again {key}" if key in seen else resolved(value.get_object(), (*seen, key))
    if isinstance(value, dict):
        ends = {
            name: resolved(part, seen) for name, part in value.items() if name not in ("/Parent", "/P", "/Pg")
        }
        return ends | ({"data": value.get_data()} if hasattr(value, "get_data") else {})
    return [resolved(part, seen) for part in value] if isinstance(value, list) else value


def test_it_is_much_smaller_and_reads_the_same(plain):
    small = packed(plain)
    before, after = (pypdf.PdfReader(io.BytesIO(pdf), strict=True) for pdf in (plain, small))
    assert len(small) < 0.5 * len(plain)
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]
    assert resolved(after.trailer["/Root"]) == resolved(before.trailer["/Root"])
    assert after.metadata == before.metadata
    assert after.trailer["/ID"] == before.trailer["/ID"]


def test_the_same_input_gives_the_same_bytes(plain):
    assert packed(plain) == packed(plain)


def test_what_is_packed_already_or_no_pdf_is_left_alone(plain):
    once = packed(plain)
    assert packed(once) == once
    assert packed(b"%PDF-1.7\nnothing") == b"%PDF-1.7\nnothing"
