"""The catalogue to look things up in: every metric with what it is, found by name or by word."""

from collections.abc import Iterator

import pandas as pd

from csanalysis.catalogue import METRICS, Language, text
from csanalysis.catalogue.entries import Metric
from csanalysis.desk.names import METRIC, unknown


class MetricList:
    """All metrics: ``definitions.annual_churn_rate``, ``definitions.search("churn")``.

    Parameters
    ----------
    names : sequence of str, optional
        Which of the catalogue's; all unless given.
    """

    def __init__(self, names: list[str] | None = None) -> None:
        self._names = sorted(METRICS) if names is None else names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Metric:
        if name not in self._names:
            raise unknown(METRIC, name, self._names)
        return METRICS[name]

    def __getattr__(self, name: str) -> Metric:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __dir__(self) -> list[str]:
        return [*self._names, "search", "table"]

    def search(self, words: str) -> "MetricList":
        """The metrics of which name, label or definition in either language holds all these words."""
        wanted = words.casefold().split()
        return MetricList(
            [name for name in self._names if all(word in _told(METRICS[name]) for word in wanted)]
        )

    def table(self, language: Language = "en") -> pd.DataFrame:
        """One row a metric: ``chapter``, ``label``, ``unit``, ``better``, ``definition``, ``source``.

        In Chinese these are 章节, 名称, 单位, 方向, 定义 and 出处.
        """
        entries = [METRICS[name] for name in self._names]
        table = pd.DataFrame(
            {
                "chapter": [METRICS.chapter(name) for name in self._names],
                "label": [entry.label(language) for entry in entries],
                "unit": [entry.unit(language) for entry in entries],
                "better": [text(f"better.{entry.better}", language) for entry in entries],
                "definition": [entry.definition(language) for entry in entries],
                "source": [entry.cited(language) for entry in entries],
            },
            index=pd.Index(self._names, name="metric"),
        )
        if language == "en":
            return table
        return table.rename(columns=lambda name: text(f"frame.{name}", language)).rename_axis(
            text("frame.metric", language)
        )

    def __repr__(self) -> str:
        lines = [
            f"{name}: {METRICS[name].label('en')} ({METRICS[name].label('zh')})" for name in self._names[:40]
        ]
        more = [f"… and {len(self._names) - 40} more"] if len(self._names) > 40 else []
        count = "1 metric" if len(self._names) == 1 else f"{len(self._names)} metrics"
        return "\n".join([count, *lines, *more])


def _told(entry: Metric) -> str:
    said = [entry.name, *(text for field in ("label", "definition") for text in entry.texts[field].values())]
    return " ".join(said).casefold()
