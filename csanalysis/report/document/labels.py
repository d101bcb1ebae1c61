"""The words that the exporters themselves put on a page, in the languages of a report."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}
"""Languages of a report, with their BCP 47 tags."""

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "untitled": "客户服务年度规划",
        "contents": "目录",
        "figure": "图",
        "table": "表",
        "continued": "续表 {number}",
        "absent": "（本次无此图表）",
        "note": "注：",
        "page": "第 {page} 页，共 {pages} 页",
        "running": "{dealership} · {plan_year} 年度",
        "skip": "跳到正文",
        "theme": "切换深色或浅色",
        "definition": "定义",
        "all_rows": "显示全部{count}行",
        "hint": "左右滑动可看全表",
        "top": "回到顶部",
        "sort": "排序",
        "sorted_up": "已按“{name}”从小到大排序",
        "sorted_down": "已按“{name}”从大到小排序",
        "sorted_back": "已恢复原来的顺序",
        "filter": "筛选各行",
        "rows": "显示{shown}行，共{all}行",
        "copy": "复制为 CSV",
        "copied": "已复制",
        "refused": "浏览器不允许复制",
        "good": "向好",
        "bad": "需关注",
        "failed": "此处运行出错：",
        "dealership": "经销商",
        "brand": "品牌",
        "group": "集团",
        "plan_year": "规划年度",
        "as_of": "数据截至",
        "made_on": "编制日期",
        "caveats": "本报告所用数据未通过检查，经参数文件接受后编制",
        "separator": "：",
    },
    "en": {
        "untitled": "Customer service plan",
        "contents": "Contents",
        "figure": "Figure",
        "table": "Table",
        "continued": "Table {number}, continued",
        "absent": "(not in this report)",
        "note": "Note: ",
        "page": "Page {page} of {pages}",
        "running": "{dealership} · plan {plan_year}",
        "skip": "Skip to the report",
        "theme": "Switch between dark and light",
        "definition": "Definition",
        "all_rows": "Show all {count} rows",
        "hint": "Scroll sideways to see all of it",
        "top": "Back to top",
        "sort": "Sort",
        "sorted_up": "Sorted by {name}, ascending",
        "sorted_down": "Sorted by {name}, descending",
        "sorted_back": "Back in the order of the report",
        "filter": "Filter rows",
        "rows": "{shown} of {all} rows",
        "copy": "Copy as CSV",
        "copied": "Copied",
        "refused": "The browser does not allow copying",
        "good": "better",
        "bad": "needs attention",
        "failed": "This step failed: ",
        "dealership": "Dealership",
        "brand": "Brand",
        "group": "Group",
        "plan_year": "Plan year",
        "as_of": "Data up to",
        "made_on": "Made on",
        "caveats": "The data behind this report did not pass the checks; the params accept them",
        "separator": ": ",
    },
}


def language_or_default(language: object) -> str:
    """``language`` if reports can be written in it, else ``zh``."""
    return language if isinstance(language, str) and language in LANGUAGES else "zh"
