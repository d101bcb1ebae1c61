"""A worker process: it imports once, then forks a child for each job that it is sent.

``python -m csanalysis.fleet.serve [light]`` reads one job a line (JSON) from standard input and writes to
standard output ``{"step": …}`` as each step begins, then ``{"outcome": …}``, or ``{"died": wait status}``
where the child came to no end of its own. The end of standard input ends it and all that it started.

This process never computes: a fork carries no threads along, so none may have been started before it.
"""

import gc
import importlib
import json
import os
import select
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn, TextIO

from csanalysis.errors import CsanalysisError
from csanalysis.json_files import parsed_json

_GLANCE = 0.1  # seconds between two looks at whether the child lives


def main() -> None:
    """Serve jobs until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # so that nothing printed is taken for a reply
    from csanalysis.report import collect_seldom, skip_iri_grammar, skip_remote_notebooks

    collect_seldom()  # what is imported below leaves next to none
    skip_iri_grammar()
    skip_remote_notebooks()
    from csanalysis.fleet.job import Job
    from csanalysis.fleet.outcome import run_here

    with suppress(CsanalysisError):  # a missing package: each store's own run says so
        _warm_up(light="light" in sys.argv[1:])
    from csanalysis.report.notebook.forked import can_fork, cap_memory

    while line := sys.stdin.buffer.readline():
        job = Job.from_json(parsed_json(line))
        if not can_fork():
            _reply(replies, outcome=run_here(job, lambda step: _reply(replies, step=step)).to_json())
            return  # the next job gets a new process
        pid = os.fork()
        if pid == 0:
            if job.options.limits.memory:
                cap_memory(job.options.limits.memory)
            _run(job, run_here, replies)
        status = _waited(pid)
        if status:
            _reply(replies, died=status)


def _warm_up(*, light: bool) -> None:
    """Import what the jobs need; ``light`` ones draw and set nothing."""
    if light:
        importlib.import_module("csanalysis.report.packs.work_lists")
        gc.collect()
        gc.freeze()  # a collection in a child would touch, and so copy, every page
    else:
        from csanalysis.report.warmup import warm_up

        warm_up()


def _run(job: Any, run_here: Any, replies: TextIO) -> NoReturn:
    """The child's whole life."""
    status = 1
    try:
        _reply(replies, outcome=run_here(job, lambda step: _reply(replies, step=step)).to_json())
        status = 0
    finally:
        os._exit(status)


def _waited(pid: int) -> int:
    """The wait status of a child; it is killed, and so is this process, if nobody waits for it any more."""
    hung_up = select.poll()
    hung_up.register(0, 0)  # tells of the end alone, not of the next job
    while True:
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            return status
        if hung_up.poll(_GLANCE * 1000):
            os.killpg(0, signal.SIGKILL)


def _reply(replies: TextIO, **message: Any) -> None:
    replies.write(json.dumps(message) + "\n")
    replies.flush()


if __name__ == "__main__":
    main()
