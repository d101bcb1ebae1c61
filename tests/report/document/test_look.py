"""The store's own colour and logo on the page and in the PDF."""

import base64
import io
import re

import pypdf
import pytest
from PIL import Image

from csanalysis.palette import DARK, LIGHT, _contrast, accented
from csanalysis.params import Params
from csanalysis.report.assemble import assemble
from csanalysis.report.document.exporters import PlanHTMLExporter, PlanPDFExporter
from csanalysis.report.look import look_problems, page_look
from tests.report.conftest import sample_chapters, sample_cover


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (30, 10), "#aa1122").save(made, "PNG")
    return made.getvalue()


def notebook(layout: str = ""):
    logo = "data:image/png;base64," + base64.b64encode(picture()).decode()
    look = {"accent": "#aa1122", "logo": logo} | ({"layout": layout} if layout else {})
    return assemble(sample_chapters("en", charts=1), cover=sample_cover("en") | look)


def test_the_page_has_the_logo_and_the_colour_by_day_and_a_lighter_one_by_night():
    html, _ = PlanHTMLExporter().from_notebook_node(notebook())
    assert '<img class="logo" src="data:image/png;base64,' in html
    accents = re.findall(r"--accent: (#\w+);", html)
    assert accents[0] == "#aa1122" and LIGHT.accent not in accents and DARK.accent not in accents
    assert set(accents[1:]) == {accented(DARK, "#aa1122").accent}


@pytest.mark.parametrize("layout", ["", "compact"])
def test_the_pdf_has_the_logo_and_no_stroke_in_the_old_colour(layout):
    pdf, _ = PlanPDFExporter().from_notebook_node(notebook(layout))
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert [image.image.size for image in page.images] == [(30, 10)]


@pytest.mark.parametrize("colour", ["#ffee00", "#00609c", "#101010", "#ffffff"])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_words_in_any_colour_can_be_read(palette, colour):
    own = accented(palette, colour)
    assert _contrast(own.accent, palette.paper) >= 4.5
    assert _contrast(own.ink, own.accent_soft) >= 4.5


def test_files_that_cannot_be_used_are_told_by_their_key(tmp_path):
    (tmp_path / "logo.png").write_bytes(picture())
    (tmp_path / "bad.jpg").write_bytes(b"GIF89a")
    (tmp_path / "bad.potx").write_bytes(b"PK no zip")
    store = tmp_path / "store.yml"

    def params(**report):
        sources = {"vehicle_sales": "s.csv", "service_visits": "v.csv"}
        return Params(dealership={"id": "east"}, plan_year=2026, sources=sources, report=report)

    assert look_problems(params(logo="logo.png"), store) == []
    assert page_look(params(logo="logo.png", colour="#AA1122"), store) == {
        "accent": "#aa1122",
        "logo": "data:image/png;base64," + base64.b64encode(picture()).decode(),
    }
    said = look_problems(params(logo="bad.jpg", template="bad.potx"), store)
    assert ["report.logo" in said[0], "report.template" in said[1]] == [True, True]
    (lacking,) = look_problems(params(template="none.pptx"), store)
    assert "no such file" in lacking
