"""Text of data as every file can hold it."""

from xml.etree import ElementTree

import pytest

from csanalysis.legible import legible, legible_lines


@pytest.mark.parametrize(
    ("written", "fit"),
    [
        ("a\x0bb", "a b"),
        ("a\x00b\x01\x1f", "ab"),
        ("a\tb\r\nc\u2028d\x85e", "a b c d e"),
        ("1️⃣ 太贵", "1 太贵"),
        ("\ud83d太贵", "太贵"),
        ("\ufeffx\ufffe\uffff\U0001ffff", "x"),
        ("\u202egpj.exe", "gpj.exe"),
        ("太贵😀", "太贵😀"),
        ("𠮷野家", "𠮷野家"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("", ""),
    ],
    ids=ascii,
)
def test_what_no_file_can_hold_is_left_out(written, fit):
    assert legible(written) == fit == legible(fit)
    assert ElementTree.fromstring(f"<t>{fit}</t>").text in (fit, None)


def test_lines_stay():
    assert legible_lines("a\x0b\nb\x00") == "a\nb"
