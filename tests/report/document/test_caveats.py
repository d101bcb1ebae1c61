"""What the params accept of poor exports stands on the first page, in the web page and in the PDF."""

import io

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from csanalysis.report.assemble import assemble
from csanalysis.report.document.document import document
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.document.typesetting import typeset
from tests.report.conftest import sample_chapters, sample_cover

OWNED = "visits: 9 of 40 rows are lost. Accepted: the body shop <b> keeps #its own"


def made(language, **cover):
    return assemble(sample_chapters(language, charts=0), cover=sample_cover(language) | cover)


@pytest.mark.parametrize("layout", ["", "compact"])
def test_the_first_page_says_what_was_accepted(layout):
    notebook = made("en", accepted=[OWNED], layout=layout)
    page = BeautifulSoup(PlanHTMLExporter().from_notebook_node(notebook)[0], "html.parser")
    assert [item.get_text() for item in page.select("header .caveats li")] == [OWNED]
    first = PdfReader(io.BytesIO(typeset(document(notebook, language="en")))).pages[0].extract_text()
    assert "did not pass the checks" in first
    assert "the body shop <b> keeps #its own" in " ".join(first.split())


def test_a_report_of_sound_exports_says_nothing_of_it(report, language):
    page = PlanHTMLExporter().from_notebook_node(report)[0]
    assert 'class="caveats"' not in page
