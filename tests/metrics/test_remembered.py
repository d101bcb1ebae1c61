import pandas as pd

from csanalysis.metrics.periods import rows_until
from csanalysis.metrics.remembered import remembered


def test_the_very_frame_with_equal_values_is_answered_once_and_another_frame_anew():
    """However they are given; the oldest answer but one is the last that is kept."""
    asked = []

    @remembered
    def rows(table, *, unit="vehicle"):
        asked.append((id(table), unit))
        return len(table)

    one, alike = (pd.DataFrame({"vin": ["A", "B"]}) for _ in range(2))
    assert [rows(one), rows(table=one), rows(one, unit="vehicle")] == [2, 2, 2] and len(asked) == 1
    assert rows(alike) == 2 and asked[-1] == (id(alike), "vehicle")
    assert rows(one, unit="customer") == 2 and len(asked) == 3
    rows(one)
    assert len(asked) == 4
    tables = {"visits": one}
    assert rows(tables) == rows(tables) == 1 and len(asked) == 5
    assert rows({"visits": alike}) == 1 and len(asked) == 6


def test_rows_up_to_a_day_are_the_table_itself_where_none_is_later():
    table = pd.DataFrame({"day": pd.to_datetime(["2025-01-01", "2025-01-02", None])})
    dated = table.dropna()
    assert rows_until(dated, "day", pd.Timestamp("2025-01-02")) is dated
    assert rows_until(table, "day", pd.Timestamp("2025-01-01")).index.tolist() == [0]
