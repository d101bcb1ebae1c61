"""``python -m tests.calibration``: claims tried on simulated stores of known truth, printed as one table.

Exit code 1 where a rate lies outside its target by more than two Monte Carlo errors.
"""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path

from tests.calibration.table import as_text, measured, registered, write

KEPT = Path(__file__).parents[2] / "csanalysis" / "catalogue" / "calibration.yml"


def main() -> int:
    """Read the options, try, print, and keep the rows for the report's annex."""
    options = ArgumentParser(prog="python -m tests.calibration", description=__doc__)
    options.add_argument("--stores", type=int, default=100, help="simulated stores a world (default 100)")
    options.add_argument("--only", nargs="*", default=[""], help="rows whose name holds one of these")
    options.add_argument("--write", action="store_true", help="keep the rows in the package, for the annex")
    options.add_argument("--jobs", type=int, default=1, help="processes")
    options.add_argument("--seed", type=int, default=1, help="seed of the first store")
    options.add_argument("--list", action="store_true", help="name the rows and stop")
    chosen = options.parse_args()
    claims = registered(*chosen.only)
    if chosen.list or not claims:
        print("\n".join(each.name for each in claims) or f"no row holds {chosen.only!r}")
        return 0 if claims else 2
    rates = measured(claims, stores=chosen.stores, first_seed=chosen.seed, jobs=chosen.jobs)
    print(as_text(rates))
    if chosen.write:
        write(rates, KEPT, on=date.today())
        print(f"kept in {KEPT}")
    return int(any(rate.missed for rate in rates))


if __name__ == "__main__":
    sys.exit(main())
