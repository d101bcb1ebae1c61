"""Where the report's fonts lie: one answer for the figures and the PDF, so that both set text alike.

The fonts come with the package ``weblate-fonts`` (SIL Open Font Licence); nothing is downloaded and nothing
is expected of the system.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from csanalysis.errors import ReportError

CJK_FAMILY = "Kurinto Sans SC"
"""Chinese and Latin, regular and bold."""

LATIN_FAMILY = "Source Sans 3"
"""Latin only, with italics and more weights; list it before :data:`CJK_FAMILY` in an English report."""

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


def _there(names: tuple[str, ...]) -> list[Path]:
    paths = [_root() / name for name in names]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise ReportError(f"No {', '.join(missing)}; reinstall it: pip install weblate-fonts")
    return paths


@cache
def _root() -> Path:
    spec = find_spec("weblate_fonts")
    if spec is None or spec.origin is None:
        raise ReportError("The package weblate-fonts is not installed; install it: pip install weblate-fonts")
    return Path(spec.origin).parent / "static" / "weblate_fonts"
