"""Each group of sheets given a table, each table its sheets, and what remains told."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd

from csanalysis.errors import IngestError
from csanalysis.ingest.header import find_header
from csanalysis.ingest.recognise.columns import ColumnGuess
from csanalysis.ingest.recognise.drafts import Draft, combined, drafted
from csanalysis.ingest.recognise.facts import StoreFacts, store_facts
from csanalysis.ingest.recognise.pages import Folder, Group, read_folder
from csanalysis.ingest.recognise.paths import paths_of
from csanalysis.ingest.recognise.questions import Question, questions
from csanalysis.ingest.recognise.tables import Candidate, candidates
from csanalysis.ingest.recognise.telling import claimed_twice, lacking, left_over, nothing
from csanalysis.messages import Message, placed
from csanalysis.schema import TABLES
from csanalysis.schema.calendar_table import CALENDAR, CALENDAR_HEADS
from csanalysis.schema.frames import use_python_strings

_NEARLY = 0.85  # of the best score, for a second table to be thought of
_LINKED = 0.5
_IDS = {"vin": ("vehicle_sales", "service_visits"), "ro_number": ("service_visits",),
        "customer_id": ("customers", "vehicle_sales")}  # fmt: skip


@dataclass
class Proposal:
    """What a folder's exports are taken to be, what is asked, and what could not be used."""

    drafts: list[Draft]
    notes: list[Message] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    language: str = "zh"
    today: date = field(default_factory=date.today)
    calendar: str = ""

    @property
    def facts(self) -> StoreFacts:
        """What the exports tell of the store, as far as they can be read."""
        return store_facts(self.drafts, self.language, self.today)

    @property
    def questions(self) -> list[Question]:
        """What the exports leave open."""
        return [question for draft in self.drafts for question in questions(draft)]


def recognise(folder: Path, *, base: Path, language: str = "", today: date | None = None) -> Proposal:
    """What the exports of a folder are.

    Parameters
    ----------
    folder : path
        The folder; folders in it are looked at as well.
    base : path
        The folder that paths are written from.
    language : str
        ``zh`` or ``en``; none is that of most headers.
    today : date, optional
        Days after it are mistyped.

    Raises
    ------
    IngestError
        No such folder, nothing in it that can be read, or no sales ledger or repair orders: a line for each
        reason.
    """
    use_python_strings()
    if not folder.is_dir():
        raise IngestError(
            Message("{folder}: is no folder; name the one with the exports",
                    "{folder}：不是文件夹；请写存放导出文件的文件夹", folder=folder)
        )  # fmt: skip
    found = read_folder(folder)
    if not found.groups:
        raise IngestError(nothing(folder, found))
    language = language or _language(found)
    notes: list[Message] = list(found.unreadable)
    options = {id(group): candidates(group) for group in found.groups}
    drafts = _assigned(found.groups, options, notes)
    drafts = _linked(found.groups, options, drafts, notes)
    _answers(found, drafts, base)
    for draft in drafts:
        _place(draft, found, base)
    drafts.sort(key=lambda draft: list(TABLES).index(draft.table))
    calendar = _calendar(found, drafts)
    notes += left_over(found, drafts, options, calendar)
    if problems := lacking(drafts):
        raise IngestError([placed(folder, line) for line in [*problems, *notes]])
    calendars = paths_of([calendar], base) if calendar else [""]
    return Proposal(drafts, notes, found.hidden, language, today or date.today(), calendars[0])


def _language(found: Folder) -> str:
    headers = [header for group in found.groups for header in group.headers]
    chinese = sum(any("\u4e00" <= sign <= "\u9fff" for sign in header) for header in headers)
    return "zh" if 2 * chinese >= len(headers) else "en"


