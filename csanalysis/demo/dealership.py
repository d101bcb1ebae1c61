"""Write whole dealerships: exports, params files, the page that describes them."""

import os
from datetime import date, timedelta
from pathlib import Path

from csanalysis.demo.calendar import write_store_calendar
from csanalysis.demo.export import Counts, Export, rows_by_year
from csanalysis.demo.known import known
from csanalysis.demo.plan import AS_OF, EPOCH, LAST_YEAR, Plan, until_day
from csanalysis.demo.readme import readme, write_expected
from csanalysis.demo.simulation import simulate
from csanalysis.demo.stores import EXPORTS, GROUP, plans
from csanalysis.demo.writing import write_export


def write_demo(
    folder: Path,
    *,
    seed: int = 7,
    params_folder: Path | None = None,
    dealerships: int = 3,
    until: date | None = None,
) -> list[Path]:
    """Simulate dealerships and write their exports and params files.

    Parameters
    ----------
    folder : Path
        Gets ``README.md`` and one folder a dealership, with its exports and ``expected.json``.
    seed : int
        The same seed gives the same bytes.
    params_folder : Path, optional
        Where the params files go; ``folder/params`` unless given.
    dealerships : int
        Three of their own kind; more are variations of them, called ``demo-004`` and so on.
    until : date, optional
        Last day that counts, from 2025-12-31, the default, to 2026-06-30. An export of a later day has the
        rows of an earlier one, with what happened to them since, and those of the days between.

    Returns
    -------
    list of Path
        The params files, in the order of the dealerships.

    Raises
    ------
    ValueError
        The simulation does not reach ``until``.
    """
    last_day = until_day(until)
    folder = Path(folder)
    params_folder = folder / "params" if params_folder is None else Path(params_folder)
    params_folder.mkdir(parents=True, exist_ok=True)
    stores: dict[str, tuple[Plan, tuple[Export, ...], dict[str, Counts]]] = {}
    files = []
    for plan in plans(dealerships, seed):
        stores[plan.id] = plan, EXPORTS[plan.layout], write_dealership(folder / plan.id, plan, last_day)
        file = params_folder / f"{plan.id}.yml"
        file.write_bytes(params_text(plan, folder / plan.id, params_folder, last_day).encode())
        files.append(file)
    (folder / "README.md").write_bytes(readme(stores, last_day).encode())
    return files


def write_dealership(folder: Path, plan: Plan, until: int = AS_OF) -> dict[str, Counts]:
    """Simulate one dealership and write its exports; what reading them must find, by table."""
    tables = simulate(plan)
    shown = known(plan, tables, until)
    counts = {}
    for export in EXPORTS[plan.layout]:
        random = plan.scalar_rng(f"writing {export.table}")
        rows, counts[export.table] = rows_by_year(
            export, tables[export.table], shown[export.table], random, until=until
        )
        write_export(folder, export, rows)
    if plan.layout == "longshan":
        write_store_calendar(folder, plan)
    write_expected(folder / "expected.json", counts)
    return counts


def params_text(plan: Plan, exports: Path, params_folder: Path, until: int = AS_OF) -> str:
    """The layout's params file, filled in for a dealership whose exports lie in ``exports``."""
    text = (Path(__file__).parent / f"{plan.layout}.yml").read_text(encoding="utf-8")
    places = {
        "{id}": plan.id,
        "{name}": plan.name,
        "{group}": GROUP[plan.language],
        "{sheet}": f", {LAST_YEAR + 1}年" if until > AS_OF else "",
        "{as_of}": str(EPOCH + timedelta(until)),
        "{data}": Path(os.path.relpath(exports, params_folder)).as_posix(),
    }
    for place, value in places.items():
        text = text.replace(place, value)
    return text
