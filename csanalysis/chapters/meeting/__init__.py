"""The satisfaction meeting's pack: everything as it was known at the end of one week or month."""

from csanalysis.chapters.meeting.measure import prepare

__all__ = ["prepare"]
