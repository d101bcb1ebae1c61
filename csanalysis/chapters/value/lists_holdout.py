"""The holdout: vehicles drawn to be left uncalled leave the call lists and stand on a sheet of their own."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, text
from csanalysis.metrics.value.holdout import withheld

CALL_LISTS = (
    "first_service_invitations",
    "service_due",
    "contact_window",
    "marginal",
    "win_back",
    "trade_in",
    "insurance_due",
)
"""Lists a share of which may be kept uncalled. Never those of declined work or key customers: they matter."""


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
        The same lists in the same order, ``holdout`` last; it names no customer and no phone.
    """
    if not share:
        return dict(lists)
    kept, apart = dict(lists), []
    for name in CALL_LISTS:
        if name in lists:
            drawn = withheld(lists[name]["vin"], plan_year=plan_year, share=share)
            kept[name] = lists[name][~drawn].reset_index(drop=True)
            apart.append(lists[name].loc[drawn, ["vin"]].assign(listed_in=text(f"list.{name}", language)))
    rows = pd.concat(apart, ignore_index=True) if apart else pd.DataFrame(columns=["vin", "listed_in"])
    return {**kept, "holdout": rows.assign(reason=text("list_reason.holdout", language, year=plan_year))}
