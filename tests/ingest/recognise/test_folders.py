"""What is said of folders that hold no store, and what is asked of those that leave something open."""

import io
import os

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.cli.recognising import write_from
from csanalysis.errors import IngestError
from csanalysis.ingest.recognise import recognise, sources_text
from csanalysis.messages import said
from csanalysis.params import read_params
from tests.ingest.recognise.forms import renamed, told, written
from tests.ingest.recognise.small_store import small_store

SALES = "vin 车架号 | sale_date 销售日期 | price 成交价"
VISITS = "ro_number 工单号 | vin 车架号 | visit_date 进厂日期 | service_type 维修类型 | total_amount 结算金额"


@pytest.fixture
def exports(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def store(folder, *, visits=VISITS, days="{:%Y-%m-%d}".format, words=lambda word: word):
    tables = small_store()
    orders = renamed(tables["service_visits"], visits)
    written(told(orders, {"进厂日期": days, "维修类型": words}), folder / "工单.csv")
    written(told(renamed(tables["vehicle_sales"], SALES), {"销售日期": str}), folder / "销售.csv")


def problems(folder, language="zh"):
    with pytest.raises(IngestError) as caught:
        recognise(folder, base=folder.parent)
    return [said(line, language) for line in caught.value.problems]


def test_an_empty_folder(exports):
    assert "is empty" in problems(exports, "en")[0] and "空文件夹" in problems(exports)[0]


def test_a_folder_that_is_none(tmp_path):
    assert "is no folder" in problems(tmp_path / "nowhere", "en")[0]


def test_a_folder_of_pictures(exports):
    for name in ("a.jpg", "b.png"):
        (exports / name).write_bytes(b"\x89PNG")
    assert "its 2 files are of other kinds" in problems(exports, "en")[0]


def test_files_that_cannot_be_read_are_each_named(exports):
    (exports / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (exports / "empty.csv").write_bytes(b"")
    first, *rest = problems(exports, "en")
    assert "no table that can be read" in first
    assert [line.split(":")[0] for line in rest] == ["broken.xlsx", "empty.csv"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_locked_file_is_named_and_the_others_are_read(exports):
    store(exports)
    (exports / "客户.csv").write_bytes(b"x")
    (exports / "客户.csv").chmod(0)
    assert any("客户.csv" in note for note in recognise(exports, base=exports).notes)


def test_an_unreadable_file_beside_a_store_is_told_and_the_store_recognised(exports):
    store(exports)
    (exports / "客户.xlsx").write_bytes(b"PK\x03\x04 cut")
    proposal = recognise(exports, base=exports)
    assert [draft.table for draft in proposal.drafts] == ["vehicle_sales", "service_visits"]
    assert any("客户.xlsx" in note for note in proposal.notes)


def test_without_a_sales_ledger_it_is_said_what_one_needs(exports):
    store(exports)
    (exports / "销售.csv").unlink()
    (line, *_) = problems(exports)
    assert "没有新车销售台账" in line and "车架号" in line and "销售日期" in line


def test_two_shapes_of_one_table_with_the_same_rows_are_told_apart(exports):
    store(exports)
    again = renamed(
        small_store()["service_visits"],
        "ro_number 委托书号 | vin 底盘号 | visit_date 开单日期 | service_type 业务类型",
    )
    written(told(again, {"开单日期": str}), exports / "汇总.csv")
    proposal = recognise(exports, base=exports)
    visits = next(draft for draft in proposal.drafts if draft.table == "service_visits")
    assert len(visits.files) == 1
    assert any("both look like service_visits" in note for note in proposal.notes)


def test_two_shapes_of_one_table_with_other_rows_are_one_source(exports):
    store(exports)
    older = renamed(
        small_store(seed=12)["service_visits"],
        "ro_number 委托书号 | vin 底盘号 | visit_date 开单日期 | service_type 业务类型",
    )
    older["委托书号"] = "A" + older["委托书号"]
    written(told(older, {"开单日期": str}), exports / "旧系统.csv")
    proposal = recognise(exports, base=exports)
    visits = next(draft for draft in proposal.drafts if draft.table == "service_visits")
    assert sorted(visits.source["path"]) == ["工单.csv", "旧系统.csv"]
    assert visits.reading.report.kept == len(older) + len(small_store()["service_visits"])


def test_what_the_exports_leave_open_is_asked_and_an_answer_is_written(exports, tmp_path):
    strange = {"repair": "甲类", "warranty": "乙类"}
    store(exports, words=lambda word: strange.get(word, word), days="{:%d/%m/%Y}".format)
    proposal = recognise(exports, base=tmp_path)
    texts = [question.text for question in proposal.questions]
    assert [text.split("'")[1] for text in texts] == ["乙类", "甲类"] or len(texts) == 2
    assert "#     甲类: …" in sources_text(proposal)
    for question in proposal.questions:
        next(answer for answer in question.answers if answer.label in ("repair", "warranty")).apply()
    assert not proposal.questions
    assert "甲类: 一般维修" in sources_text(proposal)


def test_days_that_may_be_months_are_asked_about(exports, tmp_path):
    store(exports, days=lambda day: f"{day.day % 12 + 1:02d}/{day.month:02d}/{day.year}")
    proposal = recognise(exports, base=tmp_path)
    (question,) = proposal.questions
    assert "dates" in question.text and len(question.answers) == 3
    assert "# date_order: dmy" in sources_text(proposal)
    question.answers[0].apply()
    assert not proposal.questions and "    date_order: dmy" in sources_text(proposal)
    assert proposal.facts.plan_year == 2026


def test_samples_give_nobody_away(exports, tmp_path):
    people = small_store()["vehicle_sales"].merge(small_store()["customers"], on="customer_id")
    written(
        told(
            renamed(people, SALES + " | name 客户姓名 | phone 联系电话 | customer_id 客户编号"),
            {"销售日期": str},
        ),
        exports / "销售.csv",
    )
    written(told(renamed(small_store()["service_visits"], VISITS), {"进厂日期": str}), exports / "工单.csv")
    text = sources_text(recognise(exports, base=tmp_path))
    for column in ("vin", "name", "phone", "customer_id"):
        assert not any(value in text for value in people[column])


def run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_the_command_writes_params_that_can_be_read_and_says_what_is_open(exports, tmp_path):
    store(exports, words=lambda word: {"repair": "甲类"}.get(word, word))
    result = run("init", "west", "--from", exports, "--params", tmp_path / "params")
    assert result.exit_code == 0, result.output
    params = read_params(tmp_path / "params" / "west.yml")
    assert set(params.sources) == {"vehicle_sales", "service_visits"}
    assert params.sources["service_visits"].columns["工单号"] == "ro_number"
    assert "甲类" in result.output
    again = run("init", "west", "--from", exports, "--params", tmp_path / "params")
    assert again.exit_code == 2 and "is there already" in again.output


def test_headers_that_say_nothing_are_told_by_their_cells(exports, tmp_path):
    tables = small_store()
    orders = renamed(
        tables["service_visits"],
        "ro_number Doc | vin Unit | close_date Left | visit_date Arrived | service_type Class | mileage_km Clock"
        " | advisor Host | total_amount Charged",
    )
    written(told(orders, {"Arrived": str, "Left": str}), exports / "a.csv")
    sales = renamed(
        tables["vehicle_sales"], "vin Unit | sale_date Signed | customer_id Party | price Consideration"
    )
    written(told(sales, {"Signed": str}), exports / "b.csv")
    proposal = recognise(exports, base=tmp_path)
    sold, served = (draft.source["columns"] for draft in proposal.drafts)
    assert sold == {"Unit": "vin", "Signed": "sale_date", "Consideration": "price"}
    assert served == {
        "Doc": "ro_number", "Unit": "vin", "Arrived": "visit_date", "Class": "service_type", "Clock": "mileage_km",
        "Host": "advisor", "Charged": "total_amount",
    }  # fmt: skip
    (question,) = proposal.questions
    assert question.text.endswith("which column is visit_date?")
    question.answers[1].apply()
    assert proposal.drafts[1].source["columns"]["Left"] == "visit_date" and not proposal.questions


def test_a_calendar_among_the_exports_is_named(exports, tmp_path):
    store(exports)
    events = [["活动", "日期", "预算", "负责人"], ["夏季检测", "2026-07-06", "2500", "王芳"]]
    (exports / "日历.csv").write_text("\n".join(map(",".join, events)), encoding="utf-8")
    result = run("init", "west", "--from", exports, "--params", tmp_path / "params")
    assert result.exit_code == 0, result.output
    assert read_params(tmp_path / "params" / "west.yml").calendar == "../exports/日历.csv"


class Typed(io.StringIO):
    """A terminal on which somebody types."""

    def isatty(self):
        return True


def test_an_answer_typed_on_a_terminal_is_written_and_none_leaves_it_open(
    exports, tmp_path, monkeypatch, capsys
):
    strange = {"repair": "甲类", "warranty": "乙类"}
    store(exports, words=lambda word: strange.get(word, word))
    monkeypatch.setattr("sys.stdin", Typed("3\n\n"))
    write_from(exports, tmp_path / "params", "west", "zh")
    asked = capsys.readouterr().err
    assert "1  首保" in asked and "7  不读这些行" in asked
    words = read_params(tmp_path / "params" / "west.yml").sources["service_visits"].words["service_type"]
    assert list(words.values()) == ["一般维修"]


def test_the_command_says_why_a_folder_cannot_be_used(exports, tmp_path):
    result = run("init", "west", "--from", exports, "--params", tmp_path / "params")
    assert result.exit_code == 2 and "is empty" in result.output
    assert not (tmp_path / "params").exists()
