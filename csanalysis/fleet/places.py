"""Where below all reports a job reads and writes: what is fetched from an object store and sent to it."""

from contextlib import suppress
from pathlib import Path

from csanalysis.errors import ParamsError
from csanalysis.fleet.job import Job
from csanalysis.params import read_params

_BESIDE = {"review": "review", "meeting": "meetings", "lists": "lists"}
"""Where each kind of task writes beside the report, below the store's own folder."""
_GROUP = "network"


def made_in(job: Job) -> list[str]:
    """The folders that a job may read or write in, that of the report first."""
    own: list[str] = []
    with suppress(ParamsError):  # its own run names every problem
        params = read_params(job.params_file)
        if job.task.kind == "group":
            return [f"{_GROUP}/{params.plan_year}"]
        names = [str(params.plan_year), "failed", *filter(None, [_BESIDE.get(job.task.kind)])]
        own = [f"{params.dealership.id}/{name}" for name in names]
    return list(dict.fromkeys([*own, f"{job.params_file.stem}/failed"]))


def made_under(params_file: Path, place: str) -> str:
    """The place whose lock is held by whoever makes ``place`` for a store: that of the store's report."""
    return place if place.startswith(f"{_GROUP}/") else made_in(Job(params_file, Path()))[0]


def numbers_from(job: Job) -> list[str]:
    """The reports whose numbers a job lays side by side: those of the stores that it reads."""
    match job.task.kind:
        case "network":
            stores = [job.params_file]
        case "group":
            stores = [Path(store) for store in job.task.stores]
        case _:
            return []
    with suppress(ParamsError):  # its own run names every problem
        read = [read_params(store) for store in stores]
        return [f"{params.dealership.id}/{params.plan_year}" for params in read]
    return []
