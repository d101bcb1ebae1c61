"""The end of the warranty: eight vehicles on paper."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.first_service.warranty_end import (
    warranty_cliff,
    warranty_visit_share,
    warranty_visits,
)

AS_OF = pd.Timestamp("2024-12-31")
SOLD = "2020-06-15"  # the warranty of three years ends on 15 June 2023, the year after it on 15 June 2024

FLEET = {
    # vin: visits with km
    "A": [("2022-01-10", 30_000), ("2023-06-15", 60_000), ("2024-01-10", 70_000)],  # in all three years
    "B": [
        ("2022-06-15", 20_000),
        ("2022-06-16", 20_000),
        ("2023-06-16", None),
    ],  # each on its first or last day
    "C": [("2021-07-01", None), ("2023-01-10", None)],  # in the first two
    "D": [("2024-06-16", None)],  # after the year after the end: in none
    "E": [("2023-03-01", 120_000), ("2024-01-01", 130_000)],  # past 100,000 km before the end: left out
    "F": [("2023-08-01", 110_000)],  # past them after the end: stays, in the last of the three years
    "G": [("2020-06-01", 150_000), ("2021-12-01", 12_000)],  # the first reading is of before the sale
    "H": [],
}


def vehicles_of(vins, sold=SOLD):
    day = pd.Series(pd.to_datetime([sold] * len(vins))).astype("datetime64[s]")
    return pd.DataFrame({"vin": pd.Series(list(vins), dtype="str"), "sale_date": day})


def visits_of(fleet=FLEET):
    rows = [(vin, day, km) for vin, visits in fleet.items() for day, km in visits]
    frame = pd.DataFrame(rows, columns=["vin", "visit_date", "mileage_km"])
    days = pd.to_datetime(frame["visit_date"]).astype("datetime64[s]")
    return frame.assign(
        vin=frame["vin"].astype("str"), visit_date=days, mileage_km=frame["mileage_km"].astype("Float64")
    )


def came_of(fleet=FLEET, *, months=36, as_of=AS_OF, sold=SOLD):
    return warranty_visits(vehicles_of(fleet, sold), visits_of(fleet), months=months, km=100_000, as_of=as_of)


def test_years_around_the_end():
    came = came_of()
    rows = dict(zip("ABCDFGH", came.astype(int).to_numpy().tolist(), strict=True))
    assert rows == {
        "A": [1, 1, 1], "B": [1, 1, 1], "C": [1, 1, 0], "D": [0, 0, 0],
        "F": [0, 0, 1], "G": [1, 0, 0], "H": [0, 0, 0],
    }  # fmt: skip


def test_shares_and_their_changes():
    came = came_of()
    share = warranty_visit_share(came, as_of=AS_OF).set_index("warranty_year")
    assert share["numerator"].to_dict() == {"before_last": 4, "last": 3, "after": 3}
    assert share["denominator"].tolist() == [7, 7, 7]
    end, before, beyond = warranty_cliff(came, as_of=AS_OF)
    # After against last: C leaves (-1), F comes (+1). Last against the year before: G leaves (-1).
    assert end["value"].item() == 0
    assert before["value"].item() == pytest.approx(-1 / 7)
    assert beyond["value"].item() == pytest.approx(1 / 7)
    # Changes of the end: one -1, one +1, five 0: variance 2/6, error sqrt(2/6/7).
    half = 1.959964 * np.sqrt(2 / 6 / 7)
    assert (end["low"].item(), end["high"].item()) == pytest.approx((-half, half), rel=1e-6)


def test_only_vehicles_whose_year_after_the_end_is_over():
    assert len(came_of(as_of=pd.Timestamp("2024-06-14"))) == 0
    assert len(came_of(as_of=pd.Timestamp("2024-06-15"))) == 7


def test_a_short_warranty_has_no_year_before_its_last():
    came = came_of(months=12)
    assert list(came) == ["last", "after"]
    assert len(warranty_cliff(came, as_of=AS_OF)) == 1


@pytest.mark.parametrize("fleet", [{}, {"A": []}], ids=["no vehicle", "one vehicle without a visit"])
def test_few(fleet):
    came = came_of(fleet)
    share, (end, *_) = warranty_visit_share(came, as_of=AS_OF), warranty_cliff(came, as_of=AS_OF)
    if fleet:
        assert share["value"].tolist() == [0, 0, 0] and end["value"].item() == 0
    else:
        assert share["value"].isna().all() and end["value"].isna().all()
    assert end["low"].isna().all()


def test_two_vehicles_have_an_interval_by_hand():
    """One comes no more and one stays: changes -1 and 0 have variance 1/2, their mean's error is 1/2."""
    (end,) = warranty_cliff(pd.DataFrame({"last": [True, True], "after": [False, True]}), as_of=AS_OF)
    found = end[["value", "low", "high"]].to_numpy()[0]
    assert found.tolist() == pytest.approx([-0.5, -0.5 - 1.959964 / 2, -0.5 + 1.959964 / 2], rel=1e-6)


def test_a_fall_that_every_year_has_is_no_cliff():
    """Each year a tenth fewer come: what goes beyond it is nil."""
    size = 400
    years = {name: np.arange(size) < size * share for name, share in zip(
        ("before_last", "last", "after"), (0.6, 0.5, 0.4), strict=True)}  # fmt: skip
    came = pd.DataFrame(years)
    *_, beyond = warranty_cliff(came, as_of=AS_OF)
    assert beyond["value"].item() == pytest.approx(0)
    assert beyond["low"].item() < 0 < beyond["high"].item()
    fallen = came.assign(after=np.arange(size) < size * 0.1)
    *_, beyond = warranty_cliff(fallen, as_of=AS_OF)
    assert beyond["high"].item() < 0
