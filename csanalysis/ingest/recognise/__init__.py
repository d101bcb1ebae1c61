"""A folder of exports nobody has described: which table each sheet is, and how sure that is."""

from csanalysis.ingest.recognise.choosing import Proposal, recognise
from csanalysis.ingest.recognise.questions import Answer, Question
from csanalysis.ingest.recognise.writing import sources_text

__all__ = ["Answer", "Proposal", "Question", "recognise", "sources_text"]
