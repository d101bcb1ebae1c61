"""Who answers for what, by name: a person of the staff where the tables name one, else the role."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, group_label, text
from csanalysis.chapters.work_lists.call_plan import callers_of
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def callers(params: Params, tables: Tables) -> list[str]:
    """The call plan's callers by name, in the order of the staff; none where the department calls."""
    department = text("list_owner.customer_service", params.language)
    return [name for name in callers_of(params, tables)["owner"] if name != department]


def named_caller(params: Params, tables: Tables, language: Language) -> str:
    """The first of the callers with their role; the department where nobody is named."""
    if not (names := callers(params, tables)):
        return text("owner.customer_service", language)
    return text("signed.person", language, name=names[0], role=group_label("role", "agent", language))


def item_owner(tables: Tables, programme: str, item: str, language: Language) -> str:
    """Who mends an item: the owner of its last action, else the department of the programme."""
    actions = tables.get("actions")
    if actions is not None:
        own = actions[(actions["item_code"] == item) & actions["owner"].notna()]
        if len(own):
            return str(own.sort_values("start_date", kind="stable")["owner"].iloc[-1])
    return text("owner.sales" if programme in {"css", "ssi"} else "owner.service", language)
