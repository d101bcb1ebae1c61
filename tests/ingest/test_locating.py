"""Where rows stand in their files, asked by key."""

from csanalysis.ingest.locating import located
from csanalysis.params import read_params
from tests.ingest.conftest import VISITS
from tests.ingest.test_answers import CALLS, contacts, lists, row


def places(dealership, table, keys):
    path = dealership.params_file
    return located(read_params(path), path.parent, table, keys)


def test_file_sheet_and_row_of_each_key_the_first_of_several(dealership):
    """R2 stands in the third row of the first file and again in the workbook, under a line of title."""
    first, second, seventh = ([number, "V", "2025-01-02", "首保"] for number in ("R1", "R2", "R7"))
    dealership.xlsx("service_visits", {"2024": [["工单"], VISITS[0], second, seventh]})
    dealership.csv("service_visits", [VISITS[0], first, second])
    dealership.source("service_visits", path=["service_visits.csv", "service_visits.xlsx"])
    assert places(dealership, "service_visits", ["R2", "R7", "R9"]) == {
        "R2": ("service_visits.csv", "", 3),
        "R7": ("service_visits.xlsx", "2024", 4),
    }


def test_no_key_and_no_file_have_no_place(dealership):
    assert places(dealership, "service_visits", []) == {}
    dealership.source("service_visits", url="sqlite:///dms.db", table="orders")
    assert places(dealership, "service_visits", ["R1"]) == {}


def test_an_answer_in_a_work_list_has_its_sheet_and_row(dealership):
    """Beside a call log; of the workbook's two lines the second holds the answer, in the third row."""
    filled = lists(
        dealership, "filled", row("service_due", "VIN1"), row("service_due", "VIN2", "拒绝", "2025-04-01")
    )
    dealership.csv("contacts", CALLS)
    dealership.source("contacts", path=["contacts.csv", filled], words={"result": {"已预约": "appointment"}})
    _, answer = contacts(dealership)["contact_id"]
    assert places(dealership, "contacts", ["H1", answer]) == {
        "H1": ("contacts.csv", "", 2),
        answer: ("filled.xlsx", "保养到期", 3),
    }
    dealership.source("contacts", path=filled)
    assert places(dealership, "contacts", [answer]) == {answer: ("filled.xlsx", "保养到期", 3)}
