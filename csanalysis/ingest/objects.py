"""Exports in an object store, or wherever else fsspec reaches by an address."""

import glob
import multiprocessing
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import PurePosixPath
from typing import Any

from csanalysis.addresses import is_address, names_a_place, shown
from csanalysis.errors import StoreError
from csanalysis.messages import BadValueError, Message, edited, error_may_pass, passing, placed
from csanalysis.params.environment import filled, hidden

Fetched = tuple[list[tuple[str, bytes]], list[Message]]
"""Objects in order, each with its address, and a line for each problem."""

NOTHING = Message(
    "there is no such object; check the bucket and the name", "没有这个对象；请检查存储桶和名称"
)
_SAID = 200  # letters of what a library said of an error


@contextmanager
def prefetched(patterns: Iterable[str]) -> Iterator[None]:
    """While the block runs, all that the addresses among the patterns name has been fetched, at one go."""
    addresses = [pattern for pattern in dict.fromkeys(patterns) if is_address(pattern)]
    _AT_HAND.update(_fetched_apart(addresses))
    try:
        yield
    finally:
        for address in addresses:
            _AT_HAND.pop(address, None)


_AT_HAND: dict[str, Fetched] = {}


def fetch_objects(address: str) -> Fetched:
    """The objects that an address or a glob of addresses names."""
    return _AT_HAND[address] if address in _AT_HAND else _fetched_apart([address])[address]


def object_sizes(address: str) -> dict[str, int]:
    """The bytes of each object that an address or a glob names, without fetching it."""
    files, path = file_system(filled(address))
    return {_place(files, path, address, name): about["size"] for name, about in _found(files, path).items()}


def file_system(address: str) -> tuple[Any, str]:
    """What fsspec reads an address with, which remembers no listing, and the path there."""
    from fsspec.core import url_to_fs

    files, path = url_to_fs(address)
    files.invalidate_cache()
    return files, path


def refuse_no_place(address: str) -> None:
    """Raise StoreError unless what is written to the address lies in a bucket or folder that it names."""
    if not names_a_place(address):
        raise StoreError(
            Message(
                "{address}: names no place of its own; write it as s3://bucket/reports",
                "{address}：没有写明位置；请写成 s3://bucket/reports 的形式",
                address=shown(address),
            )
        )


def put(files: Any, path: str, data: bytes) -> None:
    """Write it; folders that are not there yet are made, never a bucket."""
    try:
        files.pipe_file(path, data)
    except FileNotFoundError:
        top = path[: len(path) - len(path.lstrip("/"))] + path.lstrip("/").partition("/")[0]
        if "file" not in files.protocol and not files.exists(top):
            raise  # a mistyped name must not become a bucket
        files.makedirs(files._parent(path), exist_ok=True)
        files.pipe_file(path, data)


def explain_error(error: Exception) -> Message:
    """What went wrong with an object and what to do, in a line without secrets."""
    said = (shown(str(error)).strip().splitlines() or [""])[0][:_SAID]
    match error:
        case BadValueError():
            return error.message
        case ImportError():
            return Message(
                "needs a package that is not there ({said}); install it beside csanalysis",
                "缺少所需的软件包（{said}）；请与 csanalysis 装在一起",
                said=said,
            )
        case ValueError() if said.startswith("Protocol not known"):
            return Message(
                "is of no known kind; write a path, or an address such as s3://, gs://, abfs:// or file://",
                "不是认识的地址；请写路径，或 s3://、gs://、abfs://、file:// 这样的地址",
            )
        case FileNotFoundError():
            return NOTHING
        case PermissionError():
            return Message(
                "is not open to these credentials ({said}); check them in the environment, and the rights",
                "现有凭据无权读取（{said}）；请检查环境变量中的凭据和权限",
                said=said,
            )
    told = f"{type(error).__name__}: {said}" if said else type(error).__name__
    line = Message(
        "cannot be reached ({told}); check address, network and credentials",
        "无法访问（{told}）；请检查地址、网络和凭据",
        told=told,
    )
    return passing(line) if _may_pass(error) else line


def _may_pass(error: Exception) -> bool:
    """Each store's library has errors of its own; their names tell of a connection."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return error_may_pass(error) or any(word in kind for kind in kinds for word in ("Connect", "Timeout"))


def folder_problem(name: str, pattern: str) -> Message:
    """What to say where a path or address names a folder."""
    return Message(
        "{name}: is a folder; name the files in it, such as {files}/*.csv",
        "{name}：是文件夹；请写明其中的文件，如 {files}/*.csv",
        name=name,
        files=pattern.rstrip("/"),
    )


def _fetched_apart(addresses: list[str]) -> dict[str, Fetched]:
    """What the addresses name; fetched in a process apart where this one may want to fork afterwards.

    For the libraries that reach a store start threads, which no fork carries along.
    """
    if not addresses or sys.platform != "linux" or threading.active_count() > 1:
        return {address: _fetch(address) for address in addresses}
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, addresses))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        line = Message(
            "could not be fetched: the process that did so died (out of memory?)",
            "没能取到：取数的进程中断了（内存不够？）",
        )
        return {address: ([], [placed(shown(address), line)]) for address in addresses}
    finally:
        ours.close()
        process.join()


def _send(theirs: Connection, addresses: list[str]) -> None:
    theirs.send({address: _fetch(address) for address in addresses})


def _fetch(address: str) -> Fetched:
    objects, told = [], shown(address)
    try:
        files, path = file_system(filled(address))
        if not glob.has_magic(path) and files.info(path)["type"] == "directory":
            return [], [folder_problem(told, told)]
        found = _found(files, path)
        if not found:
            return [], [placed(told, NOTHING)]
        for name in found:
            told = _place(files, path, address, name)
            objects.append((told, files.cat_file(name)))
    except Exception as error:  # each store's library has errors of its own
        return objects, [placed(told, edited(explain_error(error), lambda said: hidden(said, address)))]
    return objects, []


def _found(files: Any, path: str) -> dict[str, Any]:
    """The objects that a path or glob names, in order, and what is known of each."""
    try:  # a name may hold brackets without being a glob
        about = files.info(path)
        return {path: about} if about["type"] == "file" else {}
    except FileNotFoundError:
        if not glob.has_magic(path):
            raise
    found = {name: about for name, about in files.glob(path, detail=True).items() if about["type"] == "file"}
    # Excel keeps a file of its own, named ~$…, beside one that is open.
    return {name: found[name] for name in sorted(found) if not PurePosixPath(name).name.startswith("~$")}


def _place(files: Any, path: str, address: str, name: str) -> str:
    """The address of one object that was found by another, which may be a glob."""
    told, pattern = shown(filled(address)), path.lstrip("/")
    place = (
        told.replace(pattern, name.lstrip("/")) if pattern in told else shown(files.unstrip_protocol(name))
    )
    return hidden(place, address)
