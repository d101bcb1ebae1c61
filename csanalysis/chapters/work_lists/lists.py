"""The reasons to call and the other sheets of ``lists.xlsx`` that the subjects declare, in order."""

from csanalysis.chapters.business.lists import PACKAGE_ENDING, WARRANTY_ENDING
from csanalysis.chapters.churn.lists import BULLETIN_GAP
from csanalysis.chapters.customer_base.lists import (
    ALLOCATION,
    CONTACT_WINDOW,
    MARGINAL,
    SERVICE_DUE,
    WIN_BACK,
)
from csanalysis.chapters.first_service.lists import FIRST_SERVICE_INVITATIONS
from csanalysis.chapters.information.lists import POST_SALE, POST_SERVICE
from csanalysis.chapters.satisfaction.lists import RECTIFICATION
from csanalysis.chapters.upsell.lists import DECLINED_C_ITEMS, DECLINED_ITEMS
from csanalysis.chapters.value.lists_key_customers import KEY_CUSTOMERS
from csanalysis.chapters.value.lists_opportunities import DEFEATED_LEADS, INSURANCE_DUE, TRADE_IN
from csanalysis.display.lists.worklist import WorkList

HOLDOUT = WorkList("holdout", ("vin", "listed_in", "reason"), answers=())
"""Whom not to call, from every list that lends itself to a holdout; it names no customer and no phone."""

CALL_LISTS = (
    KEY_CUSTOMERS,
    POST_SALE,
    POST_SERVICE,
    FIRST_SERVICE_INVITATIONS,
    INSURANCE_DUE,
    WARRANTY_ENDING,
    PACKAGE_ENDING,
    SERVICE_DUE,
    CONTACT_WINDOW,
    MARGINAL,
    WIN_BACK,
    DECLINED_ITEMS,
    DECLINED_C_ITEMS,
    DEFEATED_LEADS,
    TRADE_IN,
)
"""Duties in the order in which they are called, then what is worth calling for. Of two reasons that bring as
much for a call the first keeps the case."""

SHEETS = (ALLOCATION, RECTIFICATION, BULLETIN_GAP)
"""What stands in the workbook beside the calls."""

LISTS = (*CALL_LISTS, *SHEETS, HOLDOUT)


def list_named(name: str) -> WorkList | None:
    """The list of a name; None for what is no list."""
    return next((each for each in LISTS if each.name == name), None)
