"""The described metrics: one entry a metric in ``metrics/*.yml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from csanalysis.catalogue.formats import Format, Language
from csanalysis.catalogue.reading import read_yaml
from csanalysis.schema import TABLES, nearest

Better = Literal["higher", "lower", "neither"]
_SPOKEN = ("label", "unit", "definition", "numerator", "denominator", "interval")
_REQUIRED_SPOKEN = ("label", "unit", "definition")
_FIELDS = {*_SPOKEN, "format", "better", "tables", "source"}


@dataclass(frozen=True)
class Metric:
    """One metric as people meet it.

    ``texts`` holds each spoken field by language; ``tables`` are the input tables it is computed from;
    ``source`` is the title of the document that asks for it.
    """

    name: str
    format: Format
    better: Better
    tables: tuple[str, ...]
    source: str | None
    texts: Mapping[str, Mapping[str, str]]

    def label(self, language: Language) -> str:
        """Name, as in table heads."""
        return self.texts["label"][language]

    def unit(self, language: Language) -> str:
        """What is counted; empty where the number says it itself (``71.7%``, ``¥1,280``)."""
        return self.texts["unit"][language]

    def definition(self, language: Language) -> str:
        """What it is, in a sentence or two."""
        return self.texts["definition"][language]

    def numerator(self, language: Language) -> str | None:
        """What is divided, for rates and means."""
        return self._spoken("numerator", language)

    def denominator(self, language: Language) -> str | None:
        """What it is divided by, for rates and means."""
        return self._spoken("denominator", language)

    def interval(self, language: Language) -> str | None:
        """How the 95 % interval is found."""
        return self._spoken("interval", language)

    def label_with_unit(self, language: Language) -> str:
        """``新车销量（台）``, ``New vehicle sales (vehicles)``."""
        unit = self.unit(language)
        if not unit:
            return self.label(language)
        return f"{self.label(language)}（{unit}）" if language == "zh" else f"{self.label(language)} ({unit})"

    def _spoken(self, field: str, language: Language) -> str | None:
        return self.texts[field][language] if field in self.texts else None


class Catalogue(Mapping[str, Metric]):
    """The metrics of a folder of YAML files, read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> Metric:
        try:
            return self._entries[name]
        except KeyError:
            raise KeyError(f"{name} is not in the catalogue{nearest(name, self._entries)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @cached_property
    def _entries(self) -> dict[str, Metric]:
        entries: dict[str, Metric] = {}
        for path in sorted(self._folder.glob("*.yml")):
            for name, fields in read_yaml(path).items():
                if name in entries:
                    raise ValueError(f"{path.name}: {name} is described twice")
                entries[name] = _metric(name, fields, path.name)
        return entries


METRICS = Catalogue(Path(__file__).parent / "metrics")


def _metric(name: str, fields: Mapping[str, Any], where: str) -> Metric:
    def refuse(what: str) -> None:
        raise ValueError(f"{where}: {name} {what}")

    for field in fields.keys() - _FIELDS:
        refuse(f"has the unknown field {field!r}{nearest(field, _FIELDS)}")
    texts = {field: fields[field] for field in _SPOKEN if fields.get(field) is not None}
    for field, spoken in texts.items():
        if not isinstance(spoken, dict) or set(spoken) != {"zh", "en"}:
            refuse(f"needs {field} as {{zh: …, en: …}}")
    for field in _REQUIRED_SPOKEN:
        if field not in texts:
            refuse(f"has no {field}")
    if fields.get("format") not in get_args(Format):
        refuse(f"has the unknown format {fields.get('format')!r}")
    if fields.get("better") not in get_args(Better):
        refuse(f"needs better: {', '.join(get_args(Better))}")
    for table in fields.get("tables") or ():
        if table not in TABLES:
            refuse(f"names {table!r}, no table{nearest(table, TABLES)}")
    return Metric(
        name=name,
        format=fields["format"],
        better=fields["better"],
        tables=tuple(fields.get("tables") or ()),
        source=fields.get("source"),
        texts={
            field: {language: (words or "").strip() for language, words in spoken.items()}
            for field, spoken in texts.items()
        },
    )
