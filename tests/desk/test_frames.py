"""What a table shows of itself: never a name, a phone, a VIN or a plate, however it was derived."""

import pandas as pd
import pytest

from csanalysis.desk.frames import MASK, Frame, Series

SECRETS = ("王小明", "13812345678", "LSVAA4182E2123456", "鲁N12345", "喜欢打篮球")


@pytest.fixture
def frame():
    return Frame(
        {
            "vin": ["LSVAA4182E2123456", None],
            "name": ["王小明", "李四"],
            "phone": ["13812345678", "123"],
            "plate": ["鲁N12345", "x"],
            "hobby": ["喜欢打篮球", None],
            "team": ["一组", "二组"],
            "total_amount": [100.0, 200.0],
            "birthday": pd.to_datetime(["1980-05-06", None]),
        }
    )


DERIVED = {
    "itself": lambda f: f,
    "rows": lambda f: f[f["total_amount"] > 50],
    "sorted": lambda f: f.sort_values("name"),
    "a column": lambda f: f["name"],
    "an own column": lambda f: f["hobby"],
    "a row": lambda f: f.iloc[0],
    "turned over": lambda f: f.T,
    "indexed": lambda f: f.set_index("vin"),
    "indexed by two": lambda f: f.set_index(["team", "phone"]),
    "counted": lambda f: f["name"].value_counts(),
    "grouped": lambda f: f.groupby("vin")["total_amount"].sum(),
    "joined": lambda f: f.merge(f[["name", "phone"]], on="name"),
    "pivoted": lambda f: f.pivot_table(index="team", columns="name", values="total_amount"),
    "renamed": lambda f: f.rename(columns={"name": "who"}),
    "stacked": lambda f: pd.concat([f, f]),
}


@pytest.mark.parametrize("derive", DERIVED.values(), ids=DERIVED)
def test_nothing_personal_is_shown(frame, derive):
    found = derive(frame)
    shown = repr(found) + (found._repr_html_() if isinstance(found, pd.DataFrame) else "")
    assert not [secret for secret in (*SECRETS, "李四", "1980") if secret in shown]


def test_what_is_no_secret_is_shown_and_all_is_there_to_reckon_with(frame):
    assert "一组" in repr(frame) and "200" in repr(frame) and MASK in repr(frame)
    assert frame["name"].tolist() == ["王小明", "李四"]
    assert frame.groupby("team")["total_amount"].sum().to_dict() == {"一组": 100.0, "二组": 200.0}
    assert "二组" in repr(frame.groupby("team")["total_amount"].sum())
    assert "count" in repr(frame.describe())


def test_a_column_of_known_words_is_looked_through_too():
    """Seventeen digits are no VIN."""
    shown = repr(Frame({"team": ["lsvaa4182e2123456", "１３８１２３４５６７８", "12345678901234567"]}))
    assert shown.count(MASK) == 2 and "12345678901234567" in shown


def test_revealed_it_shows_everything(frame):
    assert type(frame.reveal()) is pd.DataFrame and "王小明" in repr(frame.reveal())
    assert isinstance(frame["name"], Series) and "王小明" in repr(frame["name"].reveal())


@pytest.mark.parametrize("rows", [0, 1])
def test_of_few_rows(frame, rows):
    assert repr(frame.head(rows)) and "王小明" not in repr(frame.head(rows))


def test_no_columns():
    assert repr(Frame(index=[1, 2])) and Frame()._repr_html_() is not None
