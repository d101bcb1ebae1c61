"""The holdout: vehicles drawn to be left uncalled leave the call lists and stand on a sheet of their own."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, text
from csanalysis.chapters.work_lists.lists import HOLDOUT, LISTS
from csanalysis.metrics.value.holdout import in_holdout


def set_apart(
    lists: Mapping[str, pd.DataFrame], *, share: float, plan_year: int, language: Language
) -> dict[str, pd.DataFrame]:
    """The lists without the vehicles that are not to be called this year, and those as a list ``holdout``.

    Parameters
    ----------
    lists : mapping of name to DataFrame
        All work lists.
    share : float
        ``value.holdout_share``; 0 leaves everything as it is.
    plan_year : int
        Year of the plan, which decides the draw.
    language : Language
        ``zh`` or ``en``.

    Returns
    -------
    dict
        The same lists in the same order, ``holdout`` last.
    """
    if not share:
        return dict(lists)
    kept, apart = dict(lists), []
    for each in LISTS:
        if each.holdout and (name := each.name) in lists:
            drawn = in_holdout(lists[name]["vin"], plan_year=plan_year, share=share)
            kept[name] = lists[name][~drawn].reset_index(drop=True)
            apart.append(lists[name].loc[drawn, ["vin"]].assign(listed_in=text(f"list.{name}", language)))
    rows = pd.concat(apart, ignore_index=True) if apart else pd.DataFrame(columns=["vin", "listed_in"])
    return {**kept, HOLDOUT.name: rows.assign(reason=text("list_reason.holdout", language, year=plan_year))}
