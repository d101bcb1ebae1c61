"""What reading a table met or did that its reader should know of, by kind, and how that is said."""

from csanalysis.ingest.answers import WARNINGS as ANSWER_WARNINGS
from csanalysis.messages import Message

READING_WARNINGS = {
    "rows_lost": Message(
        "row set aside, more than one in twenty of its table: the numbers are too low until they are mended",
        "被搁置的行，超过这张表的二十分之一：补好之前，数字都偏低",
    ),
    "stray_quotes": Message(
        "line with a quotation mark that is never closed: read without it",
        "有没有配对的引号的行：去掉引号后读取",
    ),
    "sheets_not_read": Message(
        "sheet that looks like a table but has no header of this one: not read",
        "像数据表、但没有本表表头的工作表：没有读取",
    ),
    "cancelled_rows": Message(
        "row that says it is cancelled, voided or a PDI, and is counted; leave such rows out with "
        "'drop: {header: [word]}' in the source",
        "写着作废、取消或 PDI、但计算在内的行；不要它们，请在来源里写“drop: {header: [word]}”（表头与用词）",
    ),
    "times_in_utc": Message(
        "time in UTC; if your clocks differ, say 'timezone: Asia/Shanghai' in the source",
        "世界时（UTC）的时间；若与本地时间不同，请在来源里写“timezone: Asia/Shanghai”",
    ),
    "vehicles_not_in_ledger": Message(
        "visit of a vehicle that the sales ledger does not have; compare the VINs of both exports",
        "车辆不在销售台账里的工单；请核对两份导出的车架号",
    ),
    "orders_not_found": Message(
        "row whose repair order is not among the visits; compare how both exports write the numbers",
        "委托书号在维修委托书里找不到的行；请核对两份导出里编号的写法",
    ),
    "visits_after_last_contact": Message(
        "visit after the last contact, which is over a month before the last visit: the log is old, and "
        "what customers answered since is not known; export it again",
        "最后一次联系之后的进厂，联系记录比进厂早了一个月以上：记录是旧的，此后的答复没有计入；请重新导出",
    ),
    "do_not_call": Message(
        "customer marked as not to be called, which is not heeded: the column is not read",
        "标明勿扰的客户：这一列没有读取，名单里仍会出现",
    ),
}
WARNINGS = ANSWER_WARNINGS | READING_WARNINGS
"""What may make the numbers wrong; ``--strict`` makes no report of it."""

NOTES = {
    "rows_left_out": Message(
        "row left out, as drop or where of the source says", "按来源的 drop、where 不读的行"
    ),
    "lines_summed": Message("line added to the first of its order", "并入同一单第一行的明细行"),
    "replaced_rows": Message("row that a later file replaces", "被后一个文件里同一编号取代的行"),
    "hidden_sheets": Message(
        "hidden sheet: not read; 'hidden: read' in the source reads it",
        "隐藏的工作表：没有读取；要读请在来源里写“hidden: read”",
    ),
    "hidden_rows": Message(
        "row that the sheet hides or filters away: read like the others",
        "工作表里被隐藏或筛掉的行：照样读取",
    ),
    "vins_completed": Message(
        "row with the last characters of a VIN alone: completed from the sales ledger",
        "只有车架号末几位的行：已按销售台账补全",
    ),
    "orders_completed": Message(
        "row whose repair order lacks its leading zeros: completed from the visits",
        "委托书号缺少前面的零的行：已按维修委托书补全",
    ),
}
"""What reading did that the params or the data themselves ask for."""
