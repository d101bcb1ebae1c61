"""Many dealerships: each in a process of its own; one that fails leaves the others whole.

A job is one thing to be made of one store: its report, its work lists, a month's review, a meeting's pack,
its part of the network, or the proof of a report. It is a params file, an output folder, a task (which of
these, and for what month or day) and how it is to be made; all of it is text, so that it can be sent to a
process beside or to a machine far away. Whatever its task, it is made in a forked child under a deadline and
a cap on memory, and always ends as an outcome: where the result lies and what is to be said of it, or what
is wrong, and whether that may pass by itself. The fleet hands jobs to an engine, the processes of this
machine or the workers of a Dask cluster, a few more than it has hands; it tries again what may pass, and
keeps a table of how each job stands, from which another run takes up what is not done.
"""

from csanalysis.fleet.anywhere import run_fleet
from csanalysis.fleet.job import Outcome, Task

__all__ = ["Outcome", "Task", "run_fleet"]
