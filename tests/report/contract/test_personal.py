import pytest

from csanalysis.report.contract.breach import masked
from csanalysis.report.contract.personal import (
    may_be_named,
    may_be_personal,
    other_stores,
    personal_data,
    private_values,
    veiled,
)
from csanalysis.report.contract.places import pieces

VIN = "LSVNV2182E2100001"


@pytest.fixture
def private(clean_table, params_of):
    customers = [
        {"customer_id": "C1", "name": "欧阳小满", "phone": "13805551234"},
        {"customer_id": "C2", "name": "顾盼", "phone": "0534-2661234"},
        {"customer_id": "C3", "name": "Mary Ann Lockhart", "phone": "(555) 010-4477"},
        {"customer_id": "C4", "name": "何丽"},
        {"customer_id": "C5", "name": "首保"},
        {"customer_id": "C6", "name": "田甜"},
        {"customer_id": "C7", "name": "买买提·吐尔逊"},
        {"customer_id": "C8", "name": "㛃𠮷"},
    ]
    tables = {
        "customers": clean_table("customers", customers),
        "vehicle_sales": clean_table("vehicle_sales", [{"vin": VIN, "sale_date": "2025-01-01"}]),
        "staff": clean_table("staff", [{"staff": "何丽"}]),
    }
    return private_values(params_of(first_service={"agents": {"田甜": 1}}), tables)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请拨 13912345678", "phone"),
        ("请拨13912345678预约", "phone"),
        ("Call 13912345678.", "phone"),
        ("身份证370123199001011234号", "identity_number"),
        ("电话0534-2661234转", "phone"),
        ("+86 139-1234-5678", "phone"),
        ("call 0534 2661234 today", "phone"),
        ("555-010-4477", "phone"),
        (f"vehicle {VIN}.", "vin"),
        ("1HGCM82633A004352", "vin"),
        ("鲁N12345 的车主", "plate"),
        ("鲁N·D12345", "plate"),
        ("身份证 371402198805123456", "identity_number"),
        ("write to li.na@example.com", "email"),
        ("139.1234.5678", "phone"),
        ("１３９１２３４５６７８", "phone"),
        ("139\u200b12345678", "phone"),
        ("卡号4111111111111111", "card"),
        ("微信号：lina2020", "chat"),
        ("解放路18号3", "address"),
        ("买买提·吐尔逊嫌贵", "name"),
        ("买买提吐尔逊嫌贵", "name"),
        ("㛃𠮷嫌贵", "name"),
        ("欧阳小满说太贵", "name"),
        ("顾盼嫌贵", "name"),
        ("as Mary Ann Lockhart said", "name"),
    ],
)
def test_personal_data_are_found_by_look_and_by_value(private, text, kind):
    assert {breach.rule for breach in personal_data([("here", text)], private)} == {f"personal_{kind}"}
    # The look at all pieces at once, which comes first, must not miss what stands between others.
    among = ["0.12345678901234567", f"<td>12.3</td><td>{text}</td>", f'{{"said": "{text}", "value": 5}}']
    assert may_be_personal(pieces(among), private)


@pytest.mark.parametrize(
    "text",
    [
        "首保回厂率 71.7%，目标 669 台",  # a customer is called like a word of the report
        "何丽负责，田甜协助",  # one of the staff, and one whom the params name
        "0.13912345678 and 1,391,234,567.80",
        "2025-12-31 2026-01-31",
        "sha256 a94f13912345678bc0",
        "12345678901234567",
        "4111111111111112",
        "QQ 群和微信群",
        "13.9123.4567 139.12345678",
        "ABCDEFGHJKLMNPRST",
        "第 12 周 A1234 班组",
        "Mary had a little Lockhart",
    ],
)
def test_ordinary_words_and_numbers_are_let_through(private, text):
    assert personal_data([("here", text)], private) == []
    assert not may_be_personal(pieces([f"<td>{text}</td>", "0.12345678901234567"]), private)


def test_a_reason_of_several_vehicles_gives_nobody_away(clean_table, params_of):
    """A customer is called 高价; 高价 is why three owners declined, and what one alone said is a secret."""
    visits = [{"ro_number": f"R{n}", "vin": f"V{n}", "visit_date": "2025-03-01"} for n in range(6)]
    reasons = [*["嫌高价"] * 5, "安康来电"]
    tables = {
        "customers": clean_table(
            "customers", [{"customer_id": "1", "name": "高价"}, {"customer_id": "2", "name": "安康"}]
        ),
        "service_visits": clean_table("service_visits", visits),
        "upsell_items": clean_table(
            "upsell_items",
            [{"ro_number": f"R{n}", "decline_reason": reason} for n, reason in enumerate(reasons)],
        ),
    }
    private = private_values(params_of(), tables)
    places = [("here", "嫌高价"), ("there", "安康来电")]
    assert [breach.where for breach in personal_data(places, private)] == ["there"]


def test_a_breach_says_where_and_hides_most_of_what(private):
    (found,) = personal_data([("Upsell · Reasons · 3", "欧阳小满说太贵 ")], private)
    assert (found.where, found.what) == ("Upsell · Reasons · 3", "欧**满")


def test_a_line_is_told_without_whom_it_is_about(private):
    assert (
        veiled("a.csv 第 3 行：欧阳小满，１３９１２３４５６７８", private)
        == "a.csv 第 3 行:欧**满,13*******78"
    )
    assert veiled("a.csv 第 3 行：写成 2025-03-31", private) == "a.csv 第 3 行：写成 2025-03-31"


@pytest.mark.parametrize(
    ("found", "shown"),
    [("张三", "张*"), ("张小三", "张**"), ("13812345678", "13*******78"), (VIN, "LSVN*********0001")],
)
def test_masked(found, shown):
    assert masked(found) == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("moved to north-star last year", ["north-star"]),
        ("由北辰众联转来", ["北辰众联"]),
        ("north-stars", []),
        ("small store", []),
    ],
)
def test_another_dealership_is_found_by_id_and_name(params_of, text, found):
    params = params_of(dealership={"id": "small", "name": "小店", "group": "北辰"})
    others = [("north-star", "北辰众联"), ("service", "小店")]
    assert [breach.what for breach in other_stores([("here", text)], params, others)] == found
    near = may_be_named(pieces([f"<p>{text.upper()}</p>"]), others)
    assert [breach.what for breach in other_stores([("here", text)], params, near)] == found
