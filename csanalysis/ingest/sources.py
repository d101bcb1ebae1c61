"""The files that a source names, and what they hold as bytes."""

import glob
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from csanalysis.addresses import is_address
from csanalysis.ingest.files import ENDINGS
from csanalysis.ingest.objects import fetched
from csanalysis.schema import nearest


@dataclass(frozen=True)
class Export:
    """One file of an export, whole; ``place`` is its path from the params file's folder, or its address."""

    place: str
    data: bytes
    sha256: str

    @classmethod
    def of(cls, place: str, data: bytes) -> "Export":
        """The export that these bytes are."""
        return cls(place, data, hashlib.sha256(data).hexdigest())

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return PurePosixPath(self.place).name


def exports(patterns: Sequence[str], folder: Path) -> tuple[list[Export], list[str]]:
    """The files that paths, addresses and globs name, in order and each once, with a line for each problem.

    Relative paths start at ``folder``.
    """
    found: dict[Path | str, Export] = {}
    problems = []
    for pattern in patterns:
        if is_address(pattern):
            objects, lines = fetched(pattern)
            for place, data in objects:
                found.setdefault(place, Export.of(place, data))
            problems += lines
            continue
        paths = matches(folder / pattern)
        if not paths:
            problems.append(_nothing(folder / pattern))
        for path in paths:
            try:
                key = path.resolve()
                if key not in found:
                    found[key] = Export.of(_from(folder, path), path.read_bytes())
            except IsADirectoryError:
                problems.append(
                    f"{path.name}: is a folder; name the files in it, such as {pattern.rstrip('/')}/*.csv"
                )
            except OSError as error:
                problems.append(
                    f"{path.name}: cannot be read ({error.strerror}); close it where it is open, or copy it"
                )
    return list(found.values()), problems


def _from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def matches(path: Path) -> list[Path]:
    """The files that a path or glob names, in order."""
    if path.exists():  # a name may hold brackets without being a glob
        return [path]
    names = glob.glob(str(path), recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    # Excel keeps a file of its own, named ~$…, beside one that is open.
    return [Path(name) for name in sorted(names) if not Path(name).name.startswith("~$")]


def _nothing(path: Path) -> str:
    if not path.parent.is_dir() and not glob.has_magic(str(path.parent)):
        return (
            f"{path.name}: there is no folder {path.parent.name}; paths start at the params file's own folder"
        )
    return f"{path.name}: no such file{_nearest_file(path)}"


def _nearest_file(path: Path) -> str:
    if glob.has_magic(str(path.parent)):
        return "; check the folder's name"
    names = _names(path.parent.iterdir())
    if not names:
        return f"; the folder {path.parent.resolve().name} holds no export"
    return nearest(path.name, names[:20])


def _names(paths: Iterable[Path]) -> list[str]:
    return sorted(
        path.name for path in paths if path.suffix.lower() in ENDINGS and not path.name.startswith("~$")
    )
