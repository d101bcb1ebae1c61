"""A panel to turn by hand in JupyterLab: which metric, of which plan year and last day, split by what."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from csanalysis.catalogue import METRICS, Language
from csanalysis.desk.opening import OpenStore
from csanalysis.desk.spoken import head, spoken
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, said
from csanalysis.metrics.results import with_period_kind

_WORDS = {
    "metric": Message("Metric", "指标"),
    "plan_year": Message("Plan year", "规划年度"),
    "as_of": Message("As of", "截至"),
    "by": Message("By", "拆分"),
    "and": Message("and", "再按"),
}
_NONE = ""
_WHOLE = Message("nothing", "不拆分")


class Panel:
    """What a cell shows; each change counts anew.

    Parameters
    ----------
    store : OpenStore
        To count from.
    metrics : sequence of str
        To choose from.
    """

    def __init__(self, store: OpenStore, metrics: Sequence[str]) -> None:
        import ipywidgets

        self._store, self._at = store, store
        language = store.params.language
        known = sorted(
            (name for name in metrics if name in METRICS), key=lambda name: name not in store.countable
        )
        choices = [(METRICS[name].label(language), name) for name in known]
        self._widgets: dict[str, Any] = {
            "metric": ipywidgets.Dropdown(options=choices),
            "plan_year": ipywidgets.BoundedIntText(value=store.params.plan_year, min=2000, max=2100),
            "as_of": ipywidgets.DatePicker(value=store.params.as_of),
            "by": ipywidgets.Dropdown(options=[("", _NONE)]),
            "and": ipywidgets.Dropdown(options=[("", _NONE)]),
        }
        self._table = ipywidgets.HTML()
        rows = [
            ipywidgets.HBox([ipywidgets.Label(said(_WORDS[name], language), layout={"width": "6em"}), widget])
            for name, widget in self._widgets.items()
        ]
        self._box = ipywidgets.VBox([*rows, self._table])
        for name, widget in self._widgets.items():
            widget.observe(lambda _, name=name: self._changed(name), names="value")
        self._changed("metric")

    def set(self, **values: Any) -> None:
        """Choose from a cell what is chosen by hand: metric, plan_year, as_of, by, and."""
        for name, value in values.items():
            self._widgets[name].value = value

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers that it shows.

        Raises
        ------
        CsanalysisError
            The metric cannot be counted so.
        """
        chosen = [self._widgets[name].value for name in ("by", "and")]
        return self._at.metric(self._widgets["metric"].value, by=[each for each in chosen if each])

    def _changed(self, name: str) -> None:
        try:
            if name in ("plan_year", "as_of"):
                day, year = self._widgets["as_of"].value, self._widgets["plan_year"].value
                self._at = self._store.at(as_of=day, plan_year=year)
            if name == "metric":
                self._offer()
            metric, language = self._widgets["metric"].value, self._store.params.language
            self._table.value = _html(self.frame, metric, language)
        except CsanalysisError as error:
            self._table.value = "<br>".join(
                said(line, self._store.params.language) for line in error.problems
            )

    def _offer(self) -> None:
        """The columns by which the chosen metric can be split; a choice that it has no more is taken back."""
        language = self._store.params.language
        columns = self._store.columns(self._widgets["metric"].value)
        choices = [(said(_WHOLE, language), _NONE), *((head(name, language), name) for name in columns)]
        for name in ("by", "and"):
            widget = self._widgets[name]
            kept = widget.value if widget.value in columns else _NONE
            widget.options = choices
            widget.value = kept

    def __repr__(self) -> str:
        return f"Panel of {self._store.params.dealership.name}"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self._box._repr_mimebundle_(**options)


def _html(frame: pd.DataFrame, metric: str, language: Language) -> str:
    """Its years, or all it has where it has none, as JupyterLab sets tables."""
    years = with_period_kind(frame, "year")
    shown = spoken(years if len(years) else frame, metric, language)
    return f'<div class="jp-RenderedHTMLCommon">{shown.to_html(index=False, border=0)}</div>'
