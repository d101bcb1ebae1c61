"""What data say stands in a sentence as it is written, whatever Markdown makes of it."""

import pytest

from csanalysis.display.prose import Prose
from csanalysis.display.verbatim import Said, verbatim, without_markup
from csanalysis.report.document.markdown import blocks


@pytest.mark.parametrize(
    "words",
    [
        "**粗** [链接](http://x.com) `码`",
        "*a* _b_ a_b_c __d__",
        "<script>alert(1)</script> <!-- x --> a < b",
        "$x^2$ 太贵 $$\\bad{$$ $5 和 $6",
        "\\*a\\* \\frac{1}{2}",
        "&amp; &lt; & x",
        "~~x~~ ~",
        "![x](y) [x] [](#fig-curve)",
        "# x",
        "> x",
        "- x",
        "1. x",
        "10) x",
        "太贵",
        "too dear, 5–6 % (A)",
    ],
)
@pytest.mark.parametrize("before", ["", "最多的原因是“"])
def test_words_of_data_are_no_markup(words, before):
    (paragraph,) = blocks(before + verbatim(words))
    (span,) = paragraph.spans
    assert span.text.replace("\u2060", "") == before + words
    assert not (span.bold or span.italic or span.code or span.strike or span.link or span.refers)


def test_what_is_said_already_is_left_as_it_is():
    assert verbatim(Said("**3** vehicles")) == "**3** vehicles"


def test_the_plain_text_of_a_sentence_has_no_markup():
    shown, _ = Prose(f"**3** times “{verbatim('**x** [a](b)')}”")._repr_mimebundle_()
    assert shown["text/plain"] == "3 times “**x** [a](b)”" == without_markup(shown["text/markdown"])