def _assigned(
    groups: Sequence[Group], options: dict[int, list[Candidate]], notes: list[Message]
) -> list[Draft]:
    """The best table for each group, the surest first; two groups of one table as one source if possible."""
    order = sorted(
        (group for group in groups if options[id(group)] and not options[id(group)][0].lacking),
        key=lambda group: -options[id(group)][0].score,
    )
    found: dict[str, Draft] = {}
    for group in order:
        best = options[id(group)][0]
        near = [c for c in options[id(group)] if not c.lacking and c.score >= _NEARLY * best.score]
        free = next((candidate for candidate in near if candidate.table not in found), None)
        if best.table not in found:
            found[best.table] = drafted([best])
        elif (both := combined(found[best.table], best)) is not None:
            found[best.table] = both
        elif free is not None:
            found[free.table] = drafted([free])
        else:
            notes.append(claimed_twice(best, found[best.table]))
    return list(found.values())


def _linked(
    groups: Sequence[Group],
    options: dict[int, list[Candidate]],
    drafts: list[Draft],
    notes: list[Message],
) -> list[Draft]:
    """Columns of ids found by their values, which stand in another table, and tables found by these."""
    ids = {name: _known_ids(name, tables, drafts) for name, tables in _IDS.items()}
    taken = {id(part.group) for draft in drafts for part in draft.parts}
    for draft in drafts:
        for part in draft.parts:
            if more := _by_values(part, ids):
                part.columns += more
                draft.source["columns"] |= {guess.header: guess.column for guess in more}
    for group in groups:
        if id(group) in taken:
            continue
        for candidate in options[id(group)]:
            if candidate.table in {draft.table for draft in drafts}:
                continue
            more = _by_values(candidate, ids)
            still = [name for name in candidate.lacking if name not in {guess.column for guess in more}]
            if more and not still:
                drafts.append(drafted([replace(candidate, columns=candidate.columns + more, lacking=[])]))
                break
    return drafts


def _known_ids(name: str, tables: Sequence[str], drafts: Sequence[Draft]) -> set[str]:
    return {
        value
        for draft in drafts
        if draft.table in tables and draft.reading is not None
        for value in draft.reading.frame[name].dropna()
    }


def _by_values(candidate: Candidate, ids: dict[str, set[str]]) -> list[ColumnGuess]:
    """Unused headers whose values are ids of another table."""
    table = TABLES[candidate.table]
    used, present = set(candidate.named), set(candidate.named.values())
    found = []
    for name, known in ids.items():
        if name not in table.by_name or name in present or not known or candidate.table in _IDS[name]:
            continue
        for header in candidate.shapes:
            if header in used:
                continue
            values = pd.Series(candidate.group.data[header].dropna().unique()[:2000], dtype="str")
            if len(values) >= 3 and values.str.strip().isin(known).mean() >= _LINKED:
                found.append(ColumnGuess(header, name, 0.8))
                used.add(header)
                break
    return found


def _answers(found: Folder, drafts: list[Draft], base: Path) -> None:
    """Our own work lists, filled in, are contacts."""
    if not found.answers:
        return
    paths = paths_of(found.answers, base)
    contacts = next((draft for draft in drafts if draft.table == "contacts"), None)
    if contacts is None:
        drafts.append(Draft("contacts", [], {"path": paths}))
    else:
        contacts.source["path"] = [*contacts.source.get("path", []), *paths]


def _place(draft: Draft, found: Folder, base: Path) -> None:
    """Where the sheets of a table lie; sheets are named where others of the workbook hold other tables."""
    if not draft.parts:
        return
    pages = [page for part in draft.parts for page in part.group.pages]
    files = draft.files
    draft.source["path"] = [*paths_of(files, base), *draft.source.get("path", [])]
    ours = {(page.file, page.sheet.name) for page in pages}
    others = {
        (page.file, page.sheet.name) for group in found.groups for page in group.pages if page.file in files
    } - ours
    if others:
        draft.source["sheet"] = list(dict.fromkeys(page.sheet.name for page in pages))


def _calendar(found: Folder, drafts: Sequence[Draft]) -> Path | None:
    """The file that holds a calendar of events, and no table."""
    taken = {file for draft in drafts for file in draft.files}
    for group in found.groups:
        for page in group.pages:
            header = find_header(page.sheet, CALENDAR, CALENDAR_HEADS)
            if page.file not in taken and header and {"event", "budget"} <= set(header.columns):
                return page.file
    return None
