"""The described metrics: one entry a metric in ``metrics.yml`` of each chapter."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

from yaml import YAMLError

from csanalysis.catalogue.filling import fill
from csanalysis.catalogue.formats import Format, Language
from csanalysis.catalogue.reading import CHAPTERS, read_yaml
from csanalysis.catalogue.titles import cited
from csanalysis.messages import BadValueError, Message, joined, placed, unreadable
from csanalysis.schema import TABLES, nearest

Better = Literal["higher", "lower", "neither"]
_SPOKEN = ("label", "unit", "definition", "numerator", "denominator", "interval")
_REQUIRED_SPOKEN = ("label", "unit", "definition")
_FIELDS = {*_SPOKEN, "format", "better", "tables", "columns", "source"}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Metric:
    """One metric as people meet it.

    ``texts`` holds each spoken field by language, numbers of the params as placeholders; ``tables`` are the
    input tables it is computed from, ``columns`` those optional ones of them that it cannot do without;
    ``source`` is the title of the document that asks for it.
    """

    name: str
    format: Format
    better: Better
    tables: tuple[str, ...]
    source: str | None
    texts: Mapping[str, Mapping[str, str]]
    columns: tuple[str, ...] = ()

    def label(self, language: Language) -> str:
        """Name, as in table heads."""
        return fill(self.texts["label"][language])

    def unit(self, language: Language) -> str:
        """What is counted; empty where the number says it itself (``71.7%``, ``¥1,280``)."""
        return fill(self.texts["unit"][language])

    def definition(self, language: Language) -> str:
        """What it is, in a sentence or two."""
        return fill(self.texts["definition"][language])

    def numerator(self, language: Language) -> str | None:
        """What is divided, for rates and means."""
        return self._spoken("numerator", language)

    def denominator(self, language: Language) -> str | None:
        """What it is divided by, for rates and means."""
        return self._spoken("denominator", language)

    def interval(self, language: Language) -> str | None:
        """How the 95 % interval is found."""
        return self._spoken("interval", language)

    def cited(self, language: Language) -> str:
        """The document that asks for it, in English with its title's translation; empty where none does."""
        return cited(self.source, language) if self.source else ""

    def label_with_unit(self, language: Language) -> str:
        """``新车销量（台）``, ``New vehicle sales (vehicles)``."""
        unit = self.unit(language)
        if not unit or self.says_unit(language):
            return self.label(language)
        return f"{self.label(language)}（{unit}）" if language == "zh" else f"{self.label(language)} ({unit})"

    def says_unit(self, language: Language) -> bool:
        """Whether the label says what is counted, so that the unit behind it would say it twice."""
        label, unit = self.label(language).lower(), self.unit(language).lower()
        return bool(unit) and (unit in label.split() if language == "en" else label.endswith(unit))

    def _spoken(self, field: str, language: Language) -> str | None:
        return fill(self.texts[field][language]) if field in self.texts else None


class Catalogue(Mapping[str, Metric]):
    """The metrics of a folder of YAML files, read when first asked for, and those of one dealership's own."""

    def __init__(self, folder: Path, pattern: str = "*.yml") -> None:
        self._folder = folder
        self._pattern = pattern
        self._own: Mapping[str, Metric] = {}
        self._chapters: dict[str, str] = {}

    def __getitem__(self, name: str) -> Metric:
        if name in self._entries:
            return self._entries[name]
        if name in self._own:
            return self._own[name]
        raise KeyError(f"{name} is not in the catalogue{nearest(name, [*self])}")

    def __contains__(self, name: object) -> bool:
        return name in self._entries or name in self._own

    def __iter__(self) -> Iterator[str]:
        return chain(self._entries, self._own)

    def __len__(self) -> int:
        return len(self._entries) + len(self._own)

    @property
    def standard(self) -> Mapping[str, Metric]:
        """The metrics of the folder, without any dealership's own."""
        return self._entries

    def chapter(self, name: str) -> str:
        """The folder that describes a metric, such as ``churn``; empty for a dealership's own."""
        return self._chapters.get(name, "") if name in self._entries else ""

    def add_own(self, metrics: Mapping[str, Metric]) -> None:
        """Know these as well, instead of those added before: one process reports one dealership at a time.

        Raises
        ------
        ValueError
            One of them has the name of a standard metric.
        """
        for name in metrics.keys() & self._entries.keys():
            raise BadValueError(
                "{name} is a metric of csanalysis; give your own another name",
                "{name} 是 csanalysis 自带的指标；请给您的指标另取名称",
                name=name,
            )
        self._own = dict(metrics)

    @contextmanager
    def with_own(self, metrics: Mapping[str, Metric]) -> Iterator[None]:
        """Know one dealership's own metrics inside the block only."""
        before = self._own
        self.add_own(metrics)
        try:
            yield
        finally:
            self._own = before

    @cached_property
    def _entries(self) -> dict[str, Metric]:
        entries: dict[str, Metric] = {}
        for path in sorted(self._folder.glob(self._pattern)):
            described, problems = described_in(path)
            place = path.relative_to(self._folder).as_posix()
            twice = [name for name in described if name in entries]
            problems += [
                Message("{file}: {name} is described twice", "{file}：{name} 写了两次", file=place, name=name)
                for name in twice
            ]
            if problems:
                raise ValueError("\n".join(problems))
            entries |= described
            self._chapters |= dict.fromkeys(described, path.parent.name)
        return entries


