"""The store's own look: its template is kept, a wrong one is refused in both languages."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.util import Inches

from csanalysis.errors import ParamsError, ReportError
from csanalysis.messages import in_chinese
from csanalysis.params import read_params
from csanalysis.report.slides.template import open_template
from tests.report.slides.conftest import params_in

DECK = b"presentationml.presentation.main+xml"
TEMPLATE = b"presentationml.template.main+xml"


def own_template(path: Path) -> Path:
    """A store's master: narrow, one slide left in it; a .potx by its ending."""
    deck = Presentation()
    deck.slide_height = Inches(6.5)
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Old plan"
    deck.save(str(path.with_suffix(".tmp")))
    with zipfile.ZipFile(path.with_suffix(".tmp")) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(DECK, TEMPLATE) if path.suffix == ".potx" else part)
    return path


@pytest.mark.parametrize("ending", ["pptx", "potx"])
def test_a_template_gives_its_masters_and_none_of_its_slides(
    tmp_path: Path, write_plan: Callable[..., Path], ending: str
) -> None:
    own_template(tmp_path / f"own.{ending}")
    params = params_in("en", report={"template": f"own.{ending}", "colour": "#aa1122"})
    deck = Presentation(str(write_plan(tmp_path, params)))
    assert deck.slide_height == Inches(6.5) and 12 <= len(deck.slides) <= 16
    assert not [s for slide in deck.slides for s in slide.shapes if "Old plan" in getattr(s, "text", "")]
    assert all(s.top + s.height <= deck.slide_height for slide in deck.slides for s in slide.shapes)
    with zipfile.ZipFile(tmp_path / "plan.pptx") as parts:
        assert b'<a:accent1><a:srgbClr val="AA1122"/>' in parts.read("ppt/theme/theme1.xml")


def test_the_plain_deck_names_chinese_fonts_in_its_theme(tmp_path: Path) -> None:
    open_template(None, language="zh").save(str(tmp_path / "plain.pptx"))
    with zipfile.ZipFile(tmp_path / "plain.pptx") as parts:
        theme = parts.read("ppt/theme/theme1.xml").decode()
    assert theme.count('<a:latin typeface="Microsoft YaHei"') == 2
    assert theme.count('<a:ea typeface="Microsoft YaHei"') == 2
    assert 'script="Hans" typeface="DengXian"' in theme


@pytest.mark.parametrize(
    "content, en, zh",
    [
        (None, "no such template", "没有这个幻灯片模板"),
        (b"not a zip", "is no PowerPoint template", "不是 PowerPoint 模板"),
    ],
)
def test_a_template_that_cannot_be_used_is_told(
    tmp_path: Path, content: bytes | None, en: str, zh: str
) -> None:
    if content is not None:
        (tmp_path / "own.pptx").write_bytes(content)
    with pytest.raises(ReportError) as refused:
        open_template(tmp_path / "own.pptx", language="zh")
    (problem,) = refused.value.problems
    assert en in problem and zh in in_chinese(problem)


@pytest.mark.parametrize(
    "look, en, zh",
    [
        ('{colour: "blue"}', "is no colour", "不是颜色"),
        ("{template: own.docx}", "does not end in", "扩展名应为"),
        ("{logo: logo.gif}", "does not end in", "扩展名应为"),
        ("{colours: red}", "is not a known key", "不是认识的键"),
    ],
)
def test_a_look_that_cannot_be_is_refused_with_its_line(tmp_path: Path, look: str, en: str, zh: str) -> None:
    path = tmp_path / "store.yml"
    path.write_text(
        "dealership: {id: east}\nplan_year: 2026\n"
        f"sources: {{vehicle_sales: s.csv, service_visits: v.csv}}\nreport: {look}\n",
        encoding="utf-8",
    )
    with pytest.raises(ParamsError) as refused:
        read_params(path)
    (problem,) = refused.value.problems
    assert f"{path}:4" in problem and en in problem and zh in in_chinese(problem)
