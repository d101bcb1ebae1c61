"""The clean tables as a report may show them: nothing personal, and categories of what customers said.

A column of free text (:attr:`csanalysis.schema.Column.free`: why something was declined or lost, what a
complaint is about) is published as its categories: the values that :data:`sharing.OF_SEVERAL` different
customers share, or that the params list. What fewer say is counted as ``other``. Of a column that has at most
:data:`FEW_WORDS` different values a short one is a category too, however few say it, unless it holds a digit
or could name somebody: that is the vocabulary of a small store, not free text.

In every other column that is published, such as items and names of campaigns, a value keeps its words, and
what looks personal in it is masked.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial

import pandas as pd

from csanalysis.json_files import parsed_json
from csanalysis.legible import is_legible, legible
from csanalysis.privacy.looks import MASK, Span, covered, looks_in, may_name_somebody, sure_looks_in
from csanalysis.privacy.normalising import Normal, normalised
from csanalysis.privacy.owners import Owners, owners_in
from csanalysis.privacy.sharing import shared_values, spoken_words, whose
from csanalysis.schema import TABLES, Column

OTHER = "other"
FEW_WORDS = 12
SHORT, SHORT_LATIN = 8, 30
"""Signs of a short value, Chinese or Latin."""

PRIVATE = frozenset({"name", "phone", "customer_name", "customer_phone", "plate"})
"""Columns that are nobody's to publish; of ``campaigns`` the name is."""

STAFF = frozenset(
    {"advisor", "team", "technician", "sales_consultant", "staff", "agent", "owner", "confirmed_by"}
    | {"followed_up_by", "reactivated_by", "role"}
)
"""Columns that name the store's own people, who may be called 张经理."""

CODES = ("item_code", "campaign_id", "action_id")
"""Ids that are published; each stays different from the others."""

_SURE = frozenset({"phone", "number", "vin", "plate", "identity_number", "card", "email", "customer_id"})
"""Kinds that are masked in whatever many share, too."""

_OTHERS = ("其他", "其它", "other", "Other", "others")
_RARE = re.compile(r"[^\x00-\u024f\u2010-\u2027\u3000-\u303f\u4e00-\u9fa5\uff00-\uffef]")
_LATIN_NAME = re.compile(r"\b[A-Z][a-z'’]+ [A-Z][\w'’]+")


@dataclass
class Hidden:
    """Cells of one table by column: ``masked`` in part, and counted ``as_other`` than what they say."""

    masked: dict[str, int] = field(default_factory=dict)
    as_other: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Gate:
    """What lets a text through: the store's ``owners``, its ``tables`` and what its params say themselves."""

    owners: Owners
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    params_text: str = ""

    @cached_property
    def spoken(self) -> str:
        """Words that many share; a customer who is called like one of them is not given away."""
        return spoken_words(self.tables)

    def spans(self, normal: Normal, text: str, *, shared: bool = False, staff: bool = False) -> list[Span]:
        """The parts of a text, by places in ``text``, that must not be published.

        ``shared`` text keeps names and addresses: that many say them makes them no secret. So does text that
        names ``staff``, but for the names of customers.
        """
        looks = [found for found in looks_in(normal) if found[0] in _SURE or not (shared or staff)]
        own = [found for found in self.owners.found_in(normal) if found[0] in _SURE or not shared]
        return self._kept_back((*looks, *own), normal, text)

    def _kept_back(self, found: Iterable[tuple[str, Span]], normal: Normal, text: str) -> list[Span]:
        kept = []
        for kind, place in found:
            span = normal.written(place)
            said = text[slice(*span)]
            if said in self.params_text or (kind == "name" and said in self.spoken):
                continue
            kept.append(span)
        return kept

    def told(self, cell: str, word: bool = False) -> str:
        """A cell that was set aside, masked: an unreadable date keeps its digits, a ``word`` only a few."""
        normal = normalised(cell)
        looks = [found for found in looks_in(normal) if word or found[0] != "number"]
        found = (*sure_looks_in(normal), *looks, *self.owners.found_in(normal))
        spans = self._kept_back(found, normal, cell)
        return covered(cell, spans) if spans else cell

    def sure(self, line: str) -> str:
        """A line that a person wrote, masked where it surely is personal: whom it names by office stays."""
        normal = normalised(line)
        spans = self._kept_back((*sure_looks_in(normal), *self.owners.found_in(normal)), normal, line)
        return covered(line, spans) if spans else line

    def masked(self, text: str, *, shared: bool = False, staff: bool = False) -> str:
        """``text`` with :data:`MASK` in place of all that is personal in it."""
        spans = self.spans(normalised(text), text, shared=shared, staff=staff)
        return covered(text, spans) if spans else text


