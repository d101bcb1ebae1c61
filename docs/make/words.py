"""What the generated pages say in either language."""

WORDS = {
    "tables": ("数据表与列", "Tables and columns"),
    "tables.lead": (
        "程序认识二十张数据表。{required} 是最少的；其余有则更好，没有的，相应章节会写明缺什么。"
        "表头与用词不必与下面一致：常见的写法都认识，不认识的在参数文件中各写一行。",
        "Twenty tables are known. {required} are the least; any other makes the report richer, and a chapter "
        "says what it lacks. Headers and words need not be those below: the usual ones are known, others "
        "take a line each in the params file.",
    ),
    "column": ("列", "Column"),
    "name": ("名称", "Called"),
    "kind": ("类型", "Kind"),
    "needed": ("必填", "Needed"),
    "also": ("也认识的表头", "Headers known besides"),
    "words": ("词表", "Words"),
    "key": ("每行由以下列识别：{columns}。", "A row is known by {columns}."),
    "dated": ("按 {column} 截至数据截止日。", "Cut at the last day counted by {column}."),
    "yes": ("是", "yes"),
    "vocabularies": ("用词", "Words"),
    "vocabularies.lead": (
        "列中只能有这些意思；每个意思认识的写法列在后面。",
        "What such a column may say, each with the words known for it.",
    ),
    "params": ("参数文件的每个键", "Every key of the params file"),
    "params.lead": (
        "一家门店一个 YAML 文件。只有 `dealership.id`、`plan_year` 和 `sources` 必须写，其余都有默认值；"
        "写错的键会被拒绝，并提示最接近的键。`csanalysis init` 写出带说明的模板。",
        "One YAML file a store. Only `dealership.id`, `plan_year` and `sources` must be given, everything "
        "else has its default; an unknown key is refused, and the nearest one named. `csanalysis init` "
        "writes a template.",
    ),
    "key_head": ("键", "Key"),
    "default": ("默认值", "Default"),
    "meaning": ("含义", "Meaning"),
    "must": ("**必填**", "**must be given**"),
    "metrics": ("指标", "Metrics"),
    "metrics.lead": (
        "报告中的每个数字都有定义。下面按章列出，也可在终端用 `csanalysis explain 指标名` 查看。"
        "文中由参数设定的数字均为默认值。",
        "Every number of the report is defined. They stand here by chapter; in the terminal "
        "`csanalysis explain METRIC` says the same. Numbers of the params are the defaults.",
    ),
    "formula": ("公式", "Formula"),
    "interval": ("区间", "Interval"),
    "source": ("出处", "Source"),
    "from_tables": ("数据表", "Tables"),
    "split": ("拆分", "Split"),
    "split.any": (
        "可按所用数据表的任意一列或两列：`store.metric(…, by=…)`",
        "by any one or two columns of its tables: `store.metric(…, by=…)`",
    ),
    "split.none": ("只按报告中的拆分，因为它{why}", "only as the report splits it, for it {why}"),
    "stands": ("报告位置", "In the report"),
    "chapters": ("各章", "Chapters"),
    "chapters.lead": (
        "报告由以下各章组成，每章是一个笔记本，可单独打开、修改。",
        "A report has these chapters; each is a notebook that can be opened and changed.",
    ),
    "sections": ("本章内容", "What it holds"),
    "its_metrics": ("本章的指标", "Its metrics"),
    "picture": ("示例门店报告中的一张图。", "A figure from the report of a demo store."),
    "first_table": ("示例门店报告中的一张表。", "A table from the report of a demo store."),
    "commands": ("命令", "Commands"),
    "commands.lead": (
        "`csanalysis --help` 在终端里说的也是这些。",
        "What `csanalysis --help` says in the terminal.",
    ),
    "library": ("分析库（英文）", "The library"),
    "sentence": ("句子", "Sentence"),
    "computed": ("计算函数", "Computed by"),
    "tried": ("在模拟门店中检验（`make calibrate`）", "Tried in simulated stores by `make calibrate`"),
    "licences.lead": (
        "`requirements.lock` 所安装的软件包及其许可，以各软件包自己的说明为准。",
        "What `requirements.lock` installs, and under which licence, as each package says itself.",
    ),
    "licences.heads": ("软件包 | 版本 | 许可", "package | version | licence"),
    "claims": ("结论与检验", "Claims and their tests"),
    "licences": ("所用软件的许可", "Licences"),
    "reference": ("查阅", "Reference"),
    "howto": ("操作指南", "How to"),
}


def word(key: str, language: str, **values: str) -> str:
    """One of the texts, its values filled in."""
    said = WORDS[key][language == "en"]
    return said.format(**values) if values else said


def named(key: str, language: str) -> str:
    """One of the texts and its colon."""
    return word(key, language) + ("：" if language == "zh" else ": ")


def cell(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
