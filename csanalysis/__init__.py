"""Plan a car dealership's customer service for next year from the exports its systems already write."""

from csanalysis.moved import keep_older_names

__version__ = "0.1.0"

keep_older_names()
