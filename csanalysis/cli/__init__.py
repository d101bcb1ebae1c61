"""The commands. Heavy imports stay inside them, so that ``--help`` answers at once."""

from csanalysis.cli import preparing, reporting, calling, following, asking  # noqa: F401, I001  # in the order of --help
from csanalysis.cli.frame import app
from csanalysis.report import collect_seldom, skip_iri_grammar


def main() -> None:
    """Entry point of the console script."""
    collect_seldom()
    skip_iri_grammar()
    app()
