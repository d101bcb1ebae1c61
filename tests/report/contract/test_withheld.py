"""A report with something in it that must not leave the house is withheld, and only that one."""

import pytest

from csanalysis.errors import ParamsError, WithheldError
from csanalysis.messages import Message
from csanalysis.params import read_params
from csanalysis.report import build
from csanalysis.report.failure import write_failure

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
@pytest.mark.parametrize(
    ("reason", "said", "told"),
    [
        ("回电 13912345678", "A phone number shows", "出现电话号码"),
        ("0534-2661234", "A phone number shows", "出现电话号码"),
        ("欧阳小满嫌贵", "A customer's name shows", "出现客户姓名"),
        ("went to clean motors", "Another dealership is named", "出现其他门店的信息"),
    ],
    ids=["a phone by its look", "a customer's phone", "a customer's name", "another dealership"],
)
def test_a_planted_secret_withholds_the_report(stores, reason, said, told):
    (stores / "leaky.csv").write_text(ITEMS.format(reason=reason), encoding="utf-8")
    with pytest.raises(WithheldError, match=said) as caught:
        build.build_report(stores / "leaky.yml", stores / "out", others=[("clean", "clean motors")])
    assert not (stores / "out" / "leaky" / "2026").exists()
    assert reason not in str(caught.value) or "motors" in reason

    write_failure(stores / "leaky.yml", stores / "out", caught.value, caught.value.problems)
    page = (stores / "out" / "leaky" / "failed" / "index.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and 'lang="zh-CN"' in page
    assert told in page and "leaky motors" in page
    assert "13912345678" not in page and "欧阳小满" not in page


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
