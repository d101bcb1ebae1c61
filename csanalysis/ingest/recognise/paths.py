"""How the files of one table are named in params: one by one, or many as one pattern."""

import os
from collections.abc import Sequence
from glob import escape
from itertools import takewhile
from pathlib import Path

from csanalysis.ingest.sources import matching_files


def paths_of(files: Sequence[Path], base: Path) -> list[str]:
    """Paths of files from a folder, many of one name as one pattern where that finds them alone."""
    patterns: list[str] = []
    rest = list(files)
    while rest:
        first = rest.pop(0)
        series = [
            first,
            *(file for file in rest if file.parent == first.parent and _skeleton(file) == _skeleton(first)),
        ]
        glob = first.parent / _pattern([file.name for file in series])
        if len(series) > 1 and set(matching_files(_escaped(glob))) == set(series):
            rest = [file for file in rest if file not in series]
            patterns.append(_from(glob, base))
        else:
            patterns.append(_from(first, base))
    return patterns


def _escaped(glob: Path) -> Path:
    return Path(escape(str(glob.parent))) / glob.name


def _skeleton(file: Path) -> str:
    return "".join("#" if sign.isdigit() else sign for sign in file.name).replace("##", "#")


def _pattern(names: Sequence[str]) -> str:
    start = _common(names)
    end = _common([name[len(start) :][::-1] for name in names])[::-1]
    start = start.rstrip("0123456789")
    return f"{start}*{end.lstrip('0123456789')}"


def _common(names: Sequence[str]) -> str:
    """The letters with which all names begin."""
    alike = takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False))
    return "".join(signs[0] for signs in alike)


def _from(path: Path, base: Path) -> str:
    try:
        return Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
