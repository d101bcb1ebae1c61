"""The customer base as a stock with monthly flows: fitted on the store's own years, then run many times.

``history`` counts what happened, ``fit`` turns it into chances and their spread from year to year, ``run``
draws the plan year, ``outcomes`` makes metric frames of it, ``chances`` holds it against the targets.
"""
