"""Try again where a network failed for a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")
Sleep = Callable[[float], object]

ATTEMPTS = 3
FIRST_WAIT = 2.0
"""Seconds before the second attempt; each further wait is four times as long."""


class DeliveryError(Exception):
    """A message could not be sent; the text says why. ``passing`` ones are worth another attempt."""

    def __init__(self, problem: str, *, passing: bool = False) -> None:
        self.passing = passing
        super().__init__(problem)


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
                raise DeliveryError(f"{error} (tried {ATTEMPTS} times)") from None
        sleep(wait)
        wait *= 4
    raise AssertionError("the last attempt returns or raises")
