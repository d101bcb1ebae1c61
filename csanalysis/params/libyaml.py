"""YAML read by libyaml, some three times as quickly, where PyYAML was built with it."""

from collections.abc import Callable
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver


def _quick_loader() -> Callable[[str], Any] | None:
    if not yaml.__with_libyaml__:
        return None
    from yaml._yaml import CParser

    # libyaml tells what stands in the text; nodes are put together by Python, whose limit of depth holds.
    class QuickLoader(Composer, CParser, SafeConstructor, Resolver):
        """A loader of the same nodes, lines and values as ``yaml.SafeLoader``."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)

    return QuickLoader


quick_loader = _quick_loader()
"""Like ``yaml.SafeLoader``; None where there is no libyaml."""
