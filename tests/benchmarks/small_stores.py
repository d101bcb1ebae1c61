"""A group of small simulated stores: the demonstration's, at a twentieth of their size and with four tables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from csanalysis.demo.dealership import write_dealership
from csanalysis.demo.params_files import params_text
from csanalysis.demo.plan import Plan, until_day
from csanalysis.demo.stores import plans

SIZE = 0.05
_KEYS = ("dealership", "plan_year", "as_of", "language")
_TABLES = ("vehicle_sales", "service_visits", "customers", "staff")
UNTIL = date(2026, 4, 5)
"""The exports end here, so that March of the planned year can be reviewed."""


def small_stores(folder: Path, count: int, *, seed: int = 7) -> list[Path]:
    """Exports and params files of ``count`` stores in ``folder``; what is there already stays."""
    found = []
    (folder / "params").mkdir(parents=True, exist_ok=True)
    for number, model in enumerate(plans(count, seed)):
        plan = _small(model, f"store-{number + 1:04d}")
        file = folder / "params" / f"{plan.id}.yml"
        if not file.is_file():
            write_dealership(folder / plan.id, plan, until_day(UNTIL), wanted=_TABLES)
            whole = yaml.safe_load(params_text(plan, folder / plan.id, file.parent, until_day(UNTIL)))
            params = {key: whole[key] for key in _KEYS}
            params["accept"] = [{"check": "rows_lost", "reason": "few rows, and as many faults as in many"}]
            params["sources"] = {name: whole["sources"][name] for name in _TABLES}
            file.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
        found.append(file)
    return found


def _small(plan: Plan, name: str) -> Plan:
    def cut(numbers: Sequence[int]) -> tuple[int, ...]:
        return tuple(max(1, round(number * SIZE)) for number in numbers)

    return replace(
        plan,
        id=name,
        units=cut(plan.units),
        earlier_units=cut([plan.earlier_units])[0],
        targets=cut(plan.targets),
        elsewhere=cut([plan.elsewhere])[0],
    )
