"""The network's numbers of three thousand stores and 50 million visits, beside DuckDB by hand over the same files.

By hand: the stores' yearly rates and counts summed, the means of survey items, and the vehicles lost to one
store and seen at another, by three queries that name the files by a glob. Ours also reads each store's params
and manifest, finds the visits that its report was made of and checks that no bit of them changed, and does all
that the report says of the group (funnels, targets, league, ranges).

By hand less is aggregated than the page needs: no numbers of single stores, no regions, practices and
intervals, and no table of which store's vehicles went where. Whoever wrote the whole page by hand would need
more; the ratio is against the lesser work.

    python -m tests.benchmarks network [STORES VISITS [FOLDER]]
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

STORES, VISITS = 3_000, 50_000_000
MOST_MEMORY, MOST_TIMES = 4_000, 1.5

_RATES = """
SELECT period, metric, sum(numerator) AS part, sum(denominator) AS whole, sum(value) AS value
FROM read_parquet($files) WHERE "group" = '{}' AND length(period) = 4 AND metric IN ($metrics)
GROUP BY ALL
"""
_MEANS = """
SELECT period, "group", avg(value) AS mean, count(value) AS stores FROM read_parquet($files)
WHERE metric = 'item_score' AND length(period) = 7 GROUP BY ALL HAVING count(value) >= 3
"""
_LOST = """
WITH last AS (
  SELECT filename AS store, vin, max(visit_date) AS day FROM read_parquet($files, filename = true)
  WHERE visit_date <= DATE '2025-12-31' GROUP BY ALL
),
latest AS (SELECT vin, max(day) AS day FROM last GROUP BY vin HAVING count(*) > 1)
SELECT count(*) AS lost, count(*) FILTER (latest.day > last.day) AS seen
FROM last LEFT JOIN latest USING (vin)
WHERE last.day <= DATE '2025-12-31' - INTERVAL 12 MONTH
"""


def by_hand(folder: Path) -> dict[str, float]:
    """The group's churn rate of last year, an item's mean, vehicles lost and seen elsewhere."""
    import duckdb

    from csanalysis.chapters.network.measure import RATES, TOTALS

    metrics = f"'{folder}/outputs/s*/2026/metrics.parquet'"
    visits = f"'{folder}/outputs/.cache/service_visits-*.parquet'"
    names = ", ".join(f"'{name}'" for name in (*RATES, *TOTALS))
    with duckdb.connect(
        config={"memory_limit": "2GB", "temp_directory": str(folder / "spilt")}
    ) as connection:
        connection.execute("SET enable_progress_bar = false")
        rates = connection.execute(_RATES.replace("$files", metrics).replace("$metrics", names)).df()
        means = connection.execute(_MEANS.replace("$files", metrics)).df()
        lost, seen = connection.execute(_LOST.replace("$files", visits)).fetchone()
    churn = rates[(rates["metric"] == "annual_churn_rate") & (rates["period"] == "2025")].iloc[0]
    return {
        "churn": churn["part"] / churn["whole"],
        "items": float(means["mean"].sum()),
        "lost": float(lost),
        "seen": float(seen),
    }


def ours(folder: Path) -> dict[str, float]:
    """The same from the numbers of the network report."""
    from csanalysis.network import open_network

    files = [str(path) for path in sorted(folder.glob("s*.yml"))]
    group = open_network(files, outputs=str(folder / "outputs"), language="en")
    results = group.measure()
    elsewhere = results.select("network_seen_elsewhere_rate", None).iloc[0]
    return {
        "churn": results.value("annual_churn_rate", 2025) or 0.0,
        "items": float(group.benchmarks["regional_mean"].sum()),
        "lost": elsewhere["denominator"],
        "seen": elsewhere["numerator"],
    }


def write(folder: Path, stores: int, visits: int) -> None:
    """The group, in a process of its own: what it holds is no part of the others' memory."""
    from tests.benchmarks.group_made_up import write_group

    write_group(folder, stores=stores, visits=visits)


def _measured(way, folder, answer):
    began, used = time.perf_counter(), time.process_time()
    try:
        numbers = way(folder)
    except BaseException:
        answer.put(None)  # who waits must not wait for ever
        raise
    scale = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6
    answer.put((time.perf_counter() - began, time.process_time() - used, memory, numbers))


def main(given: Sequence[str] = ()) -> None:
    """Print seconds, CPU seconds and peak memory of both and their ratio; fail where a limit is passed."""
    stores, visits = (int(given[0]), int(given[1])) if len(given) > 1 else (STORES, VISITS)
    kept = given[2] if len(given) > 2 else ""
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as name:
        folder = Path(kept or name)
        if not (folder / "outputs").is_dir():
            folder.mkdir(exist_ok=True)
            writer = context.Process(target=write, args=(folder, stores, visits))
            writer.start()
            writer.join()
        print(f"network, {stores:,} stores, {visits:,} visits")
        found = {}
        for way in (by_hand, ours):
            answer = context.Queue()
            process = context.Process(target=_measured, args=(way, folder, answer))
            process.start()
            found[way] = answer.get() or sys.exit(f"{way.__name__} failed")
            process.join()
            wall, used, memory, _ = found[way]
            print(f"{way.__name__:<10}{wall:>8.1f} s{used:>8.1f} s CPU{memory:>8.0f} MB")
    ratio = found[ours][1] / found[by_hand][1]
    print(f"ours / by hand {ratio:.2f} in CPU seconds, {found[ours][0] / found[by_hand][0]:.2f} by the clock")
    for key, number in found[by_hand][3].items():
        if abs(number - found[ours][3][key]) > 1e-6 * max(1.0, abs(number)):
            sys.exit(f"{key}: {number} by hand, {found[ours][3][key]} ours")
    if stores == STORES and (found[ours][2] > MOST_MEMORY or ratio > MOST_TIMES):
        sys.exit("over the limits")


if __name__ == "__main__":
    main(sys.argv[1:])
