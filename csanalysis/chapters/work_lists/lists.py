"""The sheets of ``lists.xlsx``: the lists that the subjects declare, in order."""

from csanalysis.chapters.customer_base.lists import (
    ALLOCATION,
    CONTACT_WINDOW,
    MARGINAL,
    SERVICE_DUE,
    WIN_BACK,
)
from csanalysis.chapters.first_service.lists import FIRST_SERVICE_INVITATIONS
from csanalysis.chapters.satisfaction.lists import RECTIFICATION
from csanalysis.chapters.upsell.lists import DECLINED_C_ITEMS, DECLINED_ITEMS
from csanalysis.chapters.value.lists_key_customers import KEY_CUSTOMERS
from csanalysis.chapters.value.lists_opportunities import DEFEATED_LEADS, INSURANCE_DUE, TRADE_IN
from csanalysis.display.lists.worklist import WorkList

HOLDOUT = WorkList("holdout", ("vin", "listed_in", "reason"), answers=())
"""Whom not to call, from every list that lends itself to a holdout; it names no customer and no phone."""

LISTS = (
    FIRST_SERVICE_INVITATIONS,
    SERVICE_DUE,
    CONTACT_WINDOW,
    MARGINAL,
    WIN_BACK,
    DECLINED_ITEMS,
    DECLINED_C_ITEMS,
    KEY_CUSTOMERS,
    DEFEATED_LEADS,
    TRADE_IN,
    INSURANCE_DUE,
    ALLOCATION,
    RECTIFICATION,
    HOLDOUT,
)
"""In order of their sheets. Of two moves that bring as much for a call the first keeps a case of both."""


def list_named(name: str) -> WorkList | None:
    """The list of a name; None for what is no list."""
    return next((each for each in LISTS if each.name == name), None)
