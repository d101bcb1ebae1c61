"""Whose report it is, and where its messages go, even where the rest of the params file is broken."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from csanalysis.catalogue import Language
from csanalysis.errors import ParamsError
from csanalysis.params import read_params
from csanalysis.params.delivery import Delivery
from csanalysis.params.language import language_of
from csanalysis.params.reading import salvaged


@dataclass(frozen=True)
class Addressee:
    """A store and the places its messages go to; ``delivery`` is None where the params name none."""

    dealership: str
    store: str
    language: Language
    delivery: Delivery | None


def addressee_of(params_file: Path) -> Addressee:
    """Read from the params file; from its ``delivery`` alone where the file has problems elsewhere.

    A failure that nobody hears of because the params broke would defeat the list for failures.
    """
    try:
        params = read_params(params_file)
    except ParamsError:
        return _salvaged(params_file)
    return Addressee(params.dealership.id, params.dealership.title, params.language, params.delivery)


def _salvaged(params_file: Path) -> Addressee:
    data = salvaged(params_file)
    try:
        delivery = Delivery.model_validate(data["delivery"]) if data.get("delivery") else None
    except ValidationError:
        delivery = None
    dealership = data.get("dealership")
    entries: dict[str, Any] = dealership if isinstance(dealership, dict) else {}
    short = str(entries.get("id") or params_file.stem)
    return Addressee(short, str(entries.get("name") or short), language_of(params_file), delivery)
