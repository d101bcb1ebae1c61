"""The profile of a store's exports: what ``csanalysis check`` says beside what keeps them from being read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from csanalysis.ingest.profile.links import Link, links
from csanalysis.ingest.profile.mending import Problem, params_to_paste, problems_of_rows
from csanalysis.ingest.profile.months import Months, months_of_rows
from csanalysis.ingest.profile.numbers import Numbers, numbers
from csanalysis.ingest.soundness import Judged, judged, linked_first_services
from csanalysis.schema import REQUIRED_TABLES, TABLES

if TYPE_CHECKING:
    from csanalysis.ingest.store import Store


@dataclass(frozen=True)
class Profile:
    """What the exports look like.

    ``months`` by dated table; ``first_services`` are those linked to the ledger and all; ``service_mix`` rows
    by type; ``paste`` is YAML for the params.
    """

    months: dict[str, Months]
    links: list[Link]
    first_services: tuple[int, int]
    numbers: list[Numbers]
    service_mix: dict[str, int]
    problems: list[Problem]
    paste: str
    judged: Judged

    def plain(self) -> dict[str, Any]:
        """The same as JSON-ready data."""
        plain = asdict(self)
        for months in plain["months"].values():
            months["last_day"] = months["last_day"].isoformat()
        plain["refused"] = [asdict(finding) for finding in self.judged.refused]
        plain["accepted"] = [asdict(finding) | {"reason": reason} for finding, reason in self.judged.accepted]
        del plain["judged"]
        return plain


def profile(store: "Store") -> Profile:
    """The profile of what could be read of a store's exports."""
    months = {}
    for name, frame in store.tables.items():
        dated_by = TABLES[name].dated_by
        if not dated_by:
            continue
        is_month = TABLES[name].by_name[dated_by].kind == "month"
        if found := months_of_rows(frame[dated_by], store.params.as_of, whole_months=is_month):
            months[name] = found
    both = all(name in store.tables for name in REQUIRED_TABLES)
    mix: Mapping[Any, int] = (
        store.tables["service_visits"]["service_type"].value_counts().to_dict()
        if "service_visits" in store.tables
        else {}
    )
    return Profile(
        months,
        links(store.as_read),
        linked_first_services(store.tables) if both else (0, 0),
        numbers(store.tables),
        {str(kind): int(count) for kind, count in mix.items()},
        problems_of_rows(store),
        params_to_paste(store),
        judged(store),
    )
