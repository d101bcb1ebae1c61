"""A report says the limits that its own params set, in every part that a reader opens."""

import re
from html import unescape

import nbformat
import openpyxl
import pytest
import yaml

from csanalysis.report import build, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("limits")]

LIMITS = {"marginal_months": 3, "churned_months": 9, "permanent_months": 18, "contact_from_months": 2}
SUBJECT = re.compile(
    r"活跃客户|流失边缘|永久流失|联络窗口|有效管理客户|marginal|permanent|contact.window|effective base"
    r"|流失车辆|月没有来|月未来厂|月未进厂|月仍未再来|lapsed|without a visit",
    re.IGNORECASE,
)
"""Sentences about the states of customers, and about lapses."""
DEFAULTS = re.compile(
    r"(?<![\d.,])(6|6[-–]11|12|12[-–]23|24)\s*(个月|months?\b)|六个月|十二个月|二十四个月|(six|eleven|twelve) months",
    re.IGNORECASE,
)
SAID = {
    "zh": {
        "report": ["不满 3 个月为活跃", "3–8 个月为流失边缘", "9–17 个月为流失", "18 个月及以上为永久流失", "已满 2 个月、不满 9 个月"],
        "definitions": [
            "流失边缘（3–8 个月）", "永久流失（18 个月及以上）", "在该月内满 9 个月没有来厂", "头 9 个月无法看到流失", "从数据的第 18 个月起",
        ],
        "figures": ["流失边缘3–8个月，流失9–17个月，永久流失18个月及以上"],
        "lists": ["满 3 个月，进入流失边缘", "满 9 个月，计为流失", "满 18 个月，计为永久流失"],
    },
    "en": {
        "report": ["under 3 active, 3–8 marginal, 9–17 churned", "18 and over permanently lost", "last visit is 2–8 months ago"],
        "definitions": [
            "marginal (3–8), churned (9–17), permanently lost (18 and more)", "reached 9 months without a visit in that month",
            "first 9 months of the data", "Given from month 18 of the data on",
        ],
        "figures": ["marginal 3–8, churned 9–17, permanently lost 18 and more"],
        "lists": ["after 3 months", "after 9 months", "after 18 months"],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def home(demo, tmp_path_factory):
    """Where the demo's exports lie, without its params."""
    home = tmp_path_factory.mktemp("limits")
    for beside in demo.iterdir():
        if beside.name != "params":
            (home / beside.name).symlink_to(beside)
    (home / "params").mkdir()
    return home


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request, demo, home):
    """The report of a store with limits of its own, in one language; of its files those alone that are read here."""
    params = yaml.safe_load((demo / "params" / "longshan.yml").read_text(encoding="utf-8"))
    params |= {"language": request.param, "lifecycle": LIMITS}
    file = home / "params" / f"{request.param}.yml"
    file.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(running, "typeset", lambda *_, **__: b"")
        patched.setattr(build, "write_plan_slides", lambda *_, **__: None)
        patched.setattr(build, "write_numbers", lambda *_, **__: None)
        return request.param, build.build_report(file, home / request.param)


def words_of(page):
    """What a page says, its figures and their alternative texts among it, without marks and runs of spaces."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'\s(?:alt|aria-label)="([^"]*)"', r">\1<br ", page)
    page = re.sub(r"</?(p|li|td|th|tr|div|h\d|figcaption|br|text|title|desc)\b[^>]*>", "\n", page)
    return re.sub(r"[ \t]+", " ", re.sub(r" *\n *(?=[a-z])", " ", unescape(re.sub(r"<[^>]+>", "", page))))


def lists_of(folder):
    book = openpyxl.load_workbook(folder / "lists.xlsx", read_only=True)
    return "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )


def test_the_limits_are_named_everywhere(report):
    language, folder = report
    page = words_of((folder / "report.html").read_text(encoding="utf-8"))
    for part in ("report", "definitions", "figures"):
        assert [said for said in SAID[language][part] if said not in page] == []
    lists = lists_of(folder)
    assert [said for said in SAID[language]["lists"] if said not in lists] == []


def test_the_defaults_are_named_nowhere(report):
    _, folder = report
    page = words_of((folder / "report.html").read_text(encoding="utf-8"))
    sentences = re.split(r"[。；\n]|(?<=[.;]) ", page)
    assert [said for said in sentences if SUBJECT.search(said) and DEFAULTS.search(said)] == []
    due = [
        said for said in lists_of(folder).split("\n") if re.search(r"计为|进入流失|counts as|becomes", said)
    ]
    assert due
    assert [said for said in due if re.search(r"满 (6|12|24) 个月|after (6|12|24) months", said)] == []


def test_no_placeholder_is_left(report):
    _, folder = report
    assert re.findall(r"\{\w+\.\w+\}", words_of((folder / "report.html").read_text(encoding="utf-8"))) == []
    kept = [
        f"{path.name}: {cell.source[:60]}"
        for path in (folder / "notebooks").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" and re.search(r"\{\w+\.\w+\}", cell.source)
    ]
    assert kept == []
