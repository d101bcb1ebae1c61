"""Processor seconds of a process and of all that it started, of those too whose parent ended before them."""

import ctypes
import os
import resource
import sys
import time
from contextlib import suppress

_CHILD_SUBREAPER = 36  # of linux/prctl.h
_PATIENCE = 10.0  # seconds for what still runs when the work is done


def adopt_orphans() -> None:
    """From now on processes below this one whose parent ends become children of this one (on Linux).

    Without that the system's first process takes them over, and with them what they used.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_CHILD_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")


def tree_usage() -> tuple[float, float]:
    """Processor seconds, user and system, of this process and all that ended below it; its own peak memory [MB].

    What has not ended yet is waited for a while.
    """
    until = time.monotonic() + _PATIENCE
    with suppress(ChildProcessError):
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    scale = 1 if sys.platform == "darwin" else 1024
    return cpu, own.ru_maxrss * scale / 1e6
