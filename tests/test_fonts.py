"""The fonts are there, and hold the letters a report needs."""

import pytest
from matplotlib.ft2font import FT2Font

from csanalysis.errors import ReportError
from csanalysis.fonts import CJK_FAMILY, LATIN_FAMILY, _root, font_families, font_files, font_folders


def test_every_file_lies_in_a_folder_that_is_listed():
    assert {path.parent for path in font_files()} == set(font_folders())
    assert {FT2Font(path).family_name for path in font_files()} >= {LATIN_FAMILY}


def test_the_chinese_fonts_have_the_letters_of_a_report():
    fonts = [FT2Font(path) for path in font_files() if "SansSC" in path.name]
    letters = "首保回厂率德州众驰《》，。：“”—–￥%≥≤×±→"
    assert fonts
    assert [letter for letter in letters for font in fonts if not font.get_char_index(ord(letter))] == []


def test_english_prefers_the_latin_font():
    assert font_families("en") == [LATIN_FAMILY, CJK_FAMILY]
    assert font_families("zh")[0] == CJK_FAMILY


def test_a_missing_package_is_said_plainly(monkeypatch):
    monkeypatch.setattr("csanalysis.fonts.find_spec", lambda name: None)
    _root.cache_clear()
    with pytest.raises(ReportError, match="pip install weblate-fonts"):
        font_folders()
    _root.cache_clear()
