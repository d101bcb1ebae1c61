"""A dealership's own customers and vehicles: their names, numbers and codes, found in any writing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from csanalysis.privacy.looks import Span
from csanalysis.privacy.normalising import Normal, normalised, plainly

GAPS = " .·・•‧∙-_—–'’"
"""What may stand between the letters of a name or the digits of a number, and say nothing."""

_SQUEEZED = str.maketrans("", "", GAPS)
_LATIN = re.compile(r"[A-Z0-9]")
_PLAIN_HAN = re.compile("[\u4e00-\u9fa5]+")


@dataclass(frozen=True)
class Owners:
    """What tells whose a row is, in capitals without gaps: ``names``, and ``codes`` by kind.

    Codes are VINs and their last eight signs, plates with and without their province, and ids of customers.
    """

    names: frozenset[str] = frozenset()
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def _of_length(self) -> list[tuple[int, str, frozenset[str]]]:
        known = {**self.codes, "name": self.names}
        return [
            (size, kind, frozenset(word for word in words if len(word) == size))
            for kind, words in known.items()
            for size in sorted({len(word) for word in words})
        ]

    def found_in(self, normal: Normal) -> Iterator[tuple[str, Span]]:
        """Kind and place, in the normalised text, of each name and code; a Latin one is a word of its own."""
        places = [place for place, letter in enumerate(normal.text) if letter not in GAPS]
        text = "".join(normal.text[place] for place in places)
        for size, kind, words in self._of_length:
            for start in range(len(text) - size + 1):
                if text[start : start + size] in words:
                    span = places[start], places[start + size - 1] + 1
                    if not _goes_on(normal.text, span):
                        yield kind, span


def owners_in(tables: Mapping[str, pd.DataFrame]) -> Owners:
    """The owners that the clean tables of a dealership know of."""
    names, plates, ids = set[str](), set[str](), set[str]()
    for table in ("customers", "leads"):
        if (people := tables.get(table)) is not None:
            names |= {squeezed(name) for name in people["name"].dropna().unique()}
            ids |= {squeezed(number) for number in people["customer_id"].dropna().unique()}
    vins = {
        vin
        for name in ("vehicle_sales", "service_visits")
        if name in tables
        for vin in tables[name]["vin"].unique()
    }
    if (visits := tables.get("service_visits")) is not None:
        plates = {squeezed(plate) for plate in visits["plate"].dropna().unique()}
    plates |= {plate[1:] for plate in plates if len(plate) >= 6}
    codes = {
        "vin": {str(vin).upper() for vin in vins}
        | {str(vin).upper()[-8:] for vin in vins if len(str(vin)) == 17},
        "plate": plates,
        "customer_id": {number for number in ids if not number.isdigit() or len(number) >= 7},
    }
    telling = {kind: frozenset(word for word in words if _tells(word)) for kind, words in codes.items()}
    return Owners(frozenset(name for name in names if len(name) > 1), telling)


def squeezed(written: str) -> str:
    """A name or code in capitals, without gaps."""
    if _PLAIN_HAN.fullmatch(written):
        return written
    if written.isascii():
        return written.upper().translate(_SQUEEZED)
    return normalised(plainly(written)).text.translate(_SQUEEZED)


def _tells(code: str) -> bool:
    """``V1`` could be anything, and a word is no code."""
    return len(code) >= 5 and not code.isalpha()


def _goes_on(text: str, span: Span) -> bool:
    """Whether a Latin letter or digit before or after makes what was found part of another word."""
    start, end = span
    before, after = text[start - 1 : start], text[end : end + 1]
    return bool(
        (_LATIN.match(text[start]) and _LATIN.match(before))
        or (_LATIN.match(text[end - 1]) and _LATIN.match(after))
    )
