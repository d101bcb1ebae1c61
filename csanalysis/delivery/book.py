"""``outputs/.delivered/``: what each address was sent, so that nothing is sent twice, whatever is restarted.

One small file an address, named by a digest of it: robots' addresses are secrets, and none stands in the
folder. It says of each store what was sent last (a fingerprint), what was under way when the program ended,
and when the last messages went, for the channel's pace counts those of an earlier process too.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from filelock import Timeout

from csanalysis.delivery.retrying import DeliveryError
from csanalysis.errors import ReportError
from csanalysis.json_files import read_json
from csanalysis.messages import Message
from csanalysis.report.files.lock import acquired
from csanalysis.whole_files import write_whole

FOLDER = ".delivered"
SCHEMA_VERSION = 1
_PATIENCE = 3600  # seconds that another process may keep an address for its own messages
_MOST_TIMES = 100


@dataclass
class Account:
    """What is known of one address; whoever holds it is alone with it.

    ``sent_at`` are the times of the last attempts, ``quiet_until`` the end of a penalty, and ``refusals`` how
    many answers in a row were penalties. ``known`` and ``begun`` give by ``<dealership>/<what>`` the
    fingerprint of what was taken, and of what was sent without an answer that says so. Times are seconds
    since 1970.
    """

    sent_at: list[float] = field(default_factory=list)
    quiet_until: float = 0.0
    refusals: int = 0
    known: dict[str, str] = field(default_factory=dict)
    begun: dict[str, str] = field(default_factory=dict)
    save: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)

    def begin(self, items: Mapping[str, str]) -> bool:
        """Note that these are on their way; whether any of them may have come before."""
        again = any(self.begun.get(item) == fingerprint for item, fingerprint in items.items())
        self.begun |= items
        self.save()
        return again

    def end(self, items: Mapping[str, str], at: float, *, taken: bool, doubtful: bool = False) -> None:
        """Note how an attempt ended; where that is not known the items stay begun."""
        self.sent_at = [*self.sent_at, at][-_MOST_TIMES:]
        if taken:
            self.known |= items
            self.refusals = 0
        if taken or not doubtful:
            self.begun = {item: print_ for item, print_ in self.begun.items() if item not in items}
        self.save()

    def knows(self, item: str, fingerprint: str) -> bool:
        """Whether just this was taken, and nothing else of the item since."""
        return self.known.get(item) == fingerprint

    def forget(self, items: Iterable[str]) -> None:
        """What is over may be told again when it comes back."""
        if gone := [item for item in items if item in self.known]:
            for item in gone:
                del self.known[item]
            self.save()


class Book:
    """The accounts of an output folder; without a folder they last as long as the object."""

    def __init__(self, output: Path | None = None) -> None:
        self._output = output
        self._kept: dict[str, Account] = {}  # without a folder, and of what could not be written to it
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()
        self._problems: list[Message] = []

    @contextmanager
    def account(self, address: str) -> Iterator[Account]:
        """The account of an address, held until the block ends.

        Raises
        ------
        DeliveryError
            Another process has sent to this address for an hour.
        """
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        with self._lock:
            lock = self._locks.setdefault(name, Lock())
        with lock:
            if self._output is None:
                yield self._kept.setdefault(name, Account())
                return
            folder = self._output / FOLDER
            try:
                held = acquired(self._output, folder / f"{name}.lock", patience=_PATIENCE)
            except Timeout:
                raise DeliveryError(
                    "another process is sending to this address", "另一个进程正在向这个地址发送", passing=True
                ) from None
            except ReportError:  # nothing can be noted there: the message must go out all the same
                yield self._kept.setdefault(name, Account())
                return
            with held:
                yield self._read(folder / f"{name}.json", name)

    def take_problems(self) -> list[Message]:
        """What could not be read or noted since this was asked last, each once."""
        taken, self._problems = self._problems, []
        return list(dict.fromkeys(taken))

    def _read(self, path: Path, name: str) -> Account:
        account = self._kept.get(name) or self._stored(path)

        def save() -> None:
            stored = {key: value for key, value in vars(account).items() if key != "save"}
            try:
                write_whole(path, json.dumps({"schema_version": SCHEMA_VERSION, **stored}) + "\n")
                self._kept.pop(name, None)
            except OSError as error:
                self._kept[name] = account
                self._problems.append(
                    Message(
                        "what was sent could not be noted ({why}); it may be sent again",
                        "无法记下已发送的内容（{why}）；以后可能重复发送",
                        why=error.strerror or error,
                    )
                )

        account.save = save
        return account

    def _stored(self, path: Path) -> Account:
        try:
            data = read_json(path)
            if data.pop("schema_version") != SCHEMA_VERSION:
                raise ValueError
            return _checked(Account(**data))
        except FileNotFoundError:
            return Account()
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._problems.append(
                Message(
                    "{path}: cannot be read; what was sent is not known, and something may be sent again",
                    "{path}：无法读取；不知道已发送过什么，可能重复发送",
                    path=path,
                )
            )
            return Account()


def _checked(account: Account) -> Account:
    """What a file said, if it is what an account holds."""
    numbers = [*account.sent_at, account.quiet_until, account.refusals]
    texts = [*account.known.items(), *account.begun.items()]
    if not all(isinstance(number, int | float) for number in numbers) or not all(
        isinstance(text, str) for pair in texts for text in pair
    ):
        raise ValueError
    return account
