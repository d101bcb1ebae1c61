"""A PostgreSQL server of its own for the tests, where the machine has one to start."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

USER = "postgres"


def binaries() -> Path | None:
    """Where the server's programs lie: Debian keeps them apart."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    known = shutil.which("initdb")
    return found[-1].parent if found else Path(known).parent if known else None


@contextmanager
def server() -> Iterator[str]:
    """The folder of a running server's socket; no other machine can reach it, and nothing of it stays."""
    home = binaries()
    assert home is not None
    root = os.geteuid() == 0
    run_as = {"user": USER, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []} if root else {}

    def run(*command):
        subprocess.run(command, check=True, capture_output=True, cwd="/", **run_as)

    with TemporaryDirectory(dir="/tmp", prefix="pg-") as name:
        folder = Path(name)
        if root:
            os.chown(folder, pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid)
        data, control = f"{folder}/data", str(home / "pg_ctl")
        run(str(home / "initdb"), "-D", data, "-U", USER, "-A", "trust", "-N", "--locale=C", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=16MB"
        run(control, "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield str(folder)
        finally:
            run(control, "-D", data, "-w", "-m", "immediate", "stop")
