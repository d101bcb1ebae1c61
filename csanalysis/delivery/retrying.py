"""Try again where a network failed for a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

from csanalysis.messages import MessageError

Made = TypeVar("Made")
Sleep = Callable[[float], object]

ATTEMPTS = 3
FIRST_WAIT = 2.0
"""Seconds before the second attempt; each further wait is four times as long."""


class DeliveryError(MessageError):
    """A mail or a robot's message could not be sent, and why; ``passing`` ones are worth another attempt."""

    def __init__(self, en: str, zh: str, /, *, passing: bool = False, **parts: object) -> None:
        super().__init__(en, zh, **parts)
        self.passing = passing


def retried(send: Callable[[], Made], *, sleep: Sleep = time.sleep) -> Made:
    """What ``send`` gives; up to three attempts where it fails in a way that may pass.

    Raises
    ------
    DeliveryError
        The last attempt's.
    """
    wait = FIRST_WAIT
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return send()
        except DeliveryError as error:
            if not error.passing:
                raise
            if attempt == ATTEMPTS:
                raise DeliveryError(
                    "{problem} (tried {times} times)",
                    "{problem}（试了 {times} 次）",
                    problem=error.message,
                    times=ATTEMPTS,
                ) from None
        sleep(wait)
        wait *= 4
    raise AssertionError("the last attempt returns or raises")
