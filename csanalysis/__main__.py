"""``python -m csanalysis``."""

from csanalysis.cli import main

main()
