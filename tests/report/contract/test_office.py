"""Nothing hides in an Office file: tables, notes, charts, alternative texts and the data behind a chart."""

from pathlib import Path

import pytest
import xlsxwriter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from csanalysis.report.contract.personal import Private, personal_data
from csanalysis.report.contract.places import shipped_texts

PHONE = "13812345678"


def deck(path: Path, place: str) -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    said = {
        name: PHONE if name == place else "East & West" for name in ("title", "cell", "note", "series", "alt")
    }
    slide.shapes.title.text = said["title"]
    box = (0, 0, Inches(2), Inches(1))
    slide.shapes.add_table(1, 1, *box).table.cell(0, 0).text = said["cell"]
    slide.notes_slide.notes_text_frame.text = said["note"]
    data = CategoryChartData()
    data.categories = ["2025"]
    data.add_series(said["series"], [1])
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data)
    chart._element.xpath("./p:nvGraphicFramePr/p:cNvPr")[0].set("descr", said["alt"])
    made.save(str(path))


@pytest.mark.parametrize("place", ["title", "cell", "note", "series", "alt", "none"])
def test_a_phone_anywhere_in_the_slides_is_found(tmp_path: Path, place: str) -> None:
    deck(tmp_path / "plan.pptx", place)
    found = personal_data(shipped_texts(tmp_path, []), Private(frozenset(), frozenset(), frozenset()))
    assert [(each.rule, each.where) for each in found] == [("personal_phone", "plan.pptx")] * (
        place != "none"
    )


@pytest.mark.parametrize("planted", [True, False])
def test_a_phone_in_the_workbook_is_found(tmp_path: Path, planted: bool) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "numbers.xlsx")) as book:
        book.add_worksheet().write_string(0, 0, f"<{PHONE}>" if planted else "East")
    found = personal_data(shipped_texts(tmp_path, []), Private(frozenset(), frozenset(), frozenset()))
    assert [each.where for each in found] == ["numbers.xlsx"] * planted
