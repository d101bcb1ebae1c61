"""The objects of a store below an address: listed, read, written and taken away, many at a time."""

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any

from csanalysis.addresses import shown
from csanalysis.errors import StoreError
from csanalysis.ingest.objects import explain_error, file_system, put
from csanalysis.messages import Message, placed

_AT_A_TIME = 16  # objects; a file system that is no store of objects gets them one by one


class Objects:
    """What lies below an address, by place and name. Every method raises StoreError where it cannot."""

    def __init__(self, url: str) -> None:
        self._url = url

    def names(self, place: str) -> set[str]:
        """The names of all objects below a place, from there."""
        (found,) = self._each(place, [""], _below)
        return found

    def read(self, place: str, names: Collection[str]) -> dict[str, bytes]:
        """The bytes of each."""
        return dict(zip(names, self._each(place, names, _get), strict=True))

    def found(self, place: str, name: str) -> dict[str, bytes]:
        """The bytes of one object by its name, without a list of the place; empty where there is none."""
        (data,) = self._each(place, [name], _get_if_there)
        return {} if data is None else {name: data}

    def write(self, place: str, data: Mapping[str, bytes]) -> None:
        """Put each there."""
        self._each(place, data, put, data.values())

    def touch(self, name: str) -> None:
        """An empty object; of folders that are not there only those of this machine are made, no bucket."""
        self._each("", [name], _touch)

    def delete(self, place: str, names: Collection[str]) -> None:
        """Take each away."""
        self._each(place, names, _delete)

    def _each(
        self, place: str, names: Collection[str], call: Callable[..., Any], *more: Iterable[Any]
    ) -> list[Any]:
        """What ``call`` gives for each object, of fsspec's file system and its path, ``place`` before it."""
        try:
            files, root = file_system(self._url)
            paths = ["/".join(filter(None, (root.rstrip("/"), place, name))) for name in names]
            with ThreadPoolExecutor(_AT_A_TIME if files.async_impl else 1) as pool:
                return list(pool.map(call, repeat(files), paths, *more))
        except Exception as error:  # each store's library has errors of its own
            told = "/".join(filter(None, (shown(self._url).rstrip("/"), place)))
            raise StoreError(placed(told, explain_error(error))) from error


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


def _below(files: Any, path: str) -> set[str]:
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


def _touch(files: Any, path: str) -> None:
    if "file" in files.protocol:
        files.makedirs(files._parent(path), exist_ok=True)
    files.pipe_file(path, b"")


def _get(files: Any, path: str) -> Any:
    return files.cat_file(path)


def _get_if_there(files: Any, path: str) -> Any:
    try:
        return files.cat_file(path)
    except FileNotFoundError:
        return None


def _delete(files: Any, path: str) -> None:
    files.rm_file(path)
