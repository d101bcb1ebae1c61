"""JupyterLab as ``make lab`` starts it, on a copy of the project that nobody has worked in."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

TOKEN = "only-for-this-drive"


def fresh_clone(project: Path, folder: Path) -> Path:
    """What is committed in ``project``, cloned into ``folder``, with the demo exports made."""
    subprocess.run(["git", "clone", "--quiet", str(project), str(folder)], check=True)
    made = [sys.executable, "-m", "csanalysis", "demo", "outputs/demo", "--params", "params"]
    subprocess.run(made, cwd=folder, env=_environment(folder), check=True, stdout=subprocess.DEVNULL)
    return folder


@contextmanager
def lab(root: Path, own: Path, *, code: Path | None = None) -> Iterator[str]:
    """A JupyterLab over ``root`` that heeds no settings of the user's; yields its address without token.

    Parameters
    ----------
    root : path
        What it serves.
    own : path
        A folder for its settings and for what it says.
    code : path, optional
        The project whose package the kernels import; ``root`` unless given.
    """
    port = "--ServerApp.port=0"  # any that is free
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.root_dir=.", "--no-browser", "--allow-root"]
    command += [port, "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={TOKEN}"]
    folders = {f"JUPYTER_{what}_DIR": str(own / what.lower()) for what in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {"JUPYTERLAB_SETTINGS_DIR": str(own / "settings"), "IPYTHONDIR": str(own / "ipython")}
    said = own / "jupyterlab.log"
    own.mkdir(parents=True, exist_ok=True)
    environment = _environment(code or root) | folders
    with (
        said.open("w", encoding="utf-8") as log,
        subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield _address(process, said)
        finally:
            process.terminate()


def chromium() -> str | None:
    """The system's browser."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _environment(code: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(code)}


def _address(process: "subprocess.Popen[bytes]", said: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", said.read_text(encoding="utf-8")):
            try:
                urlopen(f"{found.group()}/api?token={TOKEN}", timeout=10).close()
                return found.group()
            except URLError:
                pass
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab does not answer:\n{said.read_text(encoding='utf-8')}")
