"""This machine's copy of what lies in an object store; nothing else here is replaced for what is fetched.

The copy lies in the user's cache folder, for it holds customers' data. What is taken away or written over
passes :func:`owned` first, by every path: a wrong address or name must not reach any other folder.
"""

import hashlib
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout
from platformdirs import user_cache_path

from csanalysis.addresses import shown
from csanalysis.errors import BusyError, StoreError
from csanalysis.messages import Message
from csanalysis.privacy.files import private_folder
from csanalysis.report.files.lock import acquired
from csanalysis.whole_files import write_whole


def owned(root: Path, path: Path) -> Path:
    """The path, if it lies strictly inside ``root``, also where links lead; raises StoreError otherwise."""
    whole, found = root.resolve(), path.parent.resolve() / path.name
    plain = root.is_absolute() and path.is_absolute() and ".." not in path.parts
    if not plain or whole.parent == whole or found == whole or not found.is_relative_to(whole):
        raise StoreError(
            Message(
                "{path}: lies outside the working copy and is left as it is",
                "{path}：不在工作副本之内，没有改动",
                path=path,
            )
        )
    return path


@dataclass(frozen=True)
class WorkingCopy:
    """The copy of what lies at an address. What the machine refuses is a StoreError."""

    url: str

    @property
    def own(self) -> Path:
        """All that is kept of the address: reports, what an index is written from, and locks."""
        name = hashlib.sha256(shown(self.url).rstrip("/").encode()).hexdigest()[:16]
        return (user_cache_path("csanalysis") / name).absolute()

    @property
    def reports(self) -> Path:
        """The reports, as in any output folder."""
        return self.own / "reports"

    def prepare(self) -> None:
        """Make the folder of all that is kept, closed to everybody else."""
        with self.usable():
            private_folder(self.own)

    def empty(self, folder: Path) -> None:
        """Take a folder of the copy away, and all in it; none is there afterwards."""
        if owned(self.own, folder).is_file():
            raise StoreError(Message("{path}: is no folder", "{path}：不是文件夹", path=folder))
        shutil.rmtree(folder, ignore_errors=True)

    def forget(self, path: Path) -> None:
        """Take one file of the copy away."""
        owned(self.own, path).unlink(missing_ok=True)

    def save(self, folder: Path, data: Mapping[str, bytes]) -> None:
        """Write files by their names below a folder of the copy, each whole or not at all."""
        for name, content in data.items():
            path = owned(self.own, folder / name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content, readable=True, synced=False)

    def read(self, folder: Path, names: Collection[str]) -> dict[str, bytes]:
        """The bytes of files below a folder, by name."""
        with self.usable():
            return {name: (folder / name).read_bytes() for name in names}

    @contextmanager
    def alone(self, place: str, *, patience: float, told: str) -> Iterator[None]:
        """No other process of this machine works on ``place`` while the block runs.

        Raises
        ------
        BusyError
            Another does, and has for ``patience`` seconds; ``told`` is what the place is called.
        """
        self.prepare()
        try:
            held = acquired(
                self.own, self.own / ".locks" / f"{place.replace('/', '-')}.lock", patience=patience
            )
        except Timeout:
            raise BusyError(
                Message(
                    "{place}: is being made by another process; wait, or end that",
                    "{place}：另一个进程正在生成；请等它结束，或先停止它",
                    place=told,
                )
            ) from None
        with held:
            yield

    @contextmanager
    def usable(self) -> Iterator[None]:
        """Tell what is wrong with the copy as such."""
        try:
            yield
        except OSError as error:
            raise StoreError(
                Message(
                    "{folder}: the working copy cannot be written ({error}); free some space, "
                    "or mend its rights",
                    "{folder}：工作副本无法写入（{error}）；请腾出空间，或检查权限",
                    folder=self.own,
                    error=error.strerror or error,
                )
            ) from error
