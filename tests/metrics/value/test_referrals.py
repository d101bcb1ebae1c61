import pandas as pd
import pytest

from csanalysis.metrics.value import referrals

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def rows_of(clean_table):
    def table(*rows):
        return clean_table(
            "referrals",
            [
                {
                    "referral_id": str(n),
                    "referral_date": day,
                    "matched": matched,
                    "rebate_amount": amount,
                    "referrer_id": who,
                }
                for n, (day, matched, amount, who) in enumerate(rows)
            ],
        )

    return table


def values(frame):
    return dict(zip(frame["period"], frame["value"], strict=True))


def test_the_sources_case(rows_of):
    rows = rows_of(*[("2015-11-05", True, 850.0, None)] * 150)
    rebate = referrals.referral_rebate(rows, as_of=pd.Timestamp("2015-11-30"))
    assert values(rebate) == {"2015-11": 127_500, "2015": 127_500}


def test_a_matched_referral_without_an_amount_takes_the_params(rows_of):
    rows = rows_of(
        ("2025-10-01", True, 100.0, None), ("2025-10-02", True, None, None), ("2025-11-02", False, None, None),
        ("2025-12-02", True, None, None),
    )  # fmt: skip
    assert values(referrals.referral_rebate(rows, as_of=AS_OF, rebate=850)) == {
        "2025-10": 950, "2025-11": 0, "2025-12": 850, "2025": 1800,
    }  # fmt: skip
    without = values(referrals.referral_rebate(rows, as_of=AS_OF))
    assert without["2025-10"] == 100 and without["2025-11"] == 0
    assert pd.isna(without["2025-12"])


def test_matched_share(rows_of):
    rows = rows_of(("2025-10-01", True, 1.0, None), ("2025-10-02", False, None, None))
    rate = referrals.referral_match_rate(rows, as_of=AS_OF)
    assert values(rate) == {"2025": 0.5}
    assert values(referrals.referrals_invited(rows, as_of=AS_OF))["2025"] == 2


def test_referrers_are_counted_by_class_only(rows_of, visits_of, clean_table):
    visits = visits_of(
        {"A": ["2025-01-10", "2025-02-10", "2025-03-10"], "A2": ["2025-04-01"], "B": ["2025-05-01"]}
    )
    visits["customer_id"] = pd.Series(["c1", "c1", "c1", "c1", "c2"], dtype="str")
    sales = clean_table("vehicle_sales", [{"vin": "C", "sale_date": "2020-01-01", "customer_id": "c3"}])
    rows = rows_of(
        ("2025-10-01", False, None, "c1"), ("2025-10-01", True, None, "c1"), ("2024-10-01", True, None, "c2"),
        ("2025-10-01", True, None, "c3"), ("2025-10-01", True, None, "unknown"),
    )  # fmt: skip
    share = referrals.referrer_share(rows, visits, sales, as_of=AS_OF).set_index("visit_class")
    # c1 came four times with two cars and is class A; c2 referred too long ago; c3 never came: class D.
    assert share["numerator"].to_dict() == {"A": 1, "B": 0, "C": 0, "D": 1}
    assert share["denominator"].to_dict() == {"A": 1, "B": 0, "C": 1, "D": 1}
    assert "c1" not in share.to_string()


def test_no_referrals(rows_of, visits_of, clean_table):
    assert referrals.referral_rebate(rows_of(), as_of=AS_OF).empty
    assert referrals.referral_match_rate(rows_of(), as_of=AS_OF).empty
    assert (
        referrals.referrer_share(rows_of(), visits_of({}), clean_table("vehicle_sales"), as_of=AS_OF)["value"]
        .isna()
        .all()
    )


def test_matched_share_of_every_year_since_the_first(rows_of):
    rows = rows_of(("2024-10-01", True, 1.0, None), ("2025-10-02", False, None, None))
    assert values(referrals.referral_match_rate(rows, as_of=AS_OF)) == {"2024": 1, "2025": 0}
