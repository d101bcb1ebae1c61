"""The files that a source names, and what they hold as bytes."""

import glob
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from csanalysis.ingest.files import ENDINGS
from csanalysis.schema import nearest


@dataclass(frozen=True)
class Export:
    """One file of an export, whole."""

    path: Path
    data: bytes
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name


def exports(patterns: Sequence[str], folder: Path) -> tuple[list[Export], list[str]]:
    """The files that paths and globs name, in order and each once, with a line for each problem.

    Relative paths start at ``folder``.
    """
    found: dict[Path, Export] = {}
    problems = []
    for pattern in patterns:
        paths = matches(folder / pattern)
        if not paths:
            problems.append(_nothing(folder / pattern))
        for path in paths:
            try:
                key = path.resolve()
                if key not in found:
                    data = path.read_bytes()
                    found[key] = Export(path, data, hashlib.sha256(data).hexdigest())
            except IsADirectoryError:
                problems.append(
                    f"{path.name}: is a folder; name the files in it, such as {pattern.rstrip('/')}/*.csv"
                )
            except OSError as error:
                problems.append(
                    f"{path.name}: cannot be read ({error.strerror}); close it where it is open, or copy it"
                )
    return list(found.values()), problems


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
