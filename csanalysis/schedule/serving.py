"""The command: a service that listens to signals."""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from csanalysis.errors import ParamsError
from csanalysis.messages import Message
from csanalysis.schedule.service import Service
from csanalysis.schedule.settings import Settings


def serve(
    params_files: Sequence[Path], output: Path, settings: Settings, *, timezone: str | None = None
) -> None:
    """Stay up and run each dealership at its own cron times, until SIGTERM or SIGINT.

    The first signal begins no new run and lets those that go on finish for the period of grace; a second one
    ends them at once.

    Raises
    ------
    ParamsError
        No params file can be used, none has a schedule, or there is no such time zone.
    ReportError
        The output folder is another service's, or cannot be written.
    """
    if timezone is not None:
        settings = replace(settings, zone=_zone(timezone))
    service = Service(params_files, output, settings)
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):  # the last one is Windows'
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, frame: service.stop())
    service.serve()
    if service.busy:  # a mail server that does not answer must not keep the service from ending
        sys.stdout.flush()
        os._exit(0)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ParamsError(
            Message(
                "--timezone {name!r} is no time zone; write it as Asia/Shanghai",
                "--timezone “{name}”不是时区；请写成 Asia/Shanghai 的形式",
                name=name,
            )
        ) from None
