"""Personal data and other stores' names, found by their look and by the dealership's own values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

import csanalysis
from csanalysis.params import Params
from csanalysis.report.contract.breach import Breach, masked
from csanalysis.report.contract.places import Place
from csanalysis.report.notebook.cells import notebook_folder

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# Chinese stands beside a number without a space, and a full stop may follow it: only a Latin letter, a digit
# or decimals make it part of something else.
_BEFORE, _AFTER = r"(?<![A-Za-z0-9_])(?<!\d\.)", r"(?![A-Za-z0-9_])(?!\.\d)"
LOOKS = {
    "phone": re.compile(rf"{_BEFORE}(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}{_AFTER}"),
    "vin": re.compile(r"\b[A-HJ-NPR-Z0-9]{17}\b", re.ASCII),
    "plate": re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][·・ -]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Za-z0-9])"),
    "identity_number": re.compile(rf"{_BEFORE}[1-9]\d{{5}}(?:19|20)\d{{9}}[\dXx]{_AFTER}"),
    "email": re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
}
"""What personal data look like, whosever they are."""

_ANY_LOOK = re.compile(
    "|".join(f"(?{'a' if look.flags & re.ASCII else 'u'}:{look.pattern})" for look in LOOKS.values())
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_WORDS = re.compile(r"[A-Z][\w'’-]*(?: [A-Z][\w'’.-]*)+")
_LONG_NUMBER = re.compile(rf"{_BEFORE}(?<!,)\+?\d[\d ()./-]{{5,}}\d(?![A-Za-z0-9_,])")
_COMMON = 20
"""A word in so many rows of the exports is vocabulary, or a member of staff, and no customer."""

_OF_SEVERAL = 3
"""So is one that is said of so many vehicles: 马力不足 is a reason, though a Mr 马力 is a customer."""


@dataclass(frozen=True)
class Private:
    """What must not show: customers' ``names``, ``numbers`` (phones, digits only) and ``vins``.

    ``params_text`` is what the params say themselves, such as whom a report is sent to. ``spoken`` are the
    words of the exports and of the program: a customer who is called like one of these is not given away.
    """

    names: frozenset[str]
    numbers: frozenset[str]
    vins: frozenset[str]
    params_text: str = ""
    spoken: str = ""

    @cached_property
    def longest(self) -> int:
        """Letters of the longest Chinese name."""
        return max((len(name) for name in self.names if _HAN.fullmatch(name)), default=0)

    def allows(self, kind: str, found: str) -> bool:
        """Whether what was found is no secret after all."""
        return found in self.params_text or (kind == "name" and found in self.spoken)


def private_values(params: Params, tables: Mapping[str, pd.DataFrame]) -> Private:
    """The personal data in a dealership's clean tables; whoever the params name is no secret."""
    names, numbers = set[str](), set[str]()
    for table in ("customers", "leads"):
        if (people := tables.get(table)) is not None:
            names |= {name for name in people["name"].dropna().unique() if len(name) > 1}
            digits = people["phone"].dropna().str.replace(r"\D", "", regex=True)
            numbers |= {number for number in digits.unique() if len(number) >= 7}
    vins = {
        vin
        for name in ("vehicle_sales", "service_visits")
        if name in tables
        for vin in tables[name]["vin"].unique()
    }
    spoken = f"{_spoken(tables)}\n{own_words()}" if names else ""
    return Private(frozenset(names), frozenset(numbers), frozenset(vins), params.model_dump_json(), spoken)


def personal_data(places: Iterable[Place], private: Private) -> list[Breach]:
    """A breach for each place that holds a name, a number, a VIN or a plate."""
    secrets = cache(lambda text: sorted(_secrets(text, private)))  # a report says many things many times
    return [
        Breach(f"personal_{kind}", _veiled(where, private), masked(found))
        for where, text in places
        for kind, found in secrets(text)
    ]


def other_stores(
    places: Iterable[Place], params: Params, others: Sequence[tuple[str, str]], *, lies_in: str = ""
) -> list[Breach]:
    """A breach for each place that names another dealership, by ``(id, name)``.

    ``lies_in`` are the paths of this one's own files, which run.json and the notebooks name: a folder may be
    called like a store.
    """
    own = f"{params.dealership.model_dump_json()} {lies_in} {own_words()}".casefold()
    names = {name for pair in others for name in pair if name and name.casefold() not in own}
    if not names:
        return []
    any_of = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![A-Za-z0-9_-])(?:{any_of})(?![A-Za-z0-9_-])", re.IGNORECASE)
    return [
        Breach("other_store", where, found)
        for where, text in places
        for found in sorted(set(pattern.findall(text)))
    ]


def _secrets(text: str, private: Private) -> set[tuple[str, str]]:
    found = {*_looks(text), *_own(text, private)}
    return {(kind, seen) for kind, seen in found if not private.allows(kind, seen)}


def _veiled(where: str, private: Private) -> str:
    """A figure's title may itself tell what must not be told."""
    for _, found in _secrets(where, private):
        where = where.replace(found, masked(found))
    return where


def _looks(text: str) -> set[tuple[str, str]]:
    if not _ANY_LOOK.search(text):
        return set()
    found = {(kind, match.group()) for kind, look in LOOKS.items() for match in look.finditer(text)}
    # Seventeen digits or letters alone are an amount or a word.
    return {(kind, seen) for kind, seen in found if kind != "vin" or not (seen.isdigit() or seen.isalpha())}


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
        for run in set(_HAN.findall(text))
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


def _spoken(tables: Mapping[str, pd.DataFrame]) -> str:
    """The words that the exports use again and again, and the staff: none of them gives a customer away."""
    words: set[str] = set()
    if (staff := tables.get("staff")) is not None:
        words |= set(staff["staff"].dropna())
    for name, table in tables.items():
        for column in map(str, table.columns):
            if not pd.api.types.is_string_dtype(table[column]):
                continue
            if not column.endswith("_id") and (name != "customers" or column not in ("name", "phone")):
                counts = table[column].value_counts(sort=False)
                words |= set(counts.index[counts >= _COMMON])
                if (whose := _whose(table, tables)) is not None:
                    several = whose.groupby(table[column]).nunique()
                    words |= set(several.index[several >= _OF_SEVERAL])
    return "\n".join(sorted(words))


def _whose(table: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    """The vehicle, or else the customer, that each row is about; None where rows are about none."""
    for column in ("vin", "customer_id"):
        if column in table:
            return table[column]
    if "ro_number" in table and "service_visits" in tables:
        return table["ro_number"].map(tables["service_visits"].set_index("ro_number")["vin"])
    return None


@cache
def own_words() -> str:
    """All that the program itself can say, in both languages."""
    package = Path(csanalysis.__file__).parent
    files = [
        path for pattern in ("**/*.yml", "**/*.j2", "schema/*.py") for path in sorted(package.glob(pattern))
    ]
    files += sorted(notebook_folder().glob("*.ipynb"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)
