"""Every other word of the report, by key, in both languages: group values, column heads, notes, figures."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from csanalysis.catalogue.filling import fill
from csanalysis.catalogue.formats import Language
from csanalysis.catalogue.reading import CHAPTERS, read_yaml
from csanalysis.schema import TABLES, nearest
from csanalysis.schema.calendar_table import CALENDAR

_FOLDER = Path(__file__).parent / "texts"


def text(key: str, language: Language, **values: object) -> str:
    """One string of ``texts/*.yml``, or of a chapter's ``words.yml``, by its dotted key, the values and
    the numbers of the params filled in.

    Raises
    ------
    KeyError
        No such key; the nearest is named.
    """
    texts = _texts()
    if key not in texts:
        raise KeyError(f"{key} is no text of the report{nearest(key, texts)}")
    words = fill(texts[key][language])
    return words.format(**values) if values else words


def has_text(key: str) -> bool:
    """Whether there is such a text."""
    return key in _texts()


def group_name(group: str, language: Language) -> str:
    """What a split is called: ``team`` is 班组, Team; an input column or another word stands for itself."""
    if f"group.{group}" in _texts():
        return text(f"group.{group}", language)
    columns = [table.by_name[group] for table in TABLES.values() if group in table.by_name]
    if not columns:  # a split of a dealership's own chapter
        return group.replace("_", " ").capitalize()
    return columns[0].zh if language == "zh" else group.replace("_", " ").capitalize()


def group_label(group: str, value: str, language: Language) -> str:
    """What one value of a split is called; names of people, teams and items stand for themselves."""
    if group in _SCHEMA_LABELS:
        return _SCHEMA_LABELS[group](value, language)
    texts = _texts()
    if f"value.{group}.{value}" in texts:
        return fill(texts[f"value.{group}.{value}"][language])
    if f"value.{group}.any" in texts:
        return fill(texts[f"value.{group}.any"][language]).format(value=value)
    if f"answer.{value}" in texts:
        return texts[f"answer.{value}"][language]
    return value


def table_label(table: str, language: Language) -> str:
    """What an input table is called: ``vehicle_sales`` is 新车销售台账, vehicle_sales."""
    return {**TABLES, CALENDAR.name: CALENDAR}[table].zh if language == "zh" else table


def column_label(column: str, language: Language) -> str:
    """What a column of an input table is called: ``visit_date`` is 进厂日期; ``a/b`` is either of two."""
    if "/" in column:
        return text("sign.or", language).join(column_label(name, language) for name in column.split("/"))
    if language == "en":
        return column
    return next((table.by_name[column].zh for table in TABLES.values() if column in table.by_name), column)


def list_label(name: str, language: Language) -> str:
    """What a work list is called on its sheet; calls of a list that is none go by their purpose."""
    if f"list.{name}" in _texts():
        return text(f"list.{name}", language)
    return group_label("purpose", name, language)


_SCHEMA_LABELS = {"table": table_label, "column": column_label, "list": list_label}


def in_catalogue_order(group: str, values: Iterable[str]) -> list[str]:
    """Values as a reader expects them: closed sets in their own order, numbers by size, others as given."""
    values = list(values)
    if all(value.isdecimal() for value in values):
        return sorted(values, key=int)
    prefix = f"value.{group}."
    listed = [key.removeprefix(prefix) for key in _texts() if key.startswith(prefix)]
    return sorted(values, key=lambda value: listed.index(value) if value in listed else len(listed))


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for path in [*sorted(_FOLDER.glob("*.yml")), *sorted(CHAPTERS.glob("*/words.yml"))]:
        flat = _flat(read_yaml(path), "")
        if twice := texts.keys() & flat.keys():
            raise ValueError(f"{path}: {', '.join(sorted(twice))} stands in another file too")
        texts |= flat
    return texts


def _flat(node: dict[str, Any], prefix: str) -> dict[str, dict[str, str]]:
    if isinstance(node.get("zh"), str) and "en" in node:  # beside a name of its test, if it claims anything
        return {prefix: {language: str(node[language]) for language in ("zh", "en")}}
    flat: dict[str, dict[str, str]] = {}
    for key, child in node.items():
        flat |= _flat(child, f"{prefix}.{key}" if prefix else str(key))
    return flat
