"""Plan a car dealership's customer service for next year from the exports its systems already write."""

__version__ = "0.1.0"
