"""A manager's comments: where they stand, that they are words alone, masked, and part of what decides a run."""

import io
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from csanalysis.errors import ParamsError
from csanalysis.messages import in_chinese
from csanalysis.params import read_params
from csanalysis.report.assemble import assemble
from csanalysis.report.document.document import document
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.document.typesetting import typeset
from csanalysis.report.files.fingerprint import made_from
from csanalysis.report.notebook.notes import note_problems, with_notes
from tests.report.conftest import WORDS, sample_chapters, sample_cover

MARKUP = "**not bold** $x_1$ [a](https://b.example) <i>c</i> #d"


def store_of(params, folder, tables=None):
    return SimpleNamespace(params=params, params_file=folder / "small.yml", tables=tables or {})


def noted(params, folder, tables=None, language="en"):
    chapters = sample_chapters(language, charts=0)
    with_notes(chapters, store_of(params, folder, tables))
    return assemble(chapters, cover=sample_cover(language))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_comment_stands_below_its_heading_as_it_is_written(params_of, tmp_path, language):
    section = WORDS[language]["sections"][0]
    notes = {"customers": "Of the chapter", section: f"First line\nSecond\n\n{MARKUP}"}
    notebook = noted(params_of(notes=notes, language=language), tmp_path, language=language)
    page = BeautifulSoup(PlanHTMLExporter().from_notebook_node(notebook)[0], "html.parser")
    label = {"zh": "批注：", "en": "Comment: "}[language]
    below = {quote.find_previous_sibling().get_text(): quote for quote in page.select("main blockquote")}
    assert next(iter(below.values())).get_text().strip() == f"{label}Of the chapter"
    quote = next(quote for heading, quote in below.items() if section in heading)
    assert [p.get_text("|") for p in quote.select("p")] == [f"{label}|First line|Second", MARKUP]
    assert not quote.select("a, i, em, code")
    said = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(typeset(document(notebook, language=language)))).pages
    )
    assert MARKUP in " ".join(said.split()) and "Of the chapter" in said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chapter_is_named_alike_in_both_languages(params_of, tmp_path, language):
    chapters = sample_chapters(language, charts=0)
    with_notes(chapters, store_of(params_of(notes={"summary": "Note"}, language=language), tmp_path))
    given = [
        cell for each in chapters for cell in each.cells if "notes" in cell.metadata.get("csanalysis", {})
    ]
    assert [cell.metadata["tags"] for cell in given] == [[f"lang-{language}"]]


def test_without_comments_nothing_is_added(params_of, tmp_path):
    assert noted(params_of(), tmp_path) == assemble(sample_chapters("en", charts=0), cover=sample_cover("en"))


def test_customers_are_masked_and_the_stores_own_people_are_not(params_of, tmp_path, clean_table):
    people = clean_table("customers", [{"customer_id": "C1", "name": "欧阳小明", "phone": "13800001234"}])
    said = "张经理负责；欧阳小明 13912345678，车 沪A12345；人民路12号楼3"
    params = params_of(notes={"customers": said})
    shown = str(noted(params, tmp_path, {"customers": people}))
    assert "张经理负责" in shown and "•••" in shown
    for secret in ("欧阳小明", "13912345678", "沪A12345", "路12号楼"):
        assert secret in said and secret not in shown


@pytest.mark.parametrize(
    "notes, en, zh",
    [
        ({"chrun": "x"}, "no section 'chrun'; did you mean churn?", "是不是 churn？"),
        ({"Tragets": "x"}, "no section 'Tragets'; did you mean targets?", "是不是 targets？"),
        ({"Churn": "x", "6. churn ": "y"}, "stands twice", "写了两次"),
        ("none.md", "none.md", "none.md"),
    ],
)
def test_what_names_no_section_is_told_with_the_nearest(params_of, tmp_path, notes, en, zh):
    (line,) = note_problems(params_of(notes=notes, language="en"), tmp_path / "small.yml")
    assert en in line and zh in in_chinese(line)


def test_a_file_names_sections_by_its_headings_and_tells_its_lines(params_of, tmp_path):
    params = params_of(notes="notes.md", language="en")
    (tmp_path / "notes.md").write_text(
        "# 3. Targets\nAs agreed.\n\n## signed_plan/Churn\nMore.\n", encoding="utf-8"
    )
    assert note_problems(params, tmp_path / "small.yml") == []
    (tmp_path / "notes.md").write_text("Above\n\n# Targets\nA.\n# Nowhere\nB.\n", encoding="utf-8")
    lines = note_problems(params, tmp_path / "small.yml")
    assert [line.partition(" ")[2].partition(": ")[0] for line in lines] == ["notes.md:1", "notes.md:5"]


def test_a_comment_is_part_of_what_a_report_is_made_from(params_of, tmp_path):
    def now(**changes):
        return made_from(params_of(**changes), tmp_path / "small.yml", [])

    assert now(notes={"churn": "a"}) != now(notes={"churn": "b"})
    first = now(notes="notes.md")
    (tmp_path / "notes.md").write_text("# churn\nA.\n", encoding="utf-8")
    assert now(notes="notes.md")["chapters"] != first["chapters"]


@pytest.mark.parametrize(
    "notes, en, zh",
    [
        ("{churn: 5}", "is no text", "不是文字"),
        ("[churn]", "write section: text", "章节: 批注"),
        ("notes.docx", "no file of notes", "不是批注文件"),
        (f"{{churn: {'x' * 3001}}}", "at most 3,000", "最多 3,000"),
    ],
)
def test_notes_that_cannot_be_are_refused_with_their_line(tmp_path, notes, en, zh):
    path = tmp_path / "store.yml"
    path.write_text(
        "dealership: {id: east}\nplan_year: 2026\n"
        f"sources: {{vehicle_sales: s.csv, service_visits: v.csv}}\nnotes: {notes}\n",
        encoding="utf-8",
    )
    with pytest.raises(ParamsError) as refused:
        read_params(path)
    (problem,) = refused.value.problems
    assert f"{path}:4" in problem and en in problem and zh in in_chinese(problem)
