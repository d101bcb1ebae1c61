"""What anything that a notebook holds shows of itself: of no customer a name, a phone, a VIN or a plate."""

import re
from types import MethodType

import pandas as pd
import pytest

import csanalysis as cs
from csanalysis.desk import Panel
from csanalysis.metrics.results import Results
from csanalysis.report.notebook.session import open_chapter

COLUMNS = ("vin", "name", "customer_name", "phone", "customer_phone", "plate")
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
def test_nothing_personal_is_shown(demo, kept, name):
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
    held = [
        chapter,
        store,
        panel,
        cs.definitions,
        store.lists(),
        chapter.data(measured[0]),
        *measured,
        *metrics,
    ]
    text = "\n".join([panel._table.value, *(shown(each) for root in held for each in objects(root))])
    secrets = personal(chapter.tables)
    assert len(secrets) > 1000 and len(text) > 100_000
    assert secrets & {*re.findall(r"[\w·]+", text)} == set()
    assert not [secret for secret in secrets if " " in secret and secret in text]
