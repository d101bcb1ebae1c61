"""What went wrong with one attempt, and whether another one is worth it."""

from collections.abc import Callable

from csanalysis.messages import MessageError

Sleep = Callable[[float], object]
"""Waits so many seconds; ``True`` says that the wait was cut short, because the program is to end."""

ATTEMPTS = 3
FIRST_WAIT = 2.0
"""Seconds before the second attempt; each further wait is four times as long."""


class DeliveryError(MessageError):
    """A mail or a robot's message could not be sent, and why.

    ``passing`` ones are worth another attempt. ``quiet`` is for how many seconds the channel takes no more,
    where that is what it answered. ``doubtful``: it may have taken the message all the same.
    """

    def __init__(
        self,
        en: str,
        zh: str,
        /,
        *,
        passing: bool = False,
        quiet: float | None = None,
        doubtful: bool = False,
        **parts: object,
    ) -> None:
        super().__init__(en, zh, **parts)
        self.passing, self.quiet, self.doubtful = passing, quiet, doubtful
