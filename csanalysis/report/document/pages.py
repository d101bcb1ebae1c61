"""The small pages around the reports, in the report's design: the index, a failure's page, the status."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from csanalysis.catalogue import Language, text
from csanalysis.report.document.colours import colours_css
from csanalysis.report.document.labels import LABELS
from csanalysis.whole_files import write_whole

_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?(?:e[+-]\d+)?%?|\d{4}-\d\d(?:-\d\d)?")
_BARS = re.compile("[▁▂▃▄▅▆▇█·]+")


def write_page(
    path: Path, template: str, language: Language, *, package: str = "csanalysis.report", **values: Any
) -> None:
    """Write ``template`` (of ``package``) filled with ``values`` to ``path``, whole or not at all.

    Its ``text`` knows the texts under the template's name: ``index.html.j2`` those of ``index``.
    """
    texts = template.partition(".")[0]
    page = _environment(package).get_template(template)
    html = page.render(
        language=language,
        text=lambda key, **parts: text(f"{texts}.{key}", language, **parts),
        labels=LABELS[language],
        colours=Markup(colours_css()),
        **values,
    )
    write_whole(path, html, readable=True)


def csp_hash(script: str) -> str:
    """What the page's security policy calls its one script, so that no other can run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _environment(package: str) -> Environment:
    rooms = dict.fromkeys([package, "csanalysis.report"])
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(room, "templates") for room in rooms]),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["csp_hash"] = csp_hash
    environment.filters["is_number"] = _NUMBER.fullmatch
    environment.filters["is_bars"] = _BARS.fullmatch
    return environment
