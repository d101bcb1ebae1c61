"""``python -m tests.hardening``: hostile inputs by class, printed as a table of tried, held and failed.

Exit code 1 where any did not hold.
"""

import sys
from argparse import ArgumentParser

from tests.hardening.attacks import ATTACKS
from tests.hardening.faults import FAULTS
from tests.hardening.reports import REPORTS
from tests.hardening.trying import as_text, tried

CLASSES = (*ATTACKS, *REPORTS, *FAULTS)


def main() -> int:
    """Read the options, try, print."""
    options = ArgumentParser(prog="python -m tests.hardening", description=__doc__)
    options.add_argument("--inputs", type=int, default=1000, help="inputs a class (default 1000)")
    options.add_argument("--only", default="", help="classes whose name holds this")
    options.add_argument("--seed", type=int, default=1, help="seed of the first input")
    chosen = options.parse_args()
    attacks = [attack for attack in CLASSES if chosen.only in attack.name]
    if not attacks:
        names = "; ".join(each.name for each in CLASSES)
        print(f"no class holds {chosen.only!r}; there are: {names}")
        return 2
    counts = []
    for attack in attacks:
        counts.append(tried(attack, chosen.inputs, chosen.seed))
        print(f"{attack.name}: {counts[-1].held:,} of {counts[-1].tried:,} held", file=sys.stderr, flush=True)
    print(as_text(counts))
    return int(any(count.failed for count in counts))


if __name__ == "__main__":
    sys.exit(main())
