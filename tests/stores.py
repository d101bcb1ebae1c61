"""The stores on which tests count: the demonstration, and one whose exports are no part of the project."""

import os
from pathlib import Path

import pytest

OUTSIDE = Path(os.environ.get("CSANALYSIS_STORES", Path(__file__).parents[2] / "shared" / "data"))
"""Where the exports of a store lie that are no part of the project."""

STORES = (
    "haibin",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("longshan", "riverside", "dezhou")),
)
"""Of these one is always counted, the others where slow tests run."""


def params_file(store: str, demo: Path) -> Path:
    """The params of a store of the demonstration in ``demo``, else of those outside; skips where it is not."""
    path = demo / "params" / f"{store}.yml"
    if not path.is_file():
        path = OUTSIDE / store / "params" / f"{store}.yml"
        if not path.is_file():
            pytest.skip(f"the exports of {store} are not here")
    return path
