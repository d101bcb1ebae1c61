"""The clock of declined work, by hand and against lifelines, and what still lies on the table."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.upsell import open_items
from csanalysis.metrics.upsell.cases import upsell_cases

AS_OF = pd.Timestamp("2025-12-31")


def declined_of(waits) -> pd.DataFrame:
    """Declined cases from ``(grade, days waited so far or until recovery, recovered)``."""
    frame = pd.DataFrame(waits, columns=["grade", "days", "recovered"])
    # Recovered ones were all declined long ago.
    age = frame["days"].where(~frame["recovered"], 800)
    return pd.DataFrame(
        {
            "date": (AS_OF - pd.to_timedelta(age, unit="D")).astype("datetime64[s]"),
            "grade": frame["grade"].astype("category"),
            "recovered": frame["recovered"],
            "recovered_days": frame["days"].where(frame["recovered"], np.nan).astype(float),
        }
    )


def waits(seed=1, count=300):
    random = np.random.default_rng(seed)
    days, until = random.exponential(300, count).astype(int), random.integers(0, 500, count)
    return [("A", int(min(d, u)), bool(d <= u)) for d, u in zip(days, until, strict=True)]


def test_the_curve_is_that_of_lifelines():
    from lifelines import KaplanMeierFitter

    rows = waits()
    found = open_items.upsell_recovery_curve(declined_of(rows), as_of=AS_OF).set_index("days")
    fitter = KaplanMeierFitter().fit([days for _, days, _ in rows], [over for *_, over in rows])
    for days in open_items.CURVE_DAYS:
        assert found["value"][str(days)] == pytest.approx(1 - fitter.survival_function_at_times(days).item())


def test_by_grade_and_only_where_there_are_enough():
    rows = [*waits(), *[("B", 40, True)] * 29]
    found = open_items.upsell_recovery_curve(declined_of(rows), as_of=AS_OF, by_grade=True)
    assert set(found["grade"]) == {"A"}
    assert open_items.upsell_recovery_curve(declined_of(rows[-29:]), as_of=AS_OF).empty


@pytest.fixture
def visits(visits_of):
    return visits_of({"V": ["2025-01-01", "2025-06-01", "2025-12-20"], "W": ["2025-12-31"]})


@pytest.fixture
def items(clean_table):
    rows = [
        ("R0000", "brakes", "A", "declined", "2025-01-01", None),
        ("R0001", "brakes", "A", "accepted", "2025-06-01", None),
        ("R0000", "battery", "B", "declined", "2025-01-01", None),
        ("R0002", "battery", "B", "declined", "2025-12-20", None),
        ("R0001", "tyres", "A", "declined", "2025-06-01", "2025-07-01"),
        ("R0003", "filter", "C", "declined", "2025-12-31", None),
        ("R9", "filter", "C", "declined", "2025-09-01", None),
    ]
    names = ("ro_number", "item", "grade", "outcome", "proposed_date", "recovered_date")
    return clean_table("upsell_items", [dict(zip(names, row, strict=True), amount=100.0) for row in rows])


def test_only_the_latest_of_a_vehicles_proposals_is_open(items, visits):
    cases = upsell_cases(items, visits, as_of=AS_OF)
    still = open_items.open_items(cases, visits, as_of=AS_OF)
    assert still[["item", "age"]].astype(str).to_numpy().tolist() == [
        ["battery", "11"],
        ["filter", "0"],
        ["filter", "121"],
    ]
    assert still["vin"].tolist()[:2] == ["V", "W"] and pd.isna(still["vin"].iloc[2])


def test_what_lies_on_the_table(items, visits):
    still = open_items.open_items(upsell_cases(items, visits, as_of=AS_OF), visits, as_of=AS_OF)
    ages = open_items.upsell_open(still, as_of=AS_OF, by=("age_days", "grade"), amounts=True)
    assert ages[["age_days", "grade", "value"]].to_numpy().tolist() == [
        ["0-30", "B", 100], ["0-30", "C", 100], ["91-180", "C", 100]
    ]  # fmt: skip
    assert open_items.upsell_open(still, as_of=AS_OF)["value"].tolist() == [3]


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-30"), (30, "0-30"), (31, "31-90"), (90, "31-90"), (180, "91-180"), (365, "181-365"), (366, "366+"), (4000, "366+")],
)  # fmt: skip
def test_ages_hold_both_their_ends(age, band):
    assert open_items.age_bands(pd.Series([age, None])).tolist() == [band, np.nan]
