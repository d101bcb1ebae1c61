"""The customer base: classes, teams and their assessed churn, the chance of return, the front desk's load."""

from csanalysis.chapters.customer_base.cases import cases
from csanalysis.chapters.customer_base.measure import measure

__all__ = ["cases", "measure"]
