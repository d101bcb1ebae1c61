"""Write whole dealerships: exports, params files, the page that describes them."""

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from csanalysis.demo.calendar_file import write_store_calendar
from csanalysis.demo.export import Counts, Export, rows_by_year
from csanalysis.demo.known import known_at
from csanalysis.demo.params_files import edited, kept_notice, own_day, write_params
from csanalysis.demo.plan import AS_OF, Plan, until_day
from csanalysis.demo.readme import readme, write_expected
from csanalysis.demo.simulation import simulate
from csanalysis.demo.stores import EXPORTS, plans
from csanalysis.demo.writing import write_export
from csanalysis.schema import TABLES


def write_demo(
    folder: Path,
    *,
    seed: int = 7,
    params_folder: Path | None = None,
    dealerships: int = 3,
    until: date | None = None,
    on_kept: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Simulate dealerships and write their exports and params files.

    A params file that somebody edited is kept, and ``on_kept`` is called with a line that says so.

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
        rows of an earlier one, with what happened to them since, and those of the days between. Unless it
        is given, the exports of a dealership whose edited params file is kept end on that file's ``as_of``.

    Returns
    -------
    list of Path
        The params files, in the order of the dealerships.

    Raises
    ------
    ValueError
        The simulation does not reach ``until``.
    """
    asked, latest = until_day(until), AS_OF
    folder = Path(folder)
    params_folder = folder / "params" if params_folder is None else Path(params_folder)
    params_folder.mkdir(parents=True, exist_ok=True)
    stores: dict[str, tuple[Plan, tuple[Export, ...], dict[str, Counts]]] = {}
    files = []
    for plan in plans(dealerships, seed):
        file = params_folder / f"{plan.id}.yml"
        keep, last_day = edited(file, plan, folder), asked
        if keep:
            on_kept(kept_notice(file))
            last_day = asked if until else own_day(file) or asked
        latest = max(latest, last_day)
        stores[plan.id] = plan, EXPORTS[plan.layout], write_dealership(folder / plan.id, plan, last_day)
        if not keep:
            write_params(file, plan, folder, last_day)
        files.append(file)
    (folder / "README.md").write_bytes(readme(stores, latest).encode())
    return files


def write_dealership(
    folder: Path, plan: Plan, until: int = AS_OF, *, wanted: Collection[str] = TABLES
) -> dict[str, Counts]:
    """Simulate one dealership, write its exports of the wanted tables; what reading must find, by table."""
    tables = simulate(plan)
    shown = known_at(plan, tables, until)
    counts = {}
    for export in (export for export in EXPORTS[plan.layout] if export.table in wanted):
        random = plan.scalar_rng(f"writing {export.table}")
        rows, counts[export.table] = rows_by_year(
            export, tables[export.table], shown[export.table], random, until=until
        )
        write_export(folder, export, rows)
    if plan.layout == "longshan":
        write_store_calendar(folder, plan)
    write_expected(folder / "expected.json", counts)
    return counts
