"""The files that a source names, and what they hold as bytes."""

import glob
import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from csanalysis.addresses import is_address
from csanalysis.ingest.objects import fetch_objects, folder_problem
from csanalysis.messages import Message, error_may_pass, no_file, passing
from csanalysis.schema import nearest

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet")
"""Of files that can be read."""

DEMO = ("outputs", "demo")
"""Where the demonstration stores' params look for their exports, each in a folder of its name."""


@dataclass(frozen=True)
class Export:
    """One file of an export, whole; ``place`` is its path from the params file's folder, or its address."""

    place: str
    data: bytes
    sha256: str

    @classmethod
    def from_bytes(cls, place: str, data: bytes) -> "Export":
        """The export that these bytes are."""
        return cls(place, data, hashlib.sha256(data).hexdigest())

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return PurePosixPath(self.place).name


def file_labels(files: Sequence[Export]) -> list[str]:
    """What each of several files is called: its name, or its place where two have one name."""
    names = [file.name for file in files]
    return [file.place if names.count(file.name) > 1 else file.name for file in files]


def read_export_files(patterns: Sequence[str], folder: Path) -> tuple[list[Export], list[Message]]:
    """The files that paths, addresses and globs name, in order and each once, with a line for each problem.

    Relative paths start at ``folder``.
    """
    found: dict[Path | str, Export] = {}
    problems: list[Message] = []
    for pattern in patterns:
        if is_address(pattern):
            objects, lines = fetch_objects(pattern)
            for place, data in objects:
                found.setdefault(place, Export.from_bytes(place, data))
            problems += lines
            continue
        paths = matching_files(folder / pattern)
        if not paths:
            problems.append(_nothing(folder / pattern))
        for path in paths:
            try:
                key = path.resolve()
                if _is_endless(path):
                    problems.append(no_file(path.name))
                elif key not in found:
                    found[key] = Export.from_bytes(_from(folder, path), path.read_bytes())
            except IsADirectoryError:
                problems.append(folder_problem(path.name, pattern))
            except OSError as error:
                line = Message(
                    "{name}: cannot be read ({error}); close it where it is open, or copy it",
                    "{name}：无法读取（{error}）；请关闭正打开它的程序，或另拷贝一份",
                    name=path.name,
                    error=error.strerror,
                )
                problems.append(passing(line) if error_may_pass(error) else line)
    return list(found.values()), problems


def _is_endless(path: Path) -> bool:
    """Whether there stands a pipe or a device, which may never end or fill the memory."""
    kind = path.stat().st_mode
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))


def _from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def matching_files(path: Path) -> list[Path]:
    """The files that a path or glob names, in order."""
    if path.exists():  # a name may hold brackets without being a glob
        return [path]
    names = glob.glob(str(path), recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    # Excel keeps a file of its own, named ~$…, beside one that is open.
    return [Path(name) for name in sorted(names) if not Path(name).name.startswith("~$")]


def _nothing(path: Path) -> Message:
    if not path.parent.is_dir() and not glob.has_magic(str(path.parent)):
        if path.parent.parts[-3:-1] == DEMO:
            return Message(
                "{name}: the demo exports are not there; write them: "
                "csanalysis demo outputs/demo --params params",
                "{name}：还没有演示数据；请先生成：csanalysis demo outputs/demo --params params",
                name=path.name,
            )
        return Message(
            "{name}: there is no folder {folder}; paths start at the params file's own folder",
            "{name}：没有文件夹 {folder}；路径从参数文件所在的文件夹算起",
            name=path.name,
            folder=path.parent.name,
        )
    hint = _nearest_file(path)
    return Message("{name}: no such file{hint}", "{name}：没有这个文件{hint}", name=path.name, hint=hint)


def _nearest_file(path: Path) -> Message:
    if glob.has_magic(str(path.parent)):
        return Message("; check the folder's name", "；请检查文件夹的名称")
    names = _names(path.parent.iterdir())
    if not names:
        return Message(
            "; the folder {folder} holds no export",
            "；文件夹 {folder} 里没有导出文件",
            folder=path.parent.resolve().name,
        )
    return nearest(path.name, names[:20])


def _names(paths: Iterable[Path]) -> list[str]:
    return sorted(
        path.name for path in paths if path.suffix.lower() in ENDINGS and not path.name.startswith("~$")
    )
