"""What a process does once, before it forks, so that no child has to."""

import ast
import gc
import importlib
import os
from pkgutil import walk_packages
from typing import get_args

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from csanalysis import chapters, display
from csanalysis.catalogue import Language
from csanalysis.report import CHAPTERS, collect_seldom
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.kernel import INLINE

_ROOMS = ("csanalysis.report.making", "csanalysis.display.show")
_IMPORTS = (ast.Import, ast.ImportFrom)
_LATE = (  # what others import only when they first use it
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.logger",
    "IPython.core.magics",
    "borax.calendars.lunardate",
    "csanalysis.params.cron",
    "cffi.cparser",
    "encodings.utf_8_sig",
    "holidays.countries.china",
    "pandas.core.arrays.arrow.extension_types",
    "pandas.core.arrays.arrow._arrow_utils",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.csvs",
    "papermill",
    "pptx.chart.data",
    "pyarrow.pandas_compat",
    "python_calamine",
    "scipy.stats",
    "tzdata.zoneinfo",
)


def warm_up() -> None:
    """Import all that a report needs, and fill the caches that every chapter fills.

    No pandas or pyarrow computation: a fork would not carry their threads along.
    """
    os.environ.setdefault("MPLBACKEND", INLINE)
    for room in (*_ROOMS, *_LATE, *_shown_with()):
        importlib.import_module(room)
    _import_as_notebooks_do()
    _rehearse()
    gc.collect()
    collect_seldom()
    gc.freeze()  # a collection in a child would touch, and so copy, every page


def _shown_with() -> list[str]:
    """What :class:`~csanalysis.display.show.Show` looks for a figure, table or sentence in."""
    return [
        module.name
        for room in (display, chapters)
        for module in walk_packages(room.__path__, f"{room.__name__}.")
    ]


def _import_as_notebooks_do() -> None:
    """Run the import lines of the chapters."""
    for name in CHAPTERS:
        book = nbformat.read(notebook_folder() / f"{name}.ipynb", as_version=4)
        cells = [ast.parse(cell.source) for cell in book.cells if cell.cell_type == "code"]
        lines = [line for cell in cells for line in cell.body if isinstance(line, _IMPORTS)]
        exec(compile(ast.Module([*lines], type_ignores=[]), name, "exec"), {})  # noqa: S102  # nosec B102  # our own


def _rehearse() -> None:
    """Write a word and a number and set a drawn line on a page, in each language."""
    from csanalysis.catalogue import format_period, format_value, text
    from csanalysis.catalogue.calibration import calibration
    from csanalysis.display.figures.theme import canvas, finish_figure
    from csanalysis.display.prose import sentence_templates
    from csanalysis.report.contract.personal import own_words_plainly
    from csanalysis.report.notebook.kernel import the_shell
    from csanalysis.report.running import html_exporter

    the_shell()
    own_words_plainly()
    calibration()
    sentence_templates()
    for language in get_args(Language):
        label = text("column.interval", language)
        with canvas(language) as (figure, axes):
            axes.plot([0, 1], label=format_period("2025-01", language))
            axes.set_title(f"{label} {format_value(0.5, 'percent', language)}")
            axes.legend()
            drawn = finish_figure(figure, id="rehearsal", title=label, alt=label)
        shown, about = drawn._repr_mimebundle_()
        page = new_notebook(
            cells=[new_code_cell(outputs=[new_output("display_data", shown, metadata=about)])]
        )
        html_exporter().from_notebook_node(page)
