"""The rest of the forms: merged cells, epochs, months, parts of amounts, one workbook, XML, updates."""

from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import xlsxwriter

from tests.ingest.recognise.forms import (
    Tables,
    chinese_words,
    decimal_commas,
    html_tables,
    kept_ids,
    lines_of,
    renamed,
    told,
    us_lines,
    without,
    written,
    year_sheets,
)
from tests.ingest.recognise.small_store import ITEMS, small_store

VISITS = (
    "ro_number 单据号 | vin 车辆VIN | visit_date 接车时间 | service_type 作业分类 | mileage_km 行驶公里数"
)


def merged_cells(folder: Path) -> Tables:
    """An order over two rows whose common cells are merged, real dates, sheets of other things beside."""
    tables = small_store()
    frame = told(
        renamed(
            lines_of(tables["service_visits"]),
            "ro_number 维修工单号 | visit_date 送修日期 | vin 车辆识别号 | service_type 维修性质 | mileage_km 里程数"
            " | advisor 接车员 | technician 修理工 | labor_amount 工时收入 | parts_amount 配件收入 | total_amount 合计金额"
            " | close_date 交车日期",
        ),
        {"维修性质": chinese_words()},
    )
    common = {0, 1, 2, 3, 4, 5, 6, 10}
    with xlsxwriter.Workbook(
        str(folder / "工单明细.xlsx"), {"default_date_format": "yyyy-mm-dd"}
    ) as workbook:
        sheet = workbook.add_worksheet("明细")
        sheet.write_row(0, 0, list(frame))
        rows = frame.to_numpy().tolist()
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for place, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                style = date if isinstance(cell, pd.Timestamp) else None
                cell = cell.to_pydatetime() if style else cell
                if column not in common:
                    sheet.write(place, column, cell)
                elif place % 2:
                    sheet.merge_range(place, column, place + 1, column, "")
                    sheet.write(place, column, cell, style)
        notes = workbook.add_worksheet("说明")
        notes.write_column(0, 0, ["本表由系统导出", "如有疑问请联系信息部"])
    sales = renamed(
        tables["vehicle_sales"],
        "vin 车辆识别号 | sale_date 开票时间 | model 车系 | sales_consultant 销售员 | price 开票价",
    )
    sales.assign(开票时间=sales["开票时间"].astype(str)).to_excel(
        folder / "销售.xlsx", index=False, startrow=3
    )
    return without(tables, vehicle_sales="customer_id", customers="*", survey_responses="*")


def epochs(folder: Path) -> Tables:
    """Days as milliseconds since 1970, no grouping, bars between cells, orders by month, deleted records."""
    tables = small_store()
    millis = lambda day: str(int(day.timestamp() * 1000))  # noqa: E731
    visits = told(
        renamed(
            tables["service_visits"],
            "ro_number 工单号 | vin 底盘号 | visit_date 开单时间 | service_type 业务分类 | mileage_km 行驶公里数"
            " | advisor 接待员 | technician 施工人 | labor_amount 工时费用 | parts_amount 零件金额 | total_amount 总费用",
        ),
        {"开单时间": millis, "业务分类": chinese_words()},
    ).assign(记录状态="有效", 车牌="鲁A12345")
    gone = visits.head(3).assign(工单号=["D1", "D2", "D3"], 记录状态="已删除")
    months = tables["service_visits"]["visit_date"].dt.strftime("%Y%m")
    for month, part in visits.groupby(months):
        whole = pd.concat([part, gone]) if month == months.iloc[0] else part
        written(whole, folder / f"gd_{month}.csv", "|", "gb18030")
    sales = told(
        renamed(
            tables["vehicle_sales"],
            "vin 底盘号 | sale_date 销售时间 | customer_id 客户ID | model 车型名称 | price 车款",
        ),
        {"销售时间": millis},
    )
    written(sales, folder / "xs.csv", "|", "gb18030")
    return without(
        tables,
        vehicle_sales="sales_consultant",
        service_visits="close_date",
        customers="*",
        survey_responses="*",
    )


def split_amounts(folder: Path) -> Tables:
    """No total but its parts, two-digit days and times without seconds, red-ink reversals, buyers on the ledger."""
    tables = small_store()
    orders = tables["service_visits"].assign(outside=30.0)
    tables["service_visits"] = tables["service_visits"].assign(
        total_amount=lambda rows: rows["labor_amount"] + rows["parts_amount"] + 30.0
    )
    visits = told(
        renamed(
            orders,
            "ro_number 委托书编号 | vin 车架号 | visit_date 来厂时间 | service_type 维修种类 | mileage_km 公里数"
            " | advisor 业务接待 | technician 主修 | labor_amount 工时金额 | parts_amount 材料金额 | outside 外加工费",
        ),
        {"来厂时间": "{:%y年%m月%d日}".format, "维修种类": chinese_words(accident="钣喷")},
    ).assign(单据类型="正常")
    reversed_ones = visits.tail(2).assign(委托书编号=["H1", "H2"], 单据类型="红冲")
    written(pd.concat([visits, reversed_ones]), folder / "来厂台账.csv", encoding="utf-8-sig")
    people = tables["vehicle_sales"].merge(tables["customers"], on="customer_id")
    sales = told(
        renamed(
            people,
            "vin 车架号 | sale_date 购车日期 | name 车主姓名 | phone 联系方式 | customer_id 客户编码 | price 成交价格",
        ),
        {"购车日期": "{:%y年%m月%d日}".format},
    )
    written(sales, folder / "交车登记.csv", encoding="utf-8-sig")
    return without(
        tables, vehicle_sales="model sales_consultant", service_visits="close_date", customers="gender district",
        survey_responses="*",
    )  # fmt: skip


