"""A notebook's cells run in this very process, with the outputs that a kernel would have sent.

The process is given up to the notebook: it must be a forked child that ends when the notebook does
(:mod:`csanalysis.report.notebook.forked`). Nothing here undoes what a cell did to the process.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Cells = Sequence[tuple[int, Mapping[str, Any]]]
"""Code cells of an nbformat 4 notebook, and where each stands."""

Send = Callable[..., None]
INLINE = "module://matplotlib_inline.backend_inline"
"""Where a kernel's Matplotlib draws: into the notebook."""


class _Hook(DisplayHook):
    """What a cell's last expression gave, sent as an ``execute_result``."""

    send: Send

    def start_displayhook(self) -> None:
        self._result: dict[str, Any] = {}

    def write_output_prompt(self) -> None:
        self._result["execution_count"] = self.prompt_count

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self._result |= {"data": json_clean(encode_images(format_dict)), "metadata": md_dict or {}}

    def finish_displayhook(self) -> None:
        if self._result.get("data"):
            self.send("output", {"output_type": "execute_result", **self._result})


class _Publisher(DisplayPublisher):
    """What a cell displayed."""

    send: Send

    def publish(  # type: ignore[override]
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_: object,
    ) -> None:
        shown = {"data": json_clean(encode_images(data)), "metadata": json_clean(metadata or {})}
        name = (transient or {}).get("display_id")
        self.send("update" if update else "output", {"output_type": "display_data", **shown}, name)

    def clear_output(self, wait: bool = False) -> None:
        self.send("clear", wait)


class _Shell(InteractiveShell):
    """IPython whose outputs are sent instead of printed."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def enable_gui(self, gui: object = None) -> None:
        """There is no window to show."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        error = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}
        _Hook.send("output", {"output_type": "error", **error})


class _Stream(io.TextIOBase):
    """Standard output or error, sent as it is written."""

    encoding = "utf-8"

    def __init__(self, name: str, number: int, send: Send) -> None:
        self.name, self._number, self._send = name, number, send

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._send("output", {"output_type": "stream", "name": self.name, "text": text})
        return len(text)


class _Descriptors:
    """What subprocesses and C libraries write to descriptors 1 and 2, sent after each cell."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._files = {}
        for number, name in ((1, "stdout"), (2, "stderr")):
            # Appended to, so that reading it here does not move the place where others write.
            handle, path = tempfile.mkstemp()
            os.close(handle)
            handle = os.open(path, os.O_RDWR | os.O_APPEND)
            Path(path).unlink()
            os.dup2(handle, number)
            self._files[name] = handle
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def send_written(self) -> None:
        for name, handle in self._files.items():
            size = os.fstat(handle).st_size
            if size:
                text = os.pread(handle, size, 0).decode("utf-8", "replace")
                os.ftruncate(handle, 0)
                self._send("output", {"output_type": "stream", "name": name, "text": text})


def the_shell() -> InteractiveShell:
    """This process's own IPython; a fork has that of its parent."""
    # A history file would be shared by all notebooks, and locked by each.
    quiet = Config({"HistoryManager": {"enabled": False}, "HistoryAccessor": {"enabled": False}})
    return _Shell.instance(config=quiet)


def run_cells(cells: Cells, send: Send) -> None:
    """Run code cells in order, up to the first that fails.

    Parameters
    ----------
    cells : sequence of (place, cell)
        Code cells, and where each stands.
    send : callable
        Hears ``("start", place)``, then ``("output", output, display id or None)``, ``("update", output,
        display id)`` and ``("clear", wait)`` as they happen, then ``("end", place, count, failed)``.
    """
    descriptors = _Descriptors(send)
    sys.stdout, sys.stderr = _Stream("stdout", 1, send), _Stream("stderr", 2, send)
    sys.stdin = os.fdopen(0)
    os.environ["MPLBACKEND"] = INLINE
    sys.path.insert(0, "")  # as a kernel does: modules beside the notebook can be imported
    _Hook.send = _Publisher.send = staticmethod(send)
    shell = the_shell()
    if "matplotlib" in sys.modules:
        shell.enable_matplotlib("inline")
    for place, cell in cells:
        send("start", place)
        result = shell.run_cell(cell["source"], store_history=True, cell_id=cell.get("id"))
        descriptors.send_written()
        allowed = "raises-exception" in cell["metadata"].get("tags", [])
        failed = not result.success and not allowed
        send("end", place, shell.execution_count - 1, failed)
        if failed:
            return


def language_info() -> dict[str, Any]:
    """What a kernel says of itself, for the executed notebook's metadata."""
    return dict(IPythonKernel.language_info)
