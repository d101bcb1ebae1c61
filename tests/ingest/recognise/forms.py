"""Ten forms in which other systems would export the small store; each differs from all others in several ways."""

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from tests.ingest.recognise.small_store import small_store

Tables = dict[str, pd.DataFrame]
Form = Callable[[Path], Tables]


def renamed(frame: pd.DataFrame, headers: str) -> pd.DataFrame:
    """The columns named in ``'ro_number RO Number | vin VIN'``, under these headers, as objects."""
    pairs = [part.strip().split(" ", 1) for part in headers.split("|")]
    return pd.DataFrame({theirs: frame[ours].astype(object) for ours, theirs in pairs})


def told(frame: pd.DataFrame, forms: Mapping[str, Callable[[Any], object]]) -> pd.DataFrame:
    """A form for each cell of some columns."""
    return frame.assign(**{name: frame[name].map(form) for name, form in forms.items()})


def written(frame: pd.DataFrame, path: Path, separator: str = ",", encoding: str = "utf-8") -> None:
    path.write_bytes(frame.to_csv(index=False, sep=separator, lineterminator="\r\n").encode(encoding))


def without(tables: Tables, **gone: str) -> Tables:
    """The tables without the columns that a form does not export."""
    return {
        name: frame.drop(columns=gone.get(name, "").split())
        for name, frame in tables.items()
        if gone.get(name) != "*"
    }


def lines_of(visits: pd.DataFrame) -> pd.DataFrame:
    """Two rows an order: the labour on one, the parts on the other."""
    first = visits.assign(parts_amount=0.0, total_amount=visits["labor_amount"], line=1)
    second = visits.assign(labor_amount=0.0, total_amount=visits["parts_amount"], line=2)
    return pd.concat([first, second]).sort_values(["ro_number", "line"], kind="stable", ignore_index=True)


def chinese_words(**words: str) -> Callable[[str], str]:
    usual = {"first_service": "首次免费保养", "scheduled_service": "保养套餐", "repair": "机电检修", "accident": "事故理赔车",
             "warranty": "厂家质保单", "other": "其它"}  # fmt: skip
    return lambda word: {**usual, **words}[word]


def us_lines(folder: Path) -> Tables:
    """Month first, dollars, a row an operation, voided orders, English words."""
    tables = small_store(latin=True)
    words = {"first_service": "First Service - Free", "scheduled_service": "Oil Change", "repair": "Brake Repair",
             "accident": "Collision Center", "warranty": "Recall 23V", "other": "Misc"}  # fmt: skip
    dollars = "${:,.2f}".format
    visits = renamed(
        lines_of(tables["service_visits"]),
        "ro_number RO Number | vin VIN | visit_date Open Date | service_type Op Description | mileage_km Odometer In"
        " | advisor Service Writer | technician Tech | labor_amount Labor Sale | parts_amount Parts Sale"
        " | total_amount RO Total | close_date Closed Date",
    )
    forms = {"Open Date": "{:%m/%d/%Y}".format, "Closed Date": "{:%m/%d/%Y}".format, "Op Description": words.get,
             "Labor Sale": dollars, "Parts Sale": dollars, "RO Total": dollars, "Odometer In": "{:,.0f}".format}  # fmt: skip
    visits = told(visits, forms).assign(Status="Closed")
    void = visits.head(6).assign(**{"RO Number": [f"V{n // 2}" for n in range(6)], "Status": "Void"})
    written(pd.concat([visits, void]), folder / "ro_detail.csv")
    sales = renamed(
        tables["vehicle_sales"],
        "customer_id Cust No | vin VIN | sale_date Deal Date | model Vehicle Description | sales_consultant Sales Rep"
        " | price Cash Price",
    )
    written(told(sales, {"Deal Date": "{:%m/%d/%Y}".format, "Cash Price": dollars}), folder / "deals.csv")
    return without(tables, customers="*", survey_responses="*")


def year_sheets(folder: Path) -> Tables:
    """A workbook a table, a sheet a year, titles above, totals below, dates in Chinese, PDI among the orders."""
    tables = small_store()
    chinese = lambda day: f"{day.year}年{day.month}月{day.day}日"  # noqa: E731
    visits = told(
        renamed(
            tables["service_visits"],
            "ro_number 维修单编号 | visit_date 到店日期 | vin 车辆识别码 | service_type 修理类别 | mileage_km 进厂里程"
            " | advisor 服务接待 | technician 维修工 | labor_amount 人工费 | parts_amount 配件费用 | total_amount 费用合计"
            " | close_date 竣工日期",
        ),
        {"到店日期": chinese, "竣工日期": chinese, "修理类别": chinese_words()},
    )
    pdi = visits.head(4).assign(修理类别="PDI检测", 维修单编号=["P1", "P2", "P3", "P4"])
    sales = told(
        renamed(
            tables["vehicle_sales"],
            "sale_date 提车日期 | vin 车辆识别码 | customer_id 会员编号 | model 车型配置 | sales_consultant 销售人员 | price 实际售价",
        ),
        {"提车日期": chinese},
    )
    for name, title, frame, day in (
        ("维修台次.xlsx", "泰和汽车销售服务有限公司维修明细", pd.concat([pdi, visits]), "到店日期"),
        ("整车零售.xlsx", "泰和汽车销售服务有限公司零售明细", sales, "提车日期"),
    ):
        years = dict(list(frame.groupby(frame[day].str[:4])))
        with xlsxwriter.Workbook(str(folder / name)) as workbook:
            workbook.add_worksheet("封面").write(0, 0, title)
            for year, part in years.items():
                sheet = workbook.add_worksheet(f"{year}年")
                sheet.write(0, 0, title)
                for place, row in enumerate(
                    [list(part), *part.to_numpy().tolist(), ["合计", f"{len(part)}条"]]
                ):
                    sheet.write_row(place + 2, 0, row)
    return without(tables, customers="*", survey_responses="*")


