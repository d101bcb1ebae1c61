import pandas as pd
import pytest

from csanalysis.metrics.value.opportunities import insurance_ends
from csanalysis.metrics.workshop import policies

AS_OF = pd.Timestamp("2025-12-31")
HELD = pd.Index(["A", "B", "C"])


@pytest.fixture
def table(clean_table):
    """A's insurance was renewed; B's warranty ends in March; X is not held; C's package has ended."""
    rows = [
        ("A", "insurance", "2025-06-30"),
        ("A", "insurance", "2026-06-30"),
        ("B", "warranty", "2026-03-10"),
        ("X", "warranty", "2026-03-10"),
        ("C", "package", "2025-12-31"),
    ]
    return clean_table("policies", [dict(zip(("vin", "kind", "end_date"), row, strict=True)) for row in rows])


def test_what_runs(table):
    found = policies.policies_running(table, HELD, as_of=AS_OF).set_index("policy")
    assert found["numerator"].to_dict() == {"warranty": 1, "package": 0, "insurance": 1}
    assert found["denominator"].eq(3).all()


def test_what_ends_in_which_month(table):
    found = policies.policies_ending(table, HELD, as_of=AS_OF)
    assert len(found) == 36
    ends = found[found["value"] > 0].set_index(["policy", "period"])["value"].to_dict()
    assert ends == {("warranty", "2026-03"): 1, ("insurance", "2026-06"): 1}


def test_no_policies(clean_table):
    empty = clean_table("policies")
    assert policies.policies_running(empty, HELD, as_of=AS_OF)["numerator"].eq(0).all()
    assert policies.policies_ending(empty, HELD, as_of=AS_OF)["value"].sum() == 0


def test_when_the_insurance_ends_next(table):
    """A's policy says it, B has none: the anniversary of its sale; C's of 2024 is renewed every year."""
    base = pd.DataFrame({"vin": ["A", "B", "C"], "sale_date": pd.to_datetime(["2023-02-01"] * 3)})
    known = pd.Series(pd.to_datetime(["2026-06-30", "2024-05-05"]), index=["A", "C"])
    days = insurance_ends(base, as_of=AS_OF, known=known).dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2026-06-30", "2026-02-01", "2026-05-05"]
    guessed = insurance_ends(base, as_of=AS_OF).dt.strftime("%Y-%m-%d")
    assert set(guessed) == {"2026-02-01"}
