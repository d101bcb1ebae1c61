"""The params file: one strict YAML a dealership."""

from csanalysis.params.calendar import CalendarEvent
from csanalysis.params.chapters import OwnChapter
from csanalysis.params.model import Params
from csanalysis.params.reading import read_params, template_text
from csanalysis.params.satisfaction import Incentive
from csanalysis.params.scenarios import Scenario
from csanalysis.params.sources import Source

__all__ = [
    "CalendarEvent",
    "Incentive",
    "OwnChapter",
    "Params",
    "Scenario",
    "Source",
    "read_params",
    "template_text",
]
