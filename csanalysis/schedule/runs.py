"""The runs that are going on: each a process group that can be waited for and ended."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from threading import Lock

from csanalysis.fleet import Outcome
from csanalysis.fleet.job import with_params_file
from csanalysis.json_files import read_json
from csanalysis.messages import Message
from csanalysis.params.schedule import Work

COMMAND = (sys.executable, "-m", "csanalysis.schedule.child")
_PATIENCE = 5  # seconds between asking a run to end and ending it


class Runs:
    """Starts runs and ends them. ``command`` is what a run is started by."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._going: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self.ended = False

    def run(
        self, params_file: Path, output: Path, *, work: Work = "report", hide: Collection[str] = ()
    ) -> Outcome:
        """The outcome of one dealership's run: of its report, or of its lists alone.

        ``hide`` names environment variables that the run does not see: it needs no mail password.
        """
        seen = {name: value for name, value in os.environ.items() if name not in hide}
        with tempfile.TemporaryDirectory(prefix="csanalysis-") as folder:
            answer, errors = Path(folder, "answer.json"), Path(folder, "errors.txt")
            with errors.open("wb") as stderr, self._lock:
                if self.ended:
                    return Outcome(
                        params_file,
                        problems=(
                            with_params_file(Message("the service was stopped", "服务已停止"), params_file),
                        ),
                    )
                process = subprocess.Popen(  # noqa: S603  # this program again, by a list
                    [*self._command, str(params_file), str(output), str(answer), work],
                    stdin=subprocess.DEVNULL,
                    stdout=stderr,
                    stderr=stderr,
                    env=seen,
                    # Ctrl-C in the terminal is for the service, which lets its runs finish.
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                )
                self._going.add(process)
            code = process.wait()
            with self._lock:
                self._going.discard(process)
            return _outcome(params_file, code, answer, errors)

    def end(self) -> None:
        """End every run: asked first, then by force; none is started any more."""
        with self._lock:
            self.ended = True
            going = list(self._going)
        for process in going:
            _signal(process, signal.SIGTERM)
        for process in going:
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                pass
            finally:  # also what a run that is gone has left behind
                _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def drafts(output: Path, key: str) -> set[Path]:
    """Folders in which runs of a store are being written, or were when they were killed.

    Not those that keep a report while a newer one takes its place: there may be no other copy.
    """
    dealership, year = key.split("/")
    found = (output / dealership).glob(f".{year}-*")
    return {path for path in found if not path.name.startswith(f".{year}-old-")}


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)  # its session's leader: workers and kernels too
        else:
            process.terminate()
    except (ProcessLookupError, PermissionError):
        pass


def _outcome(params_file: Path, code: int, answer: Path, errors: Path) -> Outcome:
    try:
        result = read_json(answer)
    except (OSError, ValueError):
        said = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        why = Message("; it last said: {line}", "；最后的输出：{line}", line=said[-1]) if said else ""
        line = Message(
            "the run's process ended with code {code} (out of memory?){why}",
            "运行的进程以代码 {code} 结束（内存不够？）{why}",
            code=code,
            why=why,
        )
        return Outcome(params_file, problems=(with_params_file(line, params_file),))
    return Outcome.from_json(params_file, result)
