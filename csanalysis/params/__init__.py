"""The params file: one strict YAML a dealership."""

from csanalysis.params.model import Params, Source
from csanalysis.params.reading import read_params, template_text

__all__ = ["Params", "Source", "read_params", "template_text"]
