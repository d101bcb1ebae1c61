"""The demo's params files: one that somebody edited is left as it is."""

import hashlib
import json
import os
from datetime import date, timedelta
from pathlib import Path

import yaml

from csanalysis.demo.plan import AS_OF, EPOCH, LAST_YEAR, LATEST_AS_OF, Plan, day_number
from csanalysis.demo.stores import GROUP
from csanalysis.json_files import read_json
from csanalysis.messages import Message

RECORD = "params.json"
"""Beside the exports: sha256 of each params file as it was written, by which an edited one is known later,
when the program would write another."""


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


def edited(file: Path, plan: Plan, folder: Path) -> bool:
    """Whether a params file is there that is neither what the demo wrote nor what it writes, of any day."""
    if not file.is_file():
        return False
    text = file.read_text(encoding="utf-8", errors="replace")
    if _digest(text) == _record(folder).get(_name(file, folder)):
        return False
    days = range(AS_OF, LATEST_AS_OF + 1)
    return all(text != params_text(plan, folder / plan.id, file.parent, day) for day in days)


def own_day(file: Path) -> int | None:
    """The last day that an edited params file counts, None where the demo has no exports of that day."""
    try:
        day = date.fromisoformat(str(yaml.safe_load(file.read_text(encoding="utf-8"))["as_of"]))
    except (yaml.YAMLError, ValueError, KeyError, TypeError):
        return None
    return day_number(day) if AS_OF <= day_number(day) <= LATEST_AS_OF else None


def write_params(file: Path, plan: Plan, folder: Path, until: int) -> None:
    """Write a dealership's params file, and note in ``folder`` what was written."""
    text = params_text(plan, folder / plan.id, file.parent, until)
    record = _record(folder) | {_name(file, folder): _digest(text)}
    file.write_bytes(text.encode())
    (folder / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def kept_notice(file: Path) -> Message:
    """What is said of a params file that was left as it is."""
    return Message(
        "{file}: has been edited and is kept as it is; delete it to have the demo's again",
        "{file}：已被改动，原样保留；要恢复示例的参数文件，请先删除它",
        file=file,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _name(file: Path, folder: Path) -> str:
    return Path(os.path.relpath(file, folder)).as_posix()


def _record(folder: Path) -> dict[str, str]:
    try:
        record = read_json(folder / RECORD)
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