def decimal_commas(folder: Path) -> Tables:
    """Semicolons, decimal commas, points in thousands, day first with points, cp1252."""
    tables = small_store(latin=True)
    comma = lambda value: f"{value:,.2f}".translate(str.maketrans(",.", ".,"))  # noqa: E731
    words = {"first_service": "First free service", "scheduled_service": "Maintenance", "repair": "Mechanical repair",
             "accident": "Body & paint", "warranty": "Goodwill/Warranty", "other": "Other work"}  # fmt: skip
    visits = renamed(
        tables["service_visits"],
        "ro_number Job Card No | vin Chassis No | visit_date Date Opened | service_type Job Category"
        " | mileage_km Kilometres | advisor Service Adviser | labor_amount Labour Sale | parts_amount Parts Total"
        " | total_amount Total Charged | close_date Date Closed",
    )
    day = "{:%d.%m.%Y}".format
    forms = {"Date Opened": day, "Date Closed": day, "Job Category": words.get, "Labour Sale": comma,
             "Parts Total": comma, "Total Charged": comma, "Kilometres": lambda km: comma(km)[:-3]}  # fmt: skip
    written(told(visits, forms), folder / "werkstatt.csv", ";", "cp1252")
    sales = renamed(
        tables["vehicle_sales"],
        "vin Chassis No | sale_date Handover Date | sales_consultant Sales Executive | price Selling Price",
    )
    written(
        told(sales, {"Handover Date": day, "Selling Price": comma}), folder / "verkauf.csv", ";", "cp1252"
    )
    return without(
        tables,
        vehicle_sales="customer_id model",
        service_visits="technician",
        customers="*",
        survey_responses="*",
    )


def html_tables(folder: Path) -> Tables:
    """Web pages saved as .xls in GB2312, times in the dates, yuan signs, names and phones on orders alone."""
    tables = small_store()
    known = tables["vehicle_sales"].merge(tables["customers"], on="customer_id").set_index("vin")
    orders = tables["service_visits"].assign(
        who=lambda rows: rows["vin"].map(known["name"]), phone=lambda rows: rows["vin"].map(known["phone"])
    )
    visits = told(
        renamed(
            orders,
            "ro_number 工单编码 | visit_date 来店时间 | vin VIN编码 | who 报修人 | phone 车主手机 | service_type 作业类型"
            " | mileage_km 里程表读数 | advisor SA姓名 | total_amount 工单金额 | close_date 完工时间",
        ),
        {"来店时间": "{:%Y/%m/%d 09:17}".format, "完工时间": "{:%Y/%m/%d 17:40}".format,
         "作业类型": chinese_words(), "工单金额": "￥{:,.2f}".format, "里程表读数": "{:.0f} km".format},
    )  # fmt: skip
    sales = told(
        renamed(tables["vehicle_sales"], "vin VIN编码 | sale_date 交付日期 | model 车型描述 | price 裸车价"),
        {"交付日期": "{:%Y/%m/%d 10:00}".format, "裸车价": "￥{:,.0f}".format},
    )
    for name, frame in (("维修.xls", visits), ("零售.xls", sales)):
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in [list(frame), *frame.to_numpy().tolist()]
        )
        title = f"<tr><td colspan={len(list(frame))}>查询结果</td></tr>"
        page = f"<html><meta charset=gb2312><table border=1>{title}{rows}</table></html>"
        (folder / name).write_bytes(page.encode("gb18030"))
    return without(
        tables,
        vehicle_sales="customer_id sales_consultant",
        service_visits="technician labor_amount parts_amount",
        customers="*",
        survey_responses="*",
    )


def kept_ids(folder: Path) -> Tables:
    """UTF-16 with tabs, ids as ="00123", dates as Java prints them, words in capitals."""
    tables = small_store(latin=True)
    order = {old: f"{place:08d}" for place, old in enumerate(tables["service_visits"]["ro_number"], 1)}
    tables["service_visits"]["ro_number"] = tables["service_visits"]["ro_number"].map(order)
    words = {"first_service": "FIRST SERVICE", "scheduled_service": "PERIODIC MAINTENANCE", "repair": "GENERAL REPAIR",
             "accident": "BODY AND PAINT", "warranty": "WARRANTY", "other": "OTHERS"}  # fmt: skip
    java = "{:%a %b %d 00:00:00 CST %Y}".format
    visits = told(
        renamed(
            tables["service_visits"],
            "ro_number Work Order Number | vin Vehicle Identification Number | visit_date Opened Date"
            " | service_type Work Type | mileage_km Odometer Reading | advisor Advisor Name"
            " | technician Technician Name | total_amount Amount Due | close_date Completed Date",
        ),
        {
            "Opened Date": java,
            "Completed Date": java,
            "Work Type": words.get,
            "Work Order Number": '="{}"'.format,
        },
    )
    sales = told(
        renamed(
            tables["vehicle_sales"],
            "vin Vehicle Identification Number | customer_id Customer Number | sale_date Sold Date | model Model Name"
            " | sales_consultant Salesman | price Net Price",
        ),
        {"Sold Date": java, "Customer Number": '="{}"'.format},
    )
    written(visits, folder / "wo.txt", "\t", "utf-16")
    written(sales, folder / "retail.txt", "\t", "utf-16")
    return without(tables, service_visits="labor_amount parts_amount", customers="*", survey_responses="*")
