"""Where the report's fonts lie: one answer for the figures, the page and the PDF, so that all
set text alike.

The fonts come with the package ``weblate-fonts`` (SIL Open Font Licence); nothing is downloaded and nothing
is expected of the system.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz

from csanalysis.errors import ReportError
from csanalysis.messages import Message, joined

CJK_FAMILY = "Kurinto Sans SC"
"""Chinese and Latin, regular and bold."""

LATIN_FAMILY = "Source Sans 3"
"""Latin only, with italics and more weights; list it before :data:`CJK_FAMILY` in an English report."""

_FACES = {
    CJK_FAMILY: ("kurinto/ttf/KurintoSansSC-Rg.ttf", "kurinto/ttf/KurintoSansSC-Bd.ttf"),
    LATIN_FAMILY: ("source-sans/ttf/SourceSans3-Regular.ttf", "source-sans/ttf/SourceSans3-Bold.ttf"),
}
"""Regular and bold."""

_FOLDERS = ("kurinto/ttf", "source-sans/ttf")
_FILES = (
    "kurinto/ttf/KurintoSansSC-Rg.ttf",
    "kurinto/ttf/KurintoSansSC-Bd.ttf",
    "source-sans/ttf/SourceSans3-Regular.ttf",
    "source-sans/ttf/SourceSans3-It.ttf",
    "source-sans/ttf/SourceSans3-Semibold.ttf",
    "source-sans/ttf/SourceSans3-Bold.ttf",
    "source-sans/ttf/SourceSans3-BoldIt.ttf",
)


def font_folders() -> list[Path]:
    """Folders that hold :data:`CJK_FAMILY` and :data:`LATIN_FAMILY`, for programs that read whole folders.

    Raises
    ------
    ReportError
        The package ``weblate-fonts`` is not installed, or is laid out differently.
    """
    return _there(_FOLDERS)


def font_files() -> list[Path]:
    """The font files themselves, regular before bold, for programs that are given them one by one.

    Raises
    ------
    ReportError
        As :func:`font_folders`.
    """
    return _there(_FILES)


def font_families(language: str) -> list[str]:
    """Families to set text of a language (``zh``, ``en``) in, the first one preferred."""
    return [LATIN_FAMILY, CJK_FAMILY] if language == "en" else [CJK_FAMILY, LATIN_FAMILY]


def face_file(family: str, *, bold: bool) -> Path:
    """The upright file of a family at one weight.

    Raises
    ------
    KeyError
        Neither :data:`CJK_FAMILY` nor :data:`LATIN_FAMILY`.
    ReportError
        As :func:`font_folders`.
    """
    return _there((_FACES[family][bold],))[0]


def family_for(text: str, families: Sequence[str]) -> str:
    """The first of ``families`` that has every letter of the text, else the first of all.

    Programs that set SVG know only the first family of a list, so each text is set in one.
    """
    known = (family for family in families if family in _FACES)
    return next(
        (family for family in known if all(map(_letters(family).__contains__, text))),
        families[0],
    )


def letter_width(letter: str, family: str = CJK_FAMILY, *, bold: bool = False) -> float:
    """How wide a letter of a family is, in parts of its size."""
    return _widths(family, bold)[letter]


def has_letter(letter: str) -> bool:
    """Whether any font of the folders that programs are given has the letter."""
    if any(letter in _letters(family) for family in _FACES):
        return True
    return any(
        _font(path).get_nominal_glyph(ord(letter))
        for folder in font_folders()
        for path in sorted(folder.glob("*.ttf"))
    )


class _Widths(dict[str, float]):
    """The widths of letters as they are asked for; of one that the font has not, that of its empty box."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._font = _font(path)
        self._units = self._font.face.upem

    def __missing__(self, letter: str) -> float:
        glyph = self._font.get_nominal_glyph(ord(letter)) or 0
        self[letter] = width = float(self._font.get_glyph_h_advance(glyph) / self._units)
        return width


@cache
def _widths(family: str, bold: bool) -> _Widths:
    return _Widths(face_file(family, bold=bold))


@cache
def _letters(family: str) -> frozenset[str]:
    """All letters that the upright face has."""
    return frozenset(map(chr, _font(face_file(family, bold=False)).face.unicodes))


@cache
def _font(path: Path) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))


def _there(names: tuple[str, ...]) -> list[Path]:
    paths = [_root() / name for name in names]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise ReportError(
            Message(
                "No {missing}; reinstall it: pip install weblate-fonts",
                "缺少字体文件 {missing}；请重新安装：pip install weblate-fonts",
                missing=joined(missing),
            )
        )
    return paths


@cache
def _root() -> Path:
    spec = find_spec("weblate_fonts")
    if spec is None or spec.origin is None:
        raise ReportError(
            Message(
                "The package weblate-fonts is not installed; install it: pip install weblate-fonts",
                "没有安装字体包 weblate-fonts；请安装：pip install weblate-fonts",
            )
        )
    return Path(spec.origin).parent / "static" / "weblate_fonts"
