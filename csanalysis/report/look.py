"""The store's own logo, colour and slide template: whether they can be used, and what pages need of them."""

import base64
import zipfile
from collections.abc import Iterator
from pathlib import Path

from csanalysis.messages import Message, placed, unreadable
from csanalysis.params import Params

_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
"""How pictures begin, and what they are called."""


def look_problems(params: Params, params_file: Path) -> list[Message]:
    """One line for each file that ``report`` of the params names and that cannot be used."""
    return [placed(f"report.{key}", placed(path, line)) for key, path, line in _problems(params, params_file)]


def look_files(params: Params, params_file: Path) -> list[Path]:
    """The files that ``report`` of the params names."""
    named = (params.report.logo, params.report.template)
    return [params_file.parent / name for name in named if name]


def page_look(params: Params, params_file: Path) -> dict[str, str]:
    """``accent``, a colour, and ``logo``, a picture as a data address, for a cover; only what is given."""
    given, look = {}, params.report
    if look.colour:
        given["accent"] = look.colour
    if look.logo:
        content = (params_file.parent / look.logo).read_bytes()
        kind = _kind(content) or "png"
        given["logo"] = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return given


def _problems(params: Params, params_file: Path) -> Iterator[tuple[str, Path, Message]]:
    look = params.report
    for key, name in (("logo", look.logo), ("template", look.template)):
        if name is None:
            continue
        path = params_file.parent / name
        if not path.is_file():
            lacking = (
                "no such file; paths start at the params file's folder",
                "没有这个文件；路径从参数文件所在文件夹算起",
            )
            yield key, path, Message(*lacking)
            continue
        try:
            if key == "logo" and not _kind(path.read_bytes()[:8]):
                yield key, path, Message("is no PNG or JPEG picture", "不是 PNG 或 JPEG 图片")
            if key == "template" and not _is_deck(path):
                yield (
                    key,
                    path,
                    Message(
                        "is no PowerPoint template; save it as .potx or .pptx",
                        "不是 PowerPoint 模板；请另存为 .potx 或 .pptx",
                    ),
                )
        except OSError as error:
            yield key, path, unreadable(path, error)


def _kind(content: bytes) -> str | None:
    return next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)


def _is_deck(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as parts:
        return "ppt/presentation.xml" in parts.namelist()
