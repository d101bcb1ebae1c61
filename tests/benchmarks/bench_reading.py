"""A million repair orders as CSV, typed Parquet and a workbook: our reading beside a bare read of the same file.

A bare read gives columns and no more: Polars (CSV, Parquet) and calamine (the workbook, of fewer rows). Ours also finds
the header, reads every cell by its kind, sets aside what cannot be used and looks for repeats and conflicts.
"""

import io
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

ROWS, WORKBOOK_ROWS = 1_000_000, 100_000
KINDS = ("csv", "parquet", "xlsx")


def write_exports(folder: Path, rows: int, workbook_rows: int) -> None:
    """``visits.csv``, ``visits.parquet`` with dates and numbers as such, and ``visits.xlsx``."""
    rng = np.random.default_rng(1)
    vehicle, day = rng.integers(0, rows * 3 // 10, rows), np.sort(rng.integers(0, 3653, rows))
    labour, parts = rng.gamma(2, 150, rows).round(2), rng.gamma(2, 250, rows).round(2)
    days = (np.datetime64("2016-01-01") + day).astype("datetime64[ms]")
    visits = pd.DataFrame(
        {
            "委托书号": [f"RO{number:09d}" for number in range(rows)],
            "车架号": [f"LSVAA4187C{number:07d}" for number in vehicle],
            "进厂日期": days,
            "维修类型": rng.choice(["首次保养", "定期保养", "一般维修", "事故维修"], rows),
            "客户编号": [f"C{number:07d}" for number in vehicle],
            "行驶里程": rng.integers(1000, 150_000, rows),
            "服务顾问": rng.choice([f"顾问{number:02d}" for number in range(12)], rows),
            "班组": rng.choice(["一组", "二组", "三组", "四组"], rows),
            "技师": rng.choice([f"技师{number:02d}" for number in range(30)], rows),
            "工时费": labour,
            "材料费": parts,
            "结算金额": (labour + parts).round(2),
            "结算日期": days,
        }
    )
    visits.to_parquet(folder / "visits.parquet", index=False)
    visits.to_csv(folder / "visits.csv", index=False)
    visits.head(workbook_rows).to_excel(folder / "visits.xlsx", index=False, engine="xlsxwriter")


def ours(file: Path) -> int:
    """Rows of the clean table."""
    from csanalysis.ingest.sources import Export
    from csanalysis.ingest.table import read_exports
    from csanalysis.params import Source

    export = Export.from_bytes(file.name, file.read_bytes())
    return len(read_exports("service_visits", Source(path=[file.name]), [export]).frame)


def bare(file: Path) -> int:
    """Rows that a library reads with no more than that."""
    import polars as pl
    from python_calamine import CalamineWorkbook

    if file.suffix == ".xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
        return len(book.get_sheet_by_index(0).to_python()) - 1
    return len(pl.read_csv(file, try_parse_dates=True) if file.suffix == ".csv" else pl.read_parquet(file))


def _measured(
    read: Callable[[Path], int],
    file: Path,
    runs: int,
    answer: "multiprocessing.Queue[tuple[float, float, int]]",
) -> None:
    """Tell the fewest CPU seconds of some runs, the peak memory [MB] and the rows."""
    from csanalysis.schema.frames import use_python_strings

    use_python_strings()
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        rows = read(file)
        seconds.append(time.process_time() - began)
    scale = 1 if sys.platform == "darwin" else 1024
    answer.put((min(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6, rows))


def main(rows: int = ROWS, workbook_rows: int = WORKBOOK_ROWS, runs: int = 3) -> None:
    """Print CPU seconds and peak memory of each; fail if rows are missing."""
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as name:
        writer = context.Process(target=write_exports, args=(Path(name), rows, workbook_rows))
        writer.start()
        writer.join()
        print(f"reading, {rows:,} rows ({workbook_rows:,} in the workbook), CPU seconds")
        print(f"{'':<16}{'bare':>10}{'ours':>10}{'ours / bare':>16}{'peak memory':>16}")
        for kind in KINDS:
            found = []
            for read in (bare, ours):
                answer = context.Queue()
                process = context.Process(
                    target=_measured, args=(read, Path(name) / f"visits.{kind}", runs, answer)
                )
                process.start()
                found.append(answer.get())
                process.join()
            (hand, _, there), (own, memory, read_rows) = found
            if there != read_rows:
                sys.exit(f"{kind}: {there} rows, of which ours reads {read_rows}")
            print(f"{kind:<16}{hand:>8.2f} s{own:>8.2f} s{own / hand:>16.2f}{memory:>13.0f} MB")


if __name__ == "__main__":
    main()
