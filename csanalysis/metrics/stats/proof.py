"""How well a number is proven: one vocabulary for every effect, share and worth that the report claims."""

from typing import Literal

Proof = Literal["holdout", "matched", "history", "none"]

HOLDOUT: Proof = "holdout"
"""Measured on a share drawn at random to be left alone."""

MATCHED: Proof = "matched"
"""Against cases that differ by chance alone, with a negative control that found nothing."""

HISTORY: Proof = "history"
"""What became of such cases; nothing stands beside it, so the number is the most it can be."""

NONE: Proof = "none"
"""Nothing tells."""

PROOFS: tuple[Proof, ...] = (HOLDOUT, MATCHED, HISTORY, NONE)
"""The best first."""

ESTIMATES: tuple[Proof, ...] = (HOLDOUT, MATCHED)
"""Those that say how much; the others say at the most how much, or nothing, and never rank before them."""
