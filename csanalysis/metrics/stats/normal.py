"""The normal distribution without :mod:`scipy.stats`, which takes as long to load as a call plan to make.

Whoever needs more of that writes ``scipy.stats.…`` where it is used: SciPy loads it then.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri


def quantile(share: ArrayLike) -> Any:
    """The value [standard deviations] below which this share [fraction 0-1] lies."""
    return ndtri(np.asarray(share, float))


def below(value: ArrayLike) -> Any:
    """The share [fraction 0-1] that lies below a value [standard deviations]."""
    return ndtr(np.asarray(value, float))


def above(value: ArrayLike) -> Any:
    """The share [fraction 0-1] that lies above a value [standard deviations]."""
    return ndtr(-np.asarray(value, float))  # exact far out, where 1 - below(value) is 0


Z95 = float(quantile(0.975))
"""Half the width of a 95 % interval [standard errors]."""
