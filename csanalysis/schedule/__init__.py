"""Reports made on schedule by a service that stays up."""

from csanalysis.schedule.serving import serve
from csanalysis.schedule.settings import Settings

__all__ = ["Settings", "serve"]