METRICS = Catalogue(CHAPTERS, "*/metrics.yml")


def described_in(path: Path) -> tuple[dict[str, Metric], list[Message]]:
    """The metrics that a file of the catalogue describes, and a line for each that it describes badly."""
    try:
        held: Any = read_yaml(path)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        why = getattr(error, "problem", None) or Message("check the quotes", "请检查引号")
        return {}, [placed(where, Message("is not YAML ({why})", "不是有效的 YAML（{why}）", why=why))]
    except UnicodeDecodeError:
        line = Message("is not UTF-8 text; save it as UTF-8", "不是 UTF-8 编码；请另存为 UTF-8")
        return {}, [placed(path.name, line)]
    except OSError as error:
        return {}, [unreadable(path.name, error)]
    if not isinstance(held, dict):
        line = Message(
            "describes no metrics; begin with 'name_of_the_metric:'",
            "没有说明任何指标；请以“指标名称:”开头（小写字母、数字和“_”）",
        )
        return {}, [placed(path.name, line)]
    metrics: dict[str, Metric] = {}
    problems: list[Message] = []
    for name, fields in held.items():
        try:
            metrics[name] = _metric(name, fields, path.name)
        except BadValueError as error:
            problems.append(error.message)
    return metrics, problems


def _metric(name: str, fields: Mapping[str, Any], where: str) -> Metric:
    def refuse(en: str, zh: str, **parts: object) -> NoReturn:
        what = Message(en, zh, **parts)
        raise BadValueError(
            "{where}: {name} {what}", "{where}：{name} {what}", where=where, name=name, what=what
        )

    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        refuse(
            "is no name of a metric; use a-z, 0-9 and '_', such as weekend_visit_rate",
            "不能作指标名称；请用小写字母、数字和“_”，如 weekend_visit_rate",
        )
    if not isinstance(fields, dict):
        refuse(
            "has no fields; give label, unit, definition, format and better",
            "没有任何字段；请写 label、unit、definition、format 和 better",
        )
    for field in fields.keys() - _FIELDS:
        hint = nearest(field, _FIELDS)
        refuse(
            "has the unknown field {field!r}{hint}", "有不认识的字段“{field}”{hint}", field=field, hint=hint
        )
    texts = {field: fields[field] for field in _SPOKEN if fields.get(field) is not None}
    for field, spoken in texts.items():
        words = spoken.values() if isinstance(spoken, dict) and set(spoken) == {"zh", "en"} else [...]
        if not all(isinstance(each, str | None) for each in words):
            form = "{zh: …, en: …}"
            refuse("needs {field} as {form}", "的 {field} 应写成 {form}", field=field, form=form)
    for field in _REQUIRED_SPOKEN:
        if field not in texts or (field != "unit" and not all(texts[field].values())):
            refuse("has no {field}", "没有 {field}", field=field)
    if fields.get("format") not in get_args(Format):
        refuse(
            "has the unknown format {format!r}; write one of {known}",
            "的 format “{format}”不认识；请写 {known} 之一",
            format=fields.get("format"),
            known=joined(get_args(Format)),
        )
    if fields.get("better") not in get_args(Better):
        refuse("needs better: {known}", "需要 better：{known}", known=joined(get_args(Better)))
    if not isinstance(fields.get("tables"), list | None):
        refuse("needs tables as a list, such as [service_visits]", "的 tables 应为列表，如 [service_visits]")
    for table in fields.get("tables") or ():
        if table not in TABLES:
            hint = nearest(table, TABLES)
            refuse(
                "names {table!r}, no table{hint}", "写了“{table}”，没有这张表{hint}", table=table, hint=hint
            )
    _check_columns(fields, refuse)
    return Metric(
        name=name,
        format=fields["format"],
        better=fields["better"],
        tables=tuple(fields.get("tables") or ()),
        source=fields.get("source"),
        columns=tuple(fields.get("columns") or ()),
        texts={
            field: {language: (words or "").strip() for language, words in spoken.items()}
            for field, spoken in texts.items()
        },
    )


def _check_columns(fields: Mapping[str, Any], refuse: Callable[..., NoReturn]) -> None:
    """Refuse a column that none of the metric's tables has."""
    held = {column for table in fields.get("tables") or () for column in TABLES[table].by_name}
    for column in fields.get("columns") or ():
        if column not in held:
            refuse(
                "names {column!r}, no column of its tables{hint}",
                "写了“{column}”，它的表里没有这一列{hint}",
                column=column,
                hint=nearest(column, held),
            )
