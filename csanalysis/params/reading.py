"""Read a params file: every problem is listed with its line and the nearest known key."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from csanalysis.errors import ParamsError
from csanalysis.messages import Message, placed
from csanalysis.params.as_of import given_as_of
from csanalysis.params.calendar import event_problems
from csanalysis.params.described import described
from csanalysis.params.document import Loc, Problem, document_of, repeated_keys, text_of
from csanalysis.params.extending import ROSTER, Layers, Text, layers_of, merged, salvaged_layers
from csanalysis.params.model import Params
from csanalysis.params.sources import source_problems


def read_params(path: str | Path) -> Params:
    """The validated params of one file and those it extends, with the command's ``as_of``, if it gave one.

    Raises
    ------
    ParamsError
        One line for each problem: ``file:line: where what; what to do``.
    """
    path = Path(path)
    return _validated(layers_of(path, text_of(path)), date.today(), given_as_of())


def salvaged(path: Path) -> dict[str, Any]:
    """The keys of a file that :func:`read_params` refuses, as far as it is YAML; empty where it is none."""
    return merged(salvaged_layers(path))


@lru_cache(maxsize=16_384)
def _validated(texts: tuple[Text, ...], today: date, given: str | None) -> Params:
    """The params that files' texts give on a day: a run asks at every step, so nobody may change them.

    ``given`` is the ``as_of`` that the command gave in place of the file's.
    """
    layers: Layers = [document_of(path, text) for path, text in texts]
    own = layers[0]
    if "stores" in own.data:
        raise ParamsError(
            placed(
                own.path,
                Message(
                    "is a group of stores; csanalysis run, check and the other commands mean all of them",
                    "是集团文件；csanalysis run、check 等命令会处理其中所有的店",
                ),
            )
        )
    if refused := _refused(own.data.get(ROSTER)):
        raise ParamsError([placed(own.path, line) for line in refused])
    problems: list[tuple[int, Loc, Message]] = []

    def note(layer: int, found: list[Problem]) -> None:
        problems.extend((layer, loc, what) for loc, what in found)

    for number, layer in enumerate(layers):
        note(number, repeated_keys(layer.root))
        if isinstance(layer.data.get("sources"), dict):
            note(number, source_problems(layer.data["sources"]))
    data = merged(layers)
    if given is not None:
        data = {**data, "as_of": given}
    try:
        params = Params.model_validate(data, context={"today": today})
        if isinstance(params.calendar, list):
            found = event_problems(params.calendar, params.plan_year)
            note(-1, [(("calendar", *place), what) for place, what in found])
    except ValidationError as error:
        note(-1, [described(detail) for detail in error.errors()])
    if problems:
        raise ParamsError(_lines(layers, problems))
    return params


def _refused(roster: object) -> list[Message]:
    """Why the row of a group's roster that a file was written from cannot be used."""
    if not isinstance(roster, dict) or not isinstance(roster.get("refused"), list):
        return []
    both = [line for line in roster["refused"] if isinstance(line, list) and len(line) == 2]
    row = Message("row {row}", "第 {row} 行", row=roster.get("row"))
    return [placed(row, Message(str(en), str(zh))) for en, zh in both]


def _lines(layers: Layers, problems: list[tuple[int, Loc, Message]]) -> list[Message]:
    """A line for each problem, at the place in the file that says what is wrong; -1: whichever says it."""
    found = []
    for number, loc, what in problems:
        if number < 0:
            depths = [layer.line(loc)[0] for layer in layers]
            number = depths.index(max(depths))
        found.append((number, layers[number].line(loc)[1], _of(loc, what)))
    found.sort(key=lambda each: each[:2])
    return [placed(f"{layers[number].path}:{line}", what) for number, line, what in found]


def _of(loc: Loc, what: Message) -> Message:
    """What is wrong, behind the key that it is about."""
    where = ".".join(map(str, loc)) or Message("the file", "文件")
    return Message("{where} {what}", "{where} {what}", where=where, what=what)


def template_text(language: str, kind: str = "template") -> str:
    """The file, commented in ``zh`` or ``en``, that ``init`` fills in; ``template_group`` is a group's."""
    return (Path(__file__).parent / f"{kind}_{language}.yml").read_text(encoding="utf-8")
