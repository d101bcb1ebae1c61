"""Not faster than the channel takes it, and again where that may help: each address has its own pace."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from csanalysis.delivery.book import Account
from csanalysis.delivery.retrying import ATTEMPTS, FIRST_WAIT, DeliveryError, Sleep

Made = TypeVar("Made")
Clock = Callable[[], float]

MOST_REFUSALS = 3
"""Penalties in a row that are waited for; then messages fail at once until the last one is over."""
_MARGIN = 1.02
_MOST_QUIET = 3600.0


@dataclass(frozen=True)
class Limit:
    """What a channel takes of one sender: ``windows`` of so many messages in so many seconds.

    ``quiet`` is for how many seconds it takes nothing after it was sent too much, unless it says so itself.
    """

    windows: tuple[tuple[int, float], ...] = ()
    quiet: float = 60.0


LIMITS = {
    "wecom": Limit(((20, 60.0),), 60.0),
    "dingtalk": Limit(((20, 60.0),), 600.0),
    "feishu": Limit(((5, 1.0), (100, 60.0)), 60.0),
    "slack": Limit(((1, 1.0),), 30.0),
    "generic": Limit(),
    "email": Limit(),
}
"""By style, as their makers state them; DingTalk's robots are silent for ten minutes."""


def paced(
    accounts: Sequence[Account],
    items: Mapping[str, str],
    limit: Limit,
    send: Callable[[bool], Made],
    *,
    sleep: Sleep,
    clock: Clock,
) -> Made:
    """What ``send`` gives, at the pace of the accounts; tried again where it fails in a way that may pass.

    ``send`` is told whether these items may have come before: an attempt whose answer was lost, or a program
    that was killed before the answer, leaves no other way than to send again and say so. The caller notes
    what was taken (:meth:`Account.end`), for it may be less than all.

    Raises
    ------
    DeliveryError
        The last attempt's; or the channel asked for quiet three times running.
    """
    attempt, wait, doubtful = 1, FIRST_WAIT, False
    while True:
        for account in accounts:
            _wait_for(account, limit, sleep, clock)
        again = [account.begin(items) for account in accounts]
        doubtful = doubtful or any(again)
        try:
            return send(doubtful)
        except DeliveryError as error:
            doubtful = doubtful or error.doubtful
            for account in accounts:
                if error.quiet is not None:
                    account.refusals += 1
                    account.quiet_until = clock() + min(error.quiet, _MOST_QUIET)
                account.end(items, clock(), taken=False, doubtful=doubtful)
            if error.quiet is not None:
                continue  # the wait is the account's
            if not error.passing:
                raise
            if attempt == ATTEMPTS:
                raise DeliveryError(
                    "{problem} (tried {times} times)",
                    "{problem}（试了 {times} 次）",
                    problem=error.message,
                    times=ATTEMPTS,
                ) from None
        attempt += 1
        _pause(wait, sleep)
        wait *= 4


def _wait_for(account: Account, limit: Limit, sleep: Sleep, clock: Clock) -> None:
    """Until the channel takes another message from this account."""
    now = clock()
    quiet = min(account.quiet_until - now, _MOST_QUIET)  # a clock that was set back must not wait for years
    if quiet > 0 and account.refusals >= MOST_REFUSALS:
        raise DeliveryError(
            "the channel takes no more messages for {minutes} minutes; the next run sends this one",
            "对方在 {minutes} 分钟内不再接收消息；下次运行会补发",
            minutes=math.ceil(quiet / 60),
        )
    times = [time for time in account.sent_at if time <= now]
    due = [times[-most] + seconds * _MARGIN - now for most, seconds in limit.windows if len(times) >= most]
    needed = max([quiet, *due])
    if needed > 0:
        _pause(needed, sleep)


def _pause(seconds: float, sleep: Sleep) -> None:
    if sleep(seconds) is True:
        raise DeliveryError("the program is to end; the next run sends this", "程序即将结束；下次运行会补发")
