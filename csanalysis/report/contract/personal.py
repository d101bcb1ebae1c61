"""Personal data and other stores' names, found by their look and by the dealership's own values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

import pandas as pd

import csanalysis
from csanalysis.params import Params
from csanalysis.privacy.looks import LOOKS, is_one
from csanalysis.privacy.normalising import plainly
from csanalysis.privacy.sharing import spoken_words
from csanalysis.report.contract.breach import Breach, masked
from csanalysis.report.contract.places import Pieces, Place, pieces
from csanalysis.report.notebook.cells import notebook_folder

_ANY_LOOK = re.compile(
    "|".join(f"(?{'a' if look.flags & re.ASCII else 'u'}:{look.pattern})" for look in LOOKS.values())
)
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+(?:[·•・∙‧][\u3400-\u9fff\U00020000-\U0003ffff]+)*")
_LATIN_WORDS = re.compile(r"[A-Z][\w'’-]*(?: [A-Z][\w'’.-]*)+")
_LONG_NUMBER = re.compile(r"(?<![A-Za-z0-9_])(?<!\d\.)(?<!,)\+?\d[\d ()./-]{5,}\d(?![A-Za-z0-9_,])")
_DOTS = str.maketrans("", "", "·•・∙‧")


@dataclass(frozen=True)
class Private:
    """What must not show: customers' ``names``, ``numbers`` (phones, digits only) and ``vins``.

    ``params_text`` is what the params say themselves, such as whom a report is sent to. A customer who is
    called like a word of the program, or one that the ``tables`` use again and again, is not given away.
    """

    names: frozenset[str]
    numbers: frozenset[str]
    vins: frozenset[str]
    params_text: str = ""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def longest(self) -> int:
        """Letters of the longest Chinese name."""
        return max((len(name) for name in self.names if _HAN.fullmatch(name)), default=0)

    def allows(self, kind: str, found: str) -> bool:
        """Whether what was found is no secret after all."""
        if found in self.params_text:
            return True
        return kind == "name" and (found in own_words_plainly() or found in self._spoken)

    @cached_property
    def _spoken(self) -> str:
        """Counted over all tables, and so only where a name was found that no word of the program is."""
        return plainly(spoken_words(self.tables))


def private_values(params: Params, tables: Mapping[str, pd.DataFrame]) -> Private:
    """The personal data in a dealership's clean tables; whoever the params name is no secret."""
    names, numbers = set[str](), set[str]()
    for table in ("customers", "leads"):
        if (people := tables.get(table)) is not None:
            names |= {plainly(name).translate(_DOTS) for name in people["name"].dropna().unique()}
            digits = people["phone"].dropna().str.replace(r"\D", "", regex=True)
            numbers |= {number for number in digits.unique() if len(number) >= 7}
    vins = {
        vin
        for name in ("vehicle_sales", "service_visits")
        if name in tables
        for vin in tables[name]["vin"].unique()
    }
    names = {name for name in names if len(name) > 1}
    said = plainly(params.model_dump_json(exclude={"notes"}))
    return Private(frozenset(names), frozenset(numbers), frozenset(vins), said, tables)


def personal_data(places: Iterable[Place], private: Private) -> list[Breach]:
    """A breach for each place that holds a name, a number, a VIN or a plate."""
    secrets = cache(lambda text: sorted(_secrets(text, private)))  # a report says many things many times
    return [
        Breach(f"personal_{kind}", veiled(where, private), masked(found))
        for where, text in places
        for kind, found in secrets(text)
    ]


def may_be_personal(said: Pieces, private: Private) -> bool:
    """Whether :func:`personal_data` can find anything: all that is said is looked through at once."""
    names = {part.strip() for part in pieces(private.names)} - {""}
    alone = {plainly(piece).strip() for piece in said} & names
    return not all(private.allows("name", name) for name in alone) or bool(_secrets("\n".join(said), private))


def other_stores(
    places: Iterable[Place], params: Params, others: Sequence[tuple[str, str]], *, lies_in: str = ""
) -> list[Breach]:
    """A breach for each place that names another dealership, by ``(id, name)``.

    ``lies_in`` are the paths of this one's own files, which run.json and the notebooks name: a folder may be
    called like a store.
    """
    own = f"{params.dealership.model_dump_json()} {lies_in}".casefold()
    names = {name for pair in others for name in pair if name and name.casefold() not in own}
    names = {name for name in names if name.casefold() not in own_words_folded()}
    if not names:
        return []
    any_of = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![A-Za-z0-9_-])(?:{any_of})(?![A-Za-z0-9_-])", re.IGNORECASE)
    return [
        Breach("other_store", where, found)
        for where, text in places
        for found in sorted(set(pattern.findall(text)))
    ]


def may_be_named(said: Pieces, others: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the ``others`` whose id or name stands somewhere, be it within a word.

    A report knows of thousands, and hardly ever names one: :func:`other_stores` need not look for the rest.
    """
    text = "\n".join(said).lower()
    beside = {*pairwise(text)}
    return [
        pair
        for pair in others
        if any(
            part and beside.issuperset(pairwise(part)) and part in text  # the letters first: far quicker
            for part in pieces(map(str.lower, pair))
        )
    ]


def _secrets(text: str, private: Private) -> set[tuple[str, str]]:
    text = plainly(text)
    found = {*_looks(text), *_own(text, private)}
    return {(kind, seen) for kind, seen in found if not private.allows(kind, seen)}


def veiled(text: str, private: Private) -> str:
    """``text`` with all but the ends of what is personal in it hidden; a figure's title may tell it, too."""
    found = sorted({seen for _, seen in _secrets(text, private)}, key=len, reverse=True)
    for seen in found:
        text = (text if seen in text else plainly(text)).replace(seen, masked(seen))
    return text


def _looks(text: str) -> set[tuple[str, str]]:
    if not _ANY_LOOK.search(text):
        return set()
    found = {(kind, match.group()) for kind, look in LOOKS.items() for match in look.finditer(text)}
    return {(kind, seen) for kind, seen in found if is_one(kind, seen)}


def _own(text: str, private: Private) -> set[tuple[str, str]]:
    found = {("name", name) for name in _names_in(text, private)}
    for match in _LONG_NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if digits in private.numbers or digits.removeprefix("86") in private.numbers:
            found.add(("phone", match.group()))
    return found | {("vin", word) for word in re.findall(r"[A-Za-z0-9]{6,}", text) if word in private.vins}


def _names_in(text: str, private: Private) -> set[str]:
    if text.strip() in private.names:
        return {text.strip()}
    parts = {
        run[start : start + size]
        for run in {run.translate(_DOTS) for run in _HAN.findall(text)}
        for size in range(2, private.longest + 1)
        for start in range(len(run) - size + 1)
    }
    for run in set(_LATIN_WORDS.findall(text)):
        words = run.split(" ")
        parts |= {
            " ".join(words[start : start + size])
            for size in range(2, 5)
            for start in range(len(words) - size + 1)
        }
    return parts & private.names


@cache
def own_words() -> str:
    """All that the program itself can say, in both languages."""
    package = Path(csanalysis.__file__).parent
    files = [
        path for pattern in ("**/*.yml", "**/*.j2", "schema/*.py") for path in sorted(package.glob(pattern))
    ]
    files += sorted(notebook_folder().glob("*.ipynb"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@cache
def own_words_folded() -> str:
    """:func:`own_words` without regard to capitals."""
    return own_words().casefold()


@cache
def own_words_plainly() -> str:
    """:func:`own_words` as :func:`~csanalysis.privacy.normalising.plainly` reads them."""
    return plainly(own_words())
