"""The params file: one strict YAML a dealership."""

from csanalysis.params.calendar import CalendarEvent
from csanalysis.params.model import Params, Source
from csanalysis.params.reading import read_params, template_text
from csanalysis.params.satisfaction import Incentive

__all__ = ["CalendarEvent", "Incentive", "Params", "Source", "read_params", "template_text"]
