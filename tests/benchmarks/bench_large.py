"""A report of a million repair orders beside one of the tenth part of the same vehicles.

``python -m tests.benchmarks large`` prints processor seconds of the whole tree and the largest process's memory.
With ten times the vehicles a part that grows with their number takes ten times as long; what takes more is to be
looked at. The exports are read anew by the first run of each store, and not by the second.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from tests.benchmarks.customer_tables import AS_OF, VISITS, write_tables
from tests.benchmarks.whole_tree import adopt_orphans, tree_usage

PARTS = {"a tenth": 10, "whole": 1}
_PARAMS = """dealership: {{id: large, name: Large}}
plan_year: {year}
as_of: "{as_of}"
language: en
sources: {{vehicle_sales: sales.parquet, service_visits: visits.parquet, sales_targets: targets.parquet}}
"""


def store(made: Path, folder: Path, every: int) -> Path:
    """The params of a store with every so manieth vehicle of the tables in ``made``, each sold once a day."""
    folder.mkdir()
    for name in ("sales", "visits", "targets"):
        rows = pd.read_parquet(made / f"{name}.parquet")
        if "vin" in rows:
            rows = rows[rows["vin"].str[-6:].astype(int) % every == 0]
        if name == "sales":
            rows = rows.drop_duplicates(["vin", "sale_date"])
        rows.to_parquet(folder / f"{name}.parquet", index=False)
    params = folder / "large.yml"
    params.write_text(_PARAMS.format(year=AS_OF.year + 1, as_of=AS_OF), encoding="utf-8")
    return params


def reported(params: Path) -> float:
    """Processor seconds of a forced run and all that it started."""
    before = tree_usage()[0]
    command = [sys.executable, "-m", "csanalysis", "run", str(params), "--force", "--output", "outputs"]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=params.parent
    )
    return tree_usage()[0] - before


def main(arguments: Sequence[str] = ()) -> None:
    """Print both, and how many times the smaller one the larger takes."""
    if arguments:
        sys.exit("large takes no options")
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    adopt_orphans()
    scale = 1 if sys.platform == "darwin" else 1024
    print(f"report of {VISITS:,} repair orders, CPU seconds of all processes")
    print(f"{'':<12}{'exports read':>16}{'exports kept':>16}{'peak memory':>16}")
    found = []
    with TemporaryDirectory() as name:
        write_tables(Path(name))
        for label, every in PARTS.items():
            params = store(Path(name), Path(name) / label, every)
            found.append((reported(params), reported(params)))
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * scale / 1e6
            print(f"{label:<12}{found[-1][0]:>14.1f} s{found[-1][1]:>14.1f} s{memory:>13.0f} MB", flush=True)
    (little, kept), (much, much_kept) = found
    print(f"{'ratio':<12}{much / little:>16.2f}{much_kept / kept:>16.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
