"""The end of the warranty by months and by km, of vehicles on paper; the SQL of whole stores is elsewhere."""

import pandas as pd
import pytest

from csanalysis.metrics.first_service.warranty import Warranty

READINGS = [
    # vehicle: 0 reaches 100,000 km in time, 1 after its three years, 2 once by a slip, 3 is not in the ledger.
    (0, "2023-02-01", 90_000), (0, "2023-05-01", 100_000), (0, "2023-06-01", 104_000),
    (1, "2024-08-01", 120_000),
    (2, "2022-01-01", 150_000), (2, "2022-09-01", 16_000), (2, "2023-01-01", None),
    (3, "2023-03-01", 130_000), (3, "2023-09-01", -1),
    (4, "2023-03-01", 20_000),
]  # fmt: skip
SOLD = ["2021-07-01", "2021-07-01", "2021-07-31", None, None]


@pytest.fixture
def warranty():
    readings = pd.DataFrame(READINGS, columns=["vehicle", "day", "mileage_km"])
    readings["day"] = pd.to_datetime(readings["day"]).astype("datetime64[s]")
    sold = pd.Series(pd.to_datetime(SOLD)).astype("datetime64[s]")
    return Warranty.of(sold, readings.astype({"mileage_km": "Float64"}), months=36, km=100_000)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2021-12-31", ["2024-07-01", "2024-07-01", "2024-07-31", None, None]),
        (
            "2022-08-31",
            ["2024-07-01", "2024-07-01", "2022-01-01", None, None],
        ),  # nobody knows of the slip yet
        ("2023-05-01", ["2023-05-01", "2024-07-01", "2024-07-31", "2023-03-01", None]),
        ("2024-12-31", ["2023-05-01", "2024-07-01", "2024-07-31", "2023-03-01", None]),
    ],
)
def test_whichever_limit_is_reached_first_as_far_as_known(warranty, at, ends):
    found = warranty.ends(pd.Timestamp(at))
    assert [None if pd.isna(day) else str(day.date()) for day in found] == ends


def test_a_reading_of_just_the_limit_ends_it():
    readings = pd.DataFrame(
        {"vehicle": [0], "day": pd.to_datetime(["2023-05-01"]).astype("datetime64[s]"), "mileage_km": [1e5]}
    )
    sold = pd.Series(pd.to_datetime(["2021-07-01"])).astype("datetime64[s]")
    found = Warranty.of(sold, readings, months=36, km=100_000).ends(pd.Timestamp("2023-12-31"))
    assert found.tolist() == [pd.Timestamp("2023-05-01")]


def test_without_a_vehicle_or_a_reading():
    none = pd.DataFrame(
        {"vehicle": pd.array([], "int64"), "day": pd.to_datetime([]), "mileage_km": [0.0][:0]}
    )
    for sold in (["2021-07-01"], []):
        days = pd.Series(pd.to_datetime(sold)).astype("datetime64[s]")
        found = Warranty.of(days, none, months=36, km=100_000).ends(pd.Timestamp("2023-01-01"))
        assert found.tolist() == [pd.Timestamp("2024-07-01")][: len(sold)]
