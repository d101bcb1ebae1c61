"""What is personal in free text is masked and the report made; another store's name withholds it."""

import csv
import json
import re
from pathlib import Path

import pytest

from csanalysis.errors import ParamsError, WithheldError
from csanalysis.legible import legible
from csanalysis.messages import Message
from csanalysis.params import read_params
from csanalysis.report import build
from csanalysis.report.failure import write_failure
from csanalysis.report.index import write_index
from tests.privacy.forms import CUSTOMERS, FORMS, PLATE, UNKNOWN_NAMES, VIN
from tests.privacy.said import closed_in, said_in

ROOT = Path(__file__).parents[3]
ODD = (
    "要$5和$6", "$x^2$ 贵", "$$\\bad{$$", "a\x0bb", "1️⃣ 太贵", "**粗** [连](#a) `码`", "<script>alert(1)</script>",
    "=1+1", "@SUM(A1)", "a|b|c", "# x", "\\frac{1}{2}$", "𠮷野家 □ 😀", "\u202eabc", "\ud7ff\ue000", "x\x01\x1fy",
    "{{ x }}", "{amount}", "%s %d", "_x000B_", "- [ ] y", "&amp; & <", "’”“\"'", "c\x85d", '#import "x"', "𝟏", "é́́́́", "_a_b_",
    "~~x~~", "1. x", "<!-- x -->", "![x](y)", "$", "e\tf",
)  # fmt: skip
"""Reasons that six customers share, each of which ended a report or became markup somewhere."""

PARAMS = """\
dealership: {{id: {id}, name: {name}}}
plan_year: 2026
language: {language}
sources:
  vehicle_sales: sales.csv
  service_visits: visits.csv
  customers: customers.csv
  upsell_items: {items}
"""
SALES = "VIN,sale_date\n" + "".join(f"V{n},{2024 + n // 24}-{n % 12 + 1:02d}-20\n" for n in range(36))
VISITS = "RO,VIN,date in,job type\n" + "".join(
    f"R{n},V{n % 24},2025-{n % 12 + 1:02d}-{n % 28 + 1:02d},保养\n" for n in range(60)
)
ITEMS = "ro_number,item,grade,amount,outcome,decline_reason,proposed_date\n" + "".join(
    f"R{n},tyres,A,100,{'declined' if n % 2 else 'accepted'},{'{reason}' if n < 2 else 'too dear'},2025-{n % 12 + 1:02d}-{n % 28 + 1:02d}\n"
    for n in range(12)
)


