"""What anything that a notebook holds shows of itself: of no customer a name, a phone, a VIN or a plate."""

import json
import re
from types import MethodType

import pandas as pd
import pytest

import csanalysis as cs
from csanalysis import desk
from csanalysis.desk import Panel
from csanalysis.metrics.results import Results
from csanalysis.report.notebook.session import open_chapter

COLUMNS = ("met", "vin", "name", "customer_name", "phone", "customer_phone", "plate")
SHOWN_ELSEWHERE = {"results"}
"""Properties that measure the whole report; the chapters are measured one by one."""


def personal(tables):
    """Every name, phone, VIN and plate of a store's customers; campaigns have names too."""
    return {
        str(value)
        for table, rows in tables.items()
        if table != "campaigns"
        for column in COLUMNS
        if column in rows
        for value in rows[column].reveal().dropna().unique()
        if len(str(value)) > 1
    }


def objects(found, depth=3):
    """An object and all that its public attributes hold, as Tab finds them."""
    yield found
    if isinstance(found, pd.DataFrame | pd.Series):
        yield from (derived for derived in (found.head(3), found.iloc[:1].T) if len(found))
        if isinstance(found, pd.DataFrame):
            yield from (found[name].head(3) for name in found if name in COLUMNS)
    elif isinstance(found, dict | cs.desk.Tables):
        for value in found.values():
            yield from objects(value, depth)
    elif depth and type(found).__module__.startswith("csanalysis.") and not isinstance(found, Results):
        for name in dir(found):
            if not name.startswith(("_", "model_")) and name not in SHOWN_ELSEWHERE:
                value = getattr(found, name)
                if not isinstance(value, MethodType):
                    yield from objects(value, depth - 1)


def shown(found):
    bundle = getattr(found, "_repr_html_", lambda: "")() or ""
    return f"{found!r} {bundle}"


@pytest.mark.parametrize(
    "name",
    [
        "haibin",
        pytest.param("longshan", marks=pytest.mark.slow),
        pytest.param("riverside", marks=pytest.mark.slow),
    ],
)
def test_nothing_personal_is_shown(demo, kept, tmp_path, name):
    params = str(demo / "params" / f"{name}.yml")
    chapter = open_chapter(params, cache=str(kept))
    store = chapter.desk
    measured = [store.measure(each) for each in ("churn", "information", "process")]
    panel = Panel(store, measured[0].names)
    panel.set(metric="annual_churn_rate", by="model")
    metrics = [
        store.metric("annual_churn_rate", by=("model", "team")),
        store.metric("reached_rate", by="agent"),
    ]
    report = {"dealership": name, "plan_year": 2026, "as_of": "2025-12-31"}
    report["metrics"] = [row for each in measured for row in each.records()]
    (tmp_path / "metrics.json").write_text(json.dumps(report), encoding="utf-8")
    known = store.tables.customers.reveal().set_index("customer_id")["name"]
    met = store.with_column("service_visits", "met", lambda rows: rows["customer_id"].map(known))
    of_methods = {
        "measure": measured,
        "metric": metrics,
        "lists": [store.lists()],
        "columns": [store.columns("annual_churn_rate")],
        "with_column": [repr(met), met.tables.service_visits],
        "at": [repr(store.at(plan_year=2027))],
    }
    exported = {
        "open": [store, *(each for of in of_methods.values() for each in of)],
        "read_report": [cs.read_report(tmp_path)],
        "definitions": [cs.definitions, *cs.definitions.search("churn").table().iloc[:3].T.items()],
        "metrics": [cs.metrics, cs.metrics.search("churn")],
    }
    assert exported.keys() == {*dir(cs)} - {"__version__"}, "what the library exports is looked at"
    methods = {each for each in dir(store) if each not in SHOWN_ELSEWHERE}
    assert of_methods.keys() == {each for each in methods if isinstance(getattr(store, each), MethodType)}
    held = [chapter, panel, chapter.data(measured[0]), *(each for of in exported.values() for each in of)]
    looked_at = [each for root in held for each in objects(root)]
    kinds = {type(each).__name__ for each in looked_at} | {"SplitError", "UnknownNameError", "open_store"}
    assert kinds | {"read_report"} >= {*desk.__all__}
    text = "\n".join([panel._table.value, *map(shown, looked_at)])
    secrets = personal(chapter.tables)
    assert len(secrets) > 1000 and len(text) > 100_000
    assert secrets & {*re.findall(r"[\w·]+", text)} == set()
    assert not [secret for secret in secrets if " " in secret and secret in text]
