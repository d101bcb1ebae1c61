"""Stores against the limits of chance: a funnel for each measure."""

from collections.abc import Sequence

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, text
from csanalysis.chapters.network.sentences import stores_apart
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_line
from csanalysis.display.figures.marks import formatter, value_axis
from csanalysis.display.figures.panels import panels
from csanalysis.display.figures.theme import ReportFigure, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.network.funnel import FEWEST_STORES
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

_ACROSS = 2
_LABELLED = 8
"""More names than this lie on each other."""
_TOLD = 400
"""Marks that can be pointed at; each is an element of the page."""


def funnels(
    results: Results, metrics: Sequence[str], *, year: str | int, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """A panel a measure: each store by its cases and its rate, and the limits for stores of its size.

    Parameters
    ----------
    results : Results
        The measures by ``dealership``, ``network_limits`` and ``network_funnel``.
    metrics : sequence of str
        Which measures; those without limits are left out.
    year : str or int
        The year compared.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    year = str(year)
    drawn = [metric for metric in metrics if len(_curve(results, metric, year))]
    if not drawn:
        return explain_missing(["network_limits"], results, language)
    outside: dict[str, list[str]] = {}
    with panels(language, len(drawn), across=_ACROSS, each=2.3, around=0.2) as (figure, axes):
        for ax, metric in zip(axes, drawn, strict=True):
            for name in _panel(ax, results, metric, year, language):
                outside.setdefault(name, []).append(METRICS[metric].label(language))
        stores = len(results.select(drawn[0], None, "dealership", period=year))
        return finish_figure(
            figure,
            id="network_funnels",
            title=title or _title(outside, stores, language),
            alt=_alt(results, drawn, year, language),
            note=text("network.funnel.note", language),
        )


def _curve(results: Results, metric: str, year: str) -> pd.DataFrame:
    return results.select("network_funnel", None, "cases", period=year, metric=metric)


def _panel(ax: Axes, results: Results, metric: str, year: str, language: Language) -> list[str]:
    """Draws one funnel; returns the stores outside it."""
    curve = _curve(results, metric, year)
    curve = curve.assign(cases=curve["cases"].astype(float)).sort_values("cases")
    stores = results.select(metric, None, "dealership", period=year).dropna(subset="value")
    limits = results.select("network_limits", None, "dealership", period=year, metric=metric)
    known = stores.merge(limits, on="dealership", suffixes=("", "_limit"))
    out = known["dealership"].isin(stores_apart(results, metric, year))
    ax.fill_between(curve["cases"], curve["low"], curve["high"], color=LIGHT.surface)
    ax.plot(curve["cases"], curve["value"], color=LIGHT.neutral, linewidth=0.9, linestyle="--")
    inside = known[~out]
    ax.plot(inside["denominator"], inside["value"], "o", color=LIGHT.neutral, markersize=4)
    ax.plot(known.loc[out, "denominator"], known.loc[out, "value"], "D", color=LIGHT.accent, markersize=5)
    if len(known) <= _TOLD:
        told = Told(metric, language, by="dealership", period=year)
        told.points(ax, known["denominator"], known.set_index("dealership")["value"])
    for _, store in _farthest(known[out]).iterrows():
        ax.annotate(
            store["dealership"],
            (store["denominator"], store["value"]),
            xytext=(0, 5 if store["value"] > store["value_limit"] else -5),
            ha="center",
            va="bottom" if store["value"] > store["value_limit"] else "top",
            fontsize=7.5,
            color=LIGHT.ink,
        )
    ax.xaxis.logarithmic = True
    ax.margins(y=0.15)
    value_axis(ax, metric, language)
    plain_axes(ax)
    ax.set_title(METRICS[metric].label(language))
    ax.set_xlabel(text("network.funnel.x", language))
    return list(known.loc[out, "dealership"])


def _farthest(known: pd.DataFrame) -> pd.DataFrame:
    """The stores farthest from the group, as many as can be labelled."""
    away = (known["value"] - known["value_limit"]).abs()
    return known.loc[away.nlargest(_LABELLED).index.sort_values()]


def _title(outside: dict[str, list[str]], stores: int, language: Language) -> str:
    if stores < FEWEST_STORES:
        return text("network.funnel.few", language, fewest=FEWEST_STORES)
    if not outside:
        return text("network.funnel.none", language)
    first = sorted(outside, key=lambda name: (-len(outside[name]), name))[:_LABELLED]
    others = [text("network.others", language, count=more)] if (more := len(outside) - len(first)) else []
    names = text("sign.comma", language).join([*sorted(first), *others])
    return text("network.funnel.title", language, count=len(outside), stores=names)


def _alt(results: Results, metrics: Sequence[str], year: str, language: Language) -> str:
    lines = []
    for metric in metrics:
        rows: pd.DataFrame = results.select(metric, None, "dealership", period=year).dropna(subset="value")
        write = formatter(metric, language)
        pairs = zip(rows["dealership"], map(write, rows["value"]), strict=True)
        if len(rows) > _TOLD:
            rows = rows[rows["dealership"].isin(stores_apart(results, metric, year))].head(_LABELLED)
        lines.append(alt_line(METRICS[metric].label(language), pairs, language))
    return " ".join(lines)