def published(
    tables: Mapping[str, pd.DataFrame],
    *,
    params_text: str = "",
    listed: frozenset[str] = frozenset(),
    gate: Gate | None = None,
) -> tuple[dict[str, pd.DataFrame], dict[str, Hidden]]:
    """The tables with nothing personal in the columns that become labels, and how many cells that changed.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean tables.
    params_text : str
        What the params say: whom they name is no secret.
    listed : frozenset of str
        Words that the params list, which are categories however few use them.
    gate : Gate, optional
        That of these tables and params, where the caller has it and has made the tables legible.
    """
    if gate is None:
        tables = {name: legible_table(name, table) for name, table in tables.items()}
    gate = gate or Gate(owners_in(tables), tables, params_text)
    codes = _plain_codes(tables)
    found, hidden = dict(tables), dict[str, Hidden]()
    for name, table in tables.items():
        changed: dict[str, pd.Series] = {}
        told = Hidden()
        of = cache(partial(whose, table, tables))  # asked for only where something is to be hidden
        for column in _labels(name):
            if column.name not in table:
                continue
            values = table[column.name]
            shared = cache(partial(_shared, table, column.name, of))
            instead = codes if column.name in CODES else _instead(values, column, gate, shared, listed)
            if instead and (counts := values[values.isin(list(instead))].value_counts()).size:
                changed[column.name] = values.replace(instead).astype(values.dtype)
                _count(told, column.name, counts, instead)
        if changed:
            found[name] = table.assign(**changed)
            hidden[name] = told
    return found, hidden


def legible_table(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with every text as all files can hold it."""
    changed: dict[str, pd.Series] = {}
    for column in TABLES[name].columns:
        if column.kind == "text" and not column.vocabulary and column.name in table:
            values = table[column.name]
            words = [word for word in values.to_numpy(dtype=object) if isinstance(word, str)]
            if not is_legible("".join(words)):
                changed[column.name] = values.map(_legible_word, na_action="ignore").astype(values.dtype)
    return table.assign(**changed) if changed else table


def _labels(table: str) -> Iterator[Column]:
    """The columns of text that are published."""
    for column in TABLES[table].columns:
        private = column.name in PRIVATE and (table, column.name) != ("campaigns", "name")
        if (
            column.kind == "text"
            and not column.vocabulary
            and not private
            and (not column.is_id or column.name in CODES)
        ):
            yield column


def _shared(table: pd.DataFrame, column: str, of: Callable[[], pd.Series | None]) -> frozenset[str]:
    return frozenset(shared_values(table, column, of()))


def _instead(
    values: pd.Series,
    column: Column,
    gate: Gate,
    shared: Callable[[], frozenset[str]],
    listed: frozenset[str],
) -> dict[str, str]:
    """What is published in place of which values."""
    words = [str(word) for word in values.dropna().unique()]
    few = len(words) <= FEW_WORDS
    other = next((word for word in _OTHERS if word in words), OTHER)
    instead = dict[str, str]()
    for word in words:
        if word in listed or word == other:
            continue
        plain = gate.masked(word, staff=column.name in STAFF)
        if plain == word and (not column.free or (few and _is_category(word))):
            continue
        if word in shared():
            plain = gate.masked(word, shared=True)
        elif column.free:
            plain = other
        if plain != word:
            instead[word] = plain
    return instead


def _is_category(word: str) -> bool:
    """Whether a value is short, without digits, and names nobody as far as can be seen."""
    normal = normalised(word)
    if any(letter.isdigit() for letter in normal.text) or _RARE.search(word) or _LATIN_NAME.search(word):
        return False
    return len(word) <= (SHORT_LATIN if word.isascii() else SHORT) and not may_name_somebody(normal)


def _plain_codes(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """A number in place of each published id that is a phone, a VIN or the like."""
    codes = {
        str(code)
        for table in tables.values()
        for name in CODES
        if name in table
        for code in table[name].dropna().unique()
    }
    telling = sorted(code for code in codes if _has_look(code))
    return {code: f"{MASK}{number}" for number, code in enumerate(telling, start=1)}


def _has_look(code: str) -> bool:
    return any(True for _ in sure_looks_in(normalised(code)))


def _count(told: Hidden, column: str, counts: pd.Series, instead: Mapping[str, str]) -> None:
    other = sum(int(count) for word, count in counts.items() if instead[str(word)] in (*_OTHERS, OTHER))
    if other:
        told.as_other[column] = other
    if masked := int(counts.sum()) - other:
        told.masked[column] = masked


def words_listed(params_json: str) -> frozenset[str]:
    """Every string that the params hold, at any depth."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, str):
            found.add(node)
        elif isinstance(node, dict):
            found.update(map(str, node))
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(parsed_json(params_json))
    return frozenset(found)


def _legible_word(word: str) -> str:
    """A word as all files can hold it; of one that has nothing to show, a box stays."""
    return legible(word) or "□"