def one_workbook(folder: Path) -> Tables:
    """One workbook for all tables, the survey with a column a question, hidden drafts."""
    tables = small_store()
    survey = tables["survey_responses"].pivot(
        index=["response_id", "survey_date", "staff"], columns="item_code", values="score"
    )
    survey = survey.reset_index()[["response_id", "survey_date", "staff", *ITEMS]]
    headed = {
        "进厂": told(
            renamed(
                tables["service_visits"],
                "ro_number 工单号 | vin VIN号 | visit_date 工单日期 | service_type 工单类型 | mileage_km 里程"
                " | advisor 服务顾问姓名 | total_amount 实收金额",
            ),
            {"工单类型": chinese_words(), "工单日期": str},
        ),
        "交车": told(
            renamed(
                tables["vehicle_sales"],
                "vin VIN号 | customer_id 会员号 | sale_date 交车时间 | model 车型 | price 含税车价",
            ),
            {"交车时间": str},
        ),
        "车主": renamed(
            tables["customers"], "customer_id 会员号 | name 会员姓名 | phone 移动电话 | gender 性别"
        ),
        "回访问卷": told(
            renamed(
                survey,
                "response_id 问卷编号 | survey_date 访问日期 | staff 受访顾问 | "
                + " | ".join(f"{i} {i}" for i in ITEMS),
            ),
            {"访问日期": str},
        ),
    }
    with xlsxwriter.Workbook(str(folder / "全部数据.xlsx")) as workbook:
        for name, frame in headed.items():
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate([list(frame), *frame.to_numpy().tolist()]):
                sheet.write_row(place, 0, row)
        draft = workbook.add_worksheet("作废稿")
        draft.write_row(0, 0, list(headed["进厂"]))
        draft.hide()
    return without(
        tables,
        vehicle_sales="sales_consultant",
        service_visits="technician labor_amount parts_amount close_date",
        customers="district",
        survey_responses="programme",
    )


def spreadsheet_xml(folder: Path) -> Tables:
    """Excel 2003 XML, prices in ten thousands, days as digits, numbers of orders that begin anew each year."""
    tables = small_store()
    visits = tables["service_visits"]
    number = visits.groupby(visits["visit_date"].dt.year).cumcount() + 1
    tables["service_visits"] = visits.assign(
        ro_number=visits["visit_date"].dt.year.astype(str) + "-" + number.map("{:05d}".format)
    )
    digits = "{:%Y%m%d}".format
    orders = told(
        renamed(
            visits.assign(ro_number=number.map("{:05d}".format)),
            "ro_number 施工单号 | vin 车辆识别代号 | visit_date 进店日期 | service_type 维修类别 | mileage_km 行驶里程数"
            " | advisor 接待 | total_amount 维修金额 | close_date 出厂日期",
        ),
        {"进店日期": digits, "出厂日期": digits, "维修类别": chinese_words()},
    )
    sales = told(
        renamed(
            tables["vehicle_sales"],
            "vin 车辆识别代号 | sale_date 开票日期 | model 车型 | sales_consultant 销售顾问姓名 | price 售价",
        ),
        {"开票日期": digits, "售价": lambda price: f"{price / 10_000:.2f}"},
    )
    for name, frame in (("施工单.xls", orders), ("开票.xls", sales)):
        rows = "".join(
            "<Row>"
            + "".join(f'<Cell><Data ss:Type="String">{escape(str(c))}</Data></Cell>' for c in row)
            + "</Row>"
            for row in [list(frame), *frame.to_numpy().tolist()]
        )
        xml = (
            '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
            f'<Worksheet ss:Name="Sheet1"><Table>{rows}</Table></Worksheet></Workbook>'
        )
        (folder / name).write_text(xml, encoding="utf-8")
    return without(
        tables, vehicle_sales="customer_id", service_visits="technician labor_amount parts_amount", customers="*",
        survey_responses="*",
    )  # fmt: skip


def updated_rows(folder: Path) -> Tables:
    """Each order again whenever it changed, blanks where a cell is as in the row above, weekdays in the dates."""
    tables = small_store()
    week = lambda day: f"{day:%Y-%m-%d} 星期{'一二三四五六日'[day.weekday()]}"  # noqa: E731
    frame = told(
        renamed(
            tables["service_visits"],
            "visit_date 接车日期 | ro_number 维修结算单号 | vin 车辆识别号码 | service_type 业务类型 | mileage_km 进厂里程"
            " | advisor 接车员 | technician 技工 | total_amount 结算总额 | close_date 结算时间",
        ),
        {"接车日期": week, "业务类型": chinese_words()},
    )
    earlier = frame.assign(结算总额=0.0, 结算时间="", 更新时间="2024-01-01 08:00")
    later = frame.assign(更新时间="2024-02-02 09:30")
    both = pd.concat([later, earlier.head(40)], ignore_index=True)
    written(both, folder / "结算.csv", encoding="gb18030")
    sales = told(
        renamed(
            tables["vehicle_sales"],
            "sale_date 销售日期 | vin 车辆识别号码 | model 车型 | sales_consultant 销售员 | price 车价",
        ),
        {"销售日期": week},
    )
    written(sales, folder / "销售.csv", encoding="gb18030")
    return without(
        tables,
        vehicle_sales="customer_id",
        service_visits="labor_amount parts_amount",
        customers="*",
        survey_responses="*",
    )


FORMS = (
    us_lines, year_sheets, decimal_commas, html_tables, merged_cells, kept_ids, epochs, split_amounts, one_workbook,
    spreadsheet_xml, updated_rows,
)  # fmt: skip
