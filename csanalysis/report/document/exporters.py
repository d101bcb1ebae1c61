"""nbconvert exporters for the plan: one self-contained web page, and a PDF by Typst.

Both take an assembled report or any one notebook, so an analyst can export from JupyterLab what the report
will look like, or say ``jupyter nbconvert --to csanalysis_html notebook.ipynb``. Their names have no hyphen:
Jupyter's server would list such an exporter, and answer 404 to whoever chooses it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters import Exporter, HTMLExporter, TemplateExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import Preprocessor, TagRemovePreprocessor
from nbformat import NotebookNode
from traitlets import Enum, Set, Unicode, default

from csanalysis.catalogue.filling import PlaceholderError
from csanalysis.display.tables.html import about_html, number_attributes, spans_html, table_html
from csanalysis.display.tables.layout import Picture, Table
from csanalysis.errors import ReportError
from csanalysis.messages import Message, placed
from csanalysis.report.document.blocks import KINDS, Block, Document
from csanalysis.report.document.colours import colours_css, themed
from csanalysis.report.document.document import document, drawings, notebook_language
from csanalysis.report.document.pages import csp_hash
from csanalysis.report.document.prose import fill_markdown
from csanalysis.report.document.svg import named_svg, sparkline
from csanalysis.report.document.typesetting import typeset
from csanalysis.report.document.webfonts import web_fonts
from csanalysis.report.options import STANDARDS, TRY

TEMPLATES = Path(__file__).parents[1] / "templates"


class KeepOneLanguage(TagRemovePreprocessor):
    """Drop cells of other languages and those tagged ``try``, and what cells tagged ``publish`` say."""

    remove_all_outputs_tags = Set(Unicode(), default_value={"publish"}).tag(config=True)
    language = Unicode("", help="zh or en; empty: as the notebook says.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """The notebook with cells of one language; ``resources["language"]`` says which."""
        resources["language"] = self.language or notebook_language(nb)
        tags = {tag for cell in nb.cells for tag in cell.metadata.get("tags", []) if tag.startswith("lang-")}
        self.remove_cell_tags = tags - {f"lang-{resources['language']}"} | {TRY}
        return super().preprocess(nb, resources)  # type: ignore[no-untyped-call]


class FillInParams(Preprocessor):
    """Put the numbers of the params that a notebook was run with into its prose."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """The notebook with its Markdown filled in; a wrong placeholder is told by its notebook's name."""
        try:
            fill_markdown(nb)
        except PlaceholderError as error:
            raise ReportError(placed(resources["metadata"]["name"], error.message)) from None
        return nb, resources


class _PlanExporter(Exporter):
    """Preprocess as the user configured, then keep one language and lay the document out."""

    optimistic_validation = True

    @default("preprocessors")
    def _preprocessors_default(self) -> list[type]:
        return [FillInParams, KeepOneLanguage]

    def _preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        nb, resources = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        name = resources["metadata"]["name"]
        try:
            resources["document"] = document(
                nb,
                language=resources["language"] or notebook_language(nb),
                name="" if name == "Notebook" else name,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ReportError(
                Message(
                    "{name}: an output cannot be set in the report: {error!r}",
                    "{name}：有一项输出无法放进报告：{error!r}",
                    name=name,
                    error=error,
                )
            ) from error
        return nb, resources


class PlanHTMLExporter(_PlanExporter, HTMLExporter):
    """One HTML file that asks nothing of any server and can be read without JavaScript."""

    export_from_notebook = "csanalysis report (HTML)"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "plan"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        environment.filters |= {
            "csp_hash": csp_hash,
            "about": about_html,
            "figure_fonts": _figure_fonts,
            "grid": _grid,
            "kind": _kind,
            "named_svg": named_svg,
            "reported": number_attributes,
            "spans": spans_html,
            "themed": themed,
        }
        environment.tests["folded"] = _folded
        environment.trim_blocks = environment.lstrip_blocks = True
        return environment

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page as text; ``resources`` gains ``document``."""
        resources = self._init_resources(resources)
        resources["colours"] = Markup(colours_css(str(nb.metadata.get("csanalysis", {}).get("accent") or "")))
        # Not HTMLExporter's own: it reparses the page to mend images, which takes longer than all the rest
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


class PlanPDFExporter(_PlanExporter):
    """The same document as a tagged A4 PDF, set by Typst with the fonts of :mod:`csanalysis.fonts`."""

    export_from_notebook = "csanalysis report (PDF)"
    output_mimetype = "application/pdf"
    standard: Any = Enum(
        STANDARDS, "ua-1", help="ua-1: PDF/UA-1, accessible; a-2a: PDF/A-2a too, for the archive."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The PDF as bytes, the same bytes for the same notebook; ``resources`` gains ``document``."""
        _, resources = super().from_notebook_node(nb, resources, **kw)
        return typeset(resources["document"], standard=self.standard), resources


def _figure_fonts(document: Document) -> Markup:
    """The fonts of the document's figures, as CSS."""
    return Markup(web_fonts(drawings(document)))


def _kind(block: Block) -> str:
    """What the template calls the type of a block."""
    return KINDS[type(block)]


def _folded(table: Table) -> bool:
    """Whether the page shows a table only on demand: what print leaves out, but never definitions."""
    return table.volume == "web" and not any(row.defines for row in table.rows)


def _grid(table: Table, labels: Mapping[str, str]) -> Markup:
    """The head and body of a table, its pictures in the page's colours."""
    return table_html(table, draw=_picture, labels=labels)


def _picture(picture: Picture) -> Markup:
    return sparkline(themed(picture.drawing.svg), picture.alt)
