"""Reports and failures sent by e-mail and webhook, as the params ask."""

from csanalysis.delivery.book import Book
from csanalysis.delivery.delivering import Receipt, deliver

__all__ = ["Book", "Receipt", "deliver"]
