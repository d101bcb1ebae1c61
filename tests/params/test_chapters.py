"""Own chapters in the params: what cannot name a notebook is refused with its line."""

import pytest

from csanalysis.errors import ParamsError
from csanalysis.params import read_params
from csanalysis.report import CHAPTERS

GOOD = """\
dealership: {id: dezhou}
plan_year: 2026
sources: {vehicle_sales: sales.xlsx, service_visits: ro.csv}
"""


def read(tmp_path, chapters):
    path = tmp_path / "store.yml"
    path.write_text(f"{GOOD}chapters: {chapters}\n", encoding="utf-8")
    return read_params(path).chapters


def test_a_path_alone_or_with_its_place(tmp_path):
    plain, placed = read(tmp_path, "[weekend.ipynb, {notebook: more/ours.ipynb, after: churn}]")
    assert (plain.name, plain.after) == ("weekend", None)
    assert (placed.name, placed.notebook, placed.after) == ("ours", "more/ours.ipynb", CHAPTERS[5])


def test_no_chapters_are_the_default(tmp_path):
    assert read(tmp_path, "[]") == []


@pytest.mark.parametrize(
    ("chapters", "said"),
    [
        ("[weekend.py]", "'weekend.py' is no notebook; name a file that ends in .ipynb"),
        ("[a/x.ipynb, b/x.ipynb]", "x.ipynb stands twice; rename one of the two"),
        ("[{notebok: x.ipynb}]", "is not a known key; did you mean notebook?"),
        ("[{after: churn}]", "chapters.0.notebook must be given"),
        ("[{notebook: x.ipynb, after: 3}]", "chapters.0.after should be a valid string, not 3"),
        ("weekend.ipynb", "chapters should be a valid list"),
        ("[7]", "7 is no notebook; write its path, such as weekend.ipynb"),
    ],
    ids=["no notebook", "twice", "typo", "no path", "after a number", "no list", "a number"],
)
def test_what_is_no_chapter_is_refused(tmp_path, chapters, said):
    with pytest.raises(ParamsError) as raised:
        read(tmp_path, chapters)
    assert any(said in line and "store.yml:4: " in line for line in raised.value.problems), (
        raised.value.problems
    )
