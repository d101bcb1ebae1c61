import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.results import tidy
from csanalysis.metrics.value.value_created import COUNTED, SOURCES, recovered_amount, value_created

AS_OF = pd.Timestamp("2025-12-31")


def test_only_what_followed_a_follow_up_is_recovered(clean_table):
    rows = [
        # followed up, recovered, amount
        ("2025-01-01", "2025-02-01", 100.0),
        ("2025-03-01", "2025-02-01", 200.0),
        (None, "2025-02-01", 400.0),
        ("2025-01-01", "2025-04-01", None),
    ]
    items = clean_table(
        "upsell_items",
        [
            {
                "ro_number": str(n),
                "item": "x",
                "grade": "A",
                "followed_up_date": f,
                "recovered_date": r,
                "recovered_amount": a,
            }
            for n, (f, r, a) in enumerate(rows)
        ],
    )
    values = recovered_amount(items, as_of=AS_OF).set_index("period")["value"]
    assert values["2025-02"] == 100 and values["2025"] == 100 and values["2025-03"] == 0
    assert pd.isna(values["2025-04"])
    assert recovered_amount(items.iloc[:0], as_of=AS_OF).empty


@given(
    st.lists(st.tuples(st.sampled_from(SOURCES), st.integers(2020, 2025), st.integers(-9, 99)), min_size=1)
)
def test_sums_add_up(rows):
    known = {(source, str(year)): value for source, year, value in rows}
    parts = {
        source: tidy(
            [year for name, year in known if name == source],
            value=[float(value) for (name, _), value in known.items() if name == source],
        )
        for source in SOURCES
    }
    whole, by_basis, by_source = value_created(parts)
    for year in {year for _, year in known}:
        total = sum(value for (_, when), value in known.items() if when == year)
        for frame in (whole, by_basis, by_source):
            assert frame.loc[frame["period"] == year, "value"].sum() == total
    counted = by_basis[by_basis["basis"] == "counted"]["value"].sum()
    assert counted == sum(value for (source, _), value in known.items() if source in COUNTED)


def test_without_any_source_there_is_no_sum():
    assert value_created({}) == []
    assert value_created({"referral_rebate": tidy([], value=[])}) == []


def test_an_estimate_keeps_its_interval_and_a_sum_has_none():
    parts = {
        "reminder_effect": tidy(["2025"], value=50.0, low=10.0, high=90.0),
        "referral_rebate": tidy(["2025"], value=7.0),
    }
    whole, _, by_source = value_created(parts)
    assert (
        whole[["value", "low"]].isna().to_numpy().tolist() == [[False, True]] and whole["value"].item() == 57
    )
    assert by_source.set_index("value_source").loc["reminder_effect", ["low", "high"]].tolist() == [10, 90]
