"""What a folder holds: tables, what cannot be read, what is no table, our own work lists."""

from pathlib import Path

from csanalysis.ingest.recognise.pages import read_folder
from csanalysis.messages import said
from tests.ingest.test_answers import lists, row


def test_each_file_and_sheet_counts_as_what_it_is(dealership, monkeypatch):
    """Beside the two exports: a list filled in, a locked and a broken file, a picture, and sheets that are no tables."""
    folder = dealership.folder
    lists(dealership, "filled", row("service_due", "VIN2", "拒绝", "2025-04-01"))
    dealership.xlsx(
        "other",
        {
            "空": [],
            "说明": [["只有一句话"]],
            "车间": [["工位", "温度", "湿度"], ["A", "1", "2"], ["B", "3", "4"]],
        },
    )
    for name in ("locked.csv", "~$filled.xlsx", "photo.jpg"):
        (folder / name).write_text("a,b\n1,2\n")
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04")
    read = Path.read_bytes

    def refusing(path):
        if path.name == "locked.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    found = read_folder(folder)
    assert [path.name for path in found.answers] == ["filled.xlsx"]
    assert {page.file.name: [*page.names.values()] for group in found.groups for page in group.pages} == {
        "other.xlsx": ["工位", "温度", "湿度"],
        "service_visits.csv": ["委托书号", "车架号", "进厂日期", "维修类型"],
        "vehicle_sales.csv": ["车架号", "销售日期"],
    }
    assert found.passed_over == ["other.xlsx 空", "other.xlsx 说明"]
    assert found.others == 1, "Excel's own file beside an open one counts for nothing"
    broken, locked = found.unreadable
    assert broken.startswith("broken.xlsx: ")
    assert locked == "locked.csv: cannot be read (Permission denied); close it where it is open, or copy it"
    assert (
        said(locked, "zh") == "locked.csv：无法读取（Permission denied）；请关闭正打开它的程序，或另拷贝一份"
    )
