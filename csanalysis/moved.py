"""Modules that notebooks of dealerships import by an older name."""

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED = {
    "csanalysis.metrics.shares": "csanalysis.metrics.stats.by_period",
    "csanalysis.report.session": "csanalysis.report.notebook.session",
}
"""The modules that the page on own chapters has named, and where they stand now."""


class _Alias(Loader):
    """Gives the module that stands elsewhere, and leaves it as it was."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        place = MOVED[spec.name]
        warnings.warn(f"{spec.name} is {place} now", DeprecationWarning, stacklevel=2)
        module = import_module(place)
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has been executed under its own name, by which it keeps knowing itself."""
        module.__spec__ = self._own


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, _Alias()) if fullname in MOVED else None


def keep_older_names() -> None:
    """Let the older names be imported; asked for last, so that other imports cost no more."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
