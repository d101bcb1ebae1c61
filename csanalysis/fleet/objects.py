"""One object of a store: listed, read, written and taken away, by fsspec's file system and its path."""

from typing import Any

from csanalysis.errors import StoreError
from csanalysis.messages import Message


def below(place: str) -> str:
    """The place, if it is two or three plain names below the reports; raises StoreError otherwise."""
    if not _is_plain(place) or place.count("/") not in (1, 2):
        raise StoreError(
            Message(
                "{place}: no folder below the reports; rename the params file",
                "{place}：不是报告文件夹之下的位置；请给参数文件改名",
                place=place,
            )
        )
    return place


def below_objects(files: Any, path: str) -> set[str]:
    """The names of all objects below a path, from there; none that would lead out of a folder."""
    root = files._strip_protocol(path).rstrip("/") + "/"
    try:
        found = files.find(path)
    except FileNotFoundError:
        return set()
    names = {name.removeprefix(root) for name in found if name.startswith(root)}
    return {name for name in names if _is_plain(name)}


def _is_plain(path: str) -> bool:
    """Whether a path is made of names alone, and so leads out of no folder."""
    return not {"", ".", ".."} & {*path.split("/")} and "\\" not in path


def touch(files: Any, path: str) -> None:
    """An empty object; of folders that are not there only those of this machine are made, never a bucket."""
    if "file" in files.protocol:
        files.makedirs(files._parent(path), exist_ok=True)
    files.pipe_file(path, b"")


def get(files: Any, path: str) -> bytes:
    """Its bytes."""
    return files.cat_file(path)


def delete(files: Any, path: str) -> None:
    """Take it away."""
    files.rm_file(path)
