"""How a goal came on in the year: what was done and where the year would end, month by month."""

from collections.abc import Sequence

import pandas as pd

from csanalysis.metrics.periods import months_of
from csanalysis.metrics.plan.goal_review import Course, year_end
from csanalysis.metrics.plan.outlook import year_to_date
from csanalysis.metrics.results import tidy


def target_course(courses: Sequence[Course], *, year: int, key: dict[str, str]) -> pd.DataFrame:
    """What the review of each month so far would have said of the year.

    Parameters
    ----------
    courses : sequence of Course
        The goal as it stood at the end of January, of February and so on.
    year : int
        Of the plan.
    key : dict of str to str
        Names the goal; the splits of every row.

    Returns
    -------
    DataFrame
        By month and ``course``: ``so_far``, the year to date; ``expected``, where the year would end as it
        went (``low``, ``high``: 80 % interval, NaN without scatter); ``target``, the year's. ``so_far`` and
        ``expected`` are NaN before there is a month with data. Whether higher is better is the goal's.
    """
    months = months_of(year)[: len(courses)]
    so_far = [year_to_date(each.kind, each.actual, each.plan, sizes=each.sizes)[0] for each in courses]
    value, low, high = zip(*map(year_end, courses), strict=True)
    return pd.concat(
        [
            tidy(months, value=so_far, course="so_far", **key),
            tidy(months, value=value, low=low, high=high, course="expected", **key),
            tidy(months, value=[each.aim for each in courses], course="target", **key),
        ],
        ignore_index=True,
    )