@pytest.fixture
def stores(tmp_path, monkeypatch):
    """Two stores whose chapter on upselling alone is run; ``leaky`` writes what it should not in a reason."""
    monkeypatch.setattr(build, "CHAPTERS", ("upsell",))
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    (tmp_path / "visits.csv").write_text(VISITS, encoding="utf-8")
    (tmp_path / "customers.csv").write_text(
        "customer_id,name,phone\nC1,欧阳小满,0534-2661234\n", encoding="utf-8"
    )
    (tmp_path / "clean.csv").write_text(ITEMS.format(reason="too dear"), encoding="utf-8")
    for name, items, language in (("clean", "clean.csv", "en"), ("leaky", "leaky.csv", "zh")):
        text = PARAMS.format(id=name, name=f"{name} motors", items=items, language=language)
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_no_form_of_personal_data_is_in_any_file_of_the_report(stores):
    """Every form as a reason and as an item, each of one vehicle, in one report; and text of any kind beside."""
    customers = "".join(f'{id},"{name}","{phone}"\n' for id, name, phone in CUSTOMERS)
    (stores / "customers.csv").write_text(f"customer_id,name,phone\n{customers}", encoding="utf-8")
    orders = [f"R{n}" for n in range(max(len(FORMS), 24))]
    rows = [
        ["RO", "VIN", "date in", "job type", "plate"],
        *([order, f"V{n % 24}", "2025-12-20", "保养", ""] for n, order in enumerate(orders)),
        ["R_", VIN, "2025-12-20", "保养", PLATE],
    ]
    _write(stores / "visits.csv", rows)
    items = [["ro_number", "item", "grade", "amount", "outcome", "decline_reason", "proposed_date"]]
    for order, (written, _) in zip(orders, FORMS, strict=False):
        item = "tyres" if (written, _) in UNKNOWN_NAMES else f"更换：{written}"
        items.append([order, item, "A", "100", "declined", written, "2025-12-20"])
    for place, odd in enumerate(ODD):  # an amount beyond belief is none: its row is set aside
        amounts = ["1e308" if place == 0 else "100", *["100"] * 5]
        items += [
            [f"R{n}", odd, "B", amount, "declined", odd, "2025-12-20"] for n, amount in enumerate(amounts)
        ]
    items += [[f"R{n}", "wipers", "A", "100", "declined", "太贵", "2025-12-20"] for n in range(24)]
    _write(stores / "leaky.csv", items)

    place = build.build_report(stores / "leaky.yml", stores / "out")

    texts = {name: text for name, text in said_in(place).items() if name != "lists.xlsx"}
    told = {name: [secret for _, secret in FORMS if secret in text] for name, text in texts.items()}
    assert not {name: found for name, found in told.items() if found}
    metrics = json.loads((place / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    reasons = {
        row["group"]["decline_reason"]: row["value"]
        for row in metrics
        if row["metric"] == "upsell_declines"
        and row["period"] == "2025"
        and [*row["group"]] == ["decline_reason"]
    }
    said = {legible(odd): 5 if place == 0 else 6 for place, odd in enumerate(ODD)}
    assert reasons == {"太贵": 24, "other": len(FORMS), **said}
    assert len(said) == len(ODD) and "<script>alert" not in texts["report.html"]
    cache = stores / "out" / ".cache"
    closed = [
        place / "lists.xlsx",
        place / "rejects.csv",
        *(path for path in cache.rglob("*") if path.is_file()),
    ]
    assert len(closed) > 5 and {path.stat().st_mode & 0o777 for path in closed} == {0o600}
    folders = [cache, *(path for path in cache.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert {"chapters", "runs"} <= {path.name for path in folders}
    write_index(stores / "out")
    served, kept_back = ({*found} for found in _split(stores / "out"))
    assert {f"leaky/2026/{name}" for name in ("lists.xlsx", "rejects.csv")} <= kept_back
    assert kept_back >= closed_in(stores / "out")
    linked = set(re.findall(r'href="([^"#:]+)"', (stores / "out" / "index.html").read_text(encoding="utf-8")))
    assert "leaky/2026/report.html" in linked <= served
    page = texts["report.html"]
    assert "更换：•••" in page and "更换：mary" not in page


def _split(output):
    """What a web server gives to readers and what it keeps back, by the line that SECURITY.md has for it."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    refused = re.compile(re.search(r'location ~ "(.+)" { deny all; }', text).group(1))
    paths = [path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()]
    return [path for path in paths if not refused.search(f"/{path}")], [
        path for path in paths if refused.search(f"/{path}")
    ]


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


@pytest.mark.slow
def test_another_store_s_name_withholds_the_report(stores):
    reason = "went to clean motors"
    (stores / "leaky.csv").write_text(ITEMS.format(reason=reason), encoding="utf-8")
    with pytest.raises(WithheldError, match="Another dealership is named") as caught:
        build.build_report(stores / "leaky.yml", stores / "out", others=[("clean", "clean motors")])
    assert not (stores / "out" / "leaky" / "2026").exists()

    write_failure(stores / "leaky.yml", stores / "out", caught.value, caught.value.problems)
    page = (stores / "out" / "leaky" / "failed" / "index.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and 'lang="zh-CN"' in page
    assert "出现其他门店的信息" in page and "leaky motors" in page


@pytest.mark.slow
def test_the_other_store_is_reported(stores):
    # The second is called like the folder in which all lies.
    others = [("leaky", "leaky motors"), (stores.name, "elsewhere")]
    place = build.build_report(stores / "clean.yml", stores / "out", others=others)
    assert (place / "report.html").is_file()


def test_a_failure_page_needs_no_readable_params(tmp_path):
    (tmp_path / "odd.yml").write_text("dealership: [", encoding="utf-8")
    page = write_failure(tmp_path / "odd.yml", tmp_path / "out", OSError("disk <full>"), ["disk <full>"])
    assert page == tmp_path / "out" / "odd" / "failed" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert "disk &lt;full&gt;" in text and "odd：这次没有出新报告" in text


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh", "store.yml:4：churn.years 应不小于 1，现在是 0"), ("en", "store.yml:4: churn.years should be")],
)
def test_the_page_says_in_either_language_what_keeps_params_from_being_read(tmp_path, language, expected):
    path = tmp_path / "store.yml"
    path.write_text(
        "plan_year: 2026\ndealership: {id: store}\n"
        "sources: {vehicle_sales: a.csv, service_visits: b.csv}\n"
        f"churn: {{years: 0}}\nlanguage: {language}\n"
    )
    with pytest.raises(ParamsError) as caught:
        read_params(path)
    page = write_failure(path, tmp_path, caught.value, caught.value.problems)
    text = page.read_text(encoding="utf-8")
    assert expected in text and f'<html lang="{language}' in text


def test_the_page_leads_to_the_last_good_report_and_the_part_that_ran(tmp_path):
    (tmp_path / "store.yml").write_text(
        "dealership: {id: store}\nplan_year: 2026\nlanguage: en\n"
        "sources: {vehicle_sales: a.csv, service_visits: b.csv}\n"
    )
    for path in ("2026/report.html", "failed/churn.ipynb"):
        (tmp_path / "out" / "store" / path).parent.mkdir(parents=True)
        (tmp_path / "out" / "store" / path).write_text("x")
    died = ChildProcessError("killed")
    write_failure(tmp_path / "store.yml", tmp_path / "out", died, [Message("killed", "被终止")])
    text = (tmp_path / "out" / "store" / "failed" / "index.html").read_text(encoding="utf-8")
    assert 'href="../2026/report.html"' in text and 'href="churn.ipynb"' in text
    assert "The run was cut off." in text and "<li>killed</li>" in text


def test_the_page_speaks_the_store_s_language(tmp_path):
    (tmp_path / "store.yml").write_text(
        "dealership: {id: store}\nplan_year: 2026\nsources: {vehicle_sales: a.csv, service_visits: b.csv}\n"
    )
    page = write_failure(tmp_path / "store.yml", tmp_path, MemoryError(), [Message("all used", "用完了")])
    text = page.read_text(encoding="utf-8")
    assert "<li>用完了</li>" in text and "all used" not in text
    assert "内存不够" in text
