"""Reports made on schedule by a service that stays up."""

from csanalysis.schedule.service import Settings
from csanalysis.schedule.serving import serve

__all__ = ["Settings", "serve"]
