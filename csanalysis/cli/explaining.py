"""What ``csanalysis explain`` says of a metric."""

from csanalysis.catalogue import METRICS, Language, table_label, text
from csanalysis.cli.answers import Answer
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, said
from csanalysis.report.notebook.places import places
from csanalysis.schema import nearest

_BETTER = {
    "higher": Message("higher is better", "越高越好"),
    "lower": Message("lower is better", "越低越好"),
    "neither": Message("neither", "无高低之分"),
}
_NOWHERE = Message(
    "no table or figure; in metrics.json and numbers.xlsx", "没有图表；见 metrics.json 与 numbers.xlsx"
)
_MOST = 40


def named(words: str) -> list[str]:
    """The metric of this name or label, or those of which name or labels hold all the words.

    Raises
    ------
    CsanalysisError
        None is; the nearest name is given.
    """
    if words in METRICS:
        return [words]
    wanted = words.casefold().split()
    found = [name for name in METRICS if wanted and all(word in _called(name) for word in wanted)]
    if not found:
        hint = nearest(words, METRICS)
        raise CsanalysisError(
            Message("there is no metric {name!r}{hint}", "没有指标“{name}”{hint}", name=words, hint=hint)
        )
    return found


def explained(names: list[str], language: Language) -> Answer:
    """One metric in full, or several by name and label to choose from."""
    if len(names) > 1:
        return _choice(names, language)
    (name,) = names
    entry = METRICS[name]
    over, under = entry.numerator(language), entry.denominator(language)
    unit = entry.unit(language)
    formula = f"{over} ÷ {under}" if over and under else over or under or ""
    stands = [place.told(language) for place in places(name)] or [said(_NOWHERE, language)]
    rows = [
        (Message("name", "名称"), name),
        (Message("definition", "定义"), entry.definition(language)),
        (Message("formula", "公式"), formula),
        (Message("interval", "区间"), entry.interval(language) or ""),
        (Message("unit", "单位"), unit),
        (Message("direction", "方向"), said(_BETTER[entry.better], language)),
        (Message("tables", "数据表"), text("sign.comma", language).join(_tables(name, language))),
        (Message("source", "出处"), entry.cited(language)),
        (Message("in the report", "报告位置"), "\n".join(stands)),
    ]
    told = [(said(head, language), value) for head, value in rows if value]
    return Answer(entry.label(language), (), told)


def _choice(names: list[str], language: Language) -> Answer:
    heads = (said(Message("metric", "指标"), language), said(Message("label", "名称"), language))
    more = Message("… and {count} more", "……另有 {count} 个", count=len(names) - _MOST)
    which = Message(
        "say which: csanalysis explain {name}", "请指定一个：csanalysis explain {name}", name=names[0]
    )
    return Answer(
        said(Message("{count} metrics", "{count} 个指标", count=len(names)), language),
        heads,
        [(name, METRICS[name].label(language)) for name in names[:_MOST]],
        notes=(*([said(more, language)] if len(names) > _MOST else []), said(which, language)),
    )


def _called(name: str) -> str:
    entry = METRICS[name]
    return f"{name} {entry.label('zh')} {entry.label('en')}".casefold()


def _tables(name: str, language: Language) -> list[str]:
    return [table_label(table, language) for table in METRICS[name].tables]
