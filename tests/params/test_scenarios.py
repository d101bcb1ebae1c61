"""What-if years: a scenario that makes no sense is refused in a line that says why."""

import pytest

from csanalysis.errors import ParamsError
from csanalysis.params import read_params

GOOD = """\
dealership: {id: dezhou}
plan_year: 2026
sources: {vehicle_sales: sales.xlsx, service_visits: ro.csv}
"""


def read(tmp_path, scenarios):
    path = tmp_path / "store.yml"
    path.write_text(f"{GOOD}scenarios: [{scenarios}]\n", encoding="utf-8")
    return read_params(path)


@pytest.mark.parametrize(
    ("scenarios", "said"),
    [
        (
            "{name: a, sales: -0.1}, {name: a, sales: 0.1}",
            "name 'a' stands twice; give each scenario its own",
        ),
        ("{name: a}", "scenario 'a' changes nothing; give one of sales, ev_share"),
        ("{name: a, sales: 0}", "scenario 'a' changes nothing"),
        ("{name: a, sales: -1}", "sales"),
        ("{name: a, ev_share: 1.2}", "ev_share"),
        ("{name: a, ev_visits: 0.5, sales: 0.1}", "says what an electric vehicle is like but sells none"),
        ("{name: ' ', sales: 0.1}", "is empty; say in a few words what the scenario is"),
        ("{name: a, sale: 0.1}", "is not a known key"),
        ("{sales: 0.1}", "must be given"),
    ],
    ids=["twice", "nothing", "zero", "no sales", "share", "no ev", "no name", "typo", "nameless"],
)
def test_a_scenario_that_makes_no_sense_is_refused(tmp_path, scenarios, said):
    with pytest.raises(ParamsError) as raised:
        read(tmp_path, scenarios)
    assert len(raised.value.problems) == 1 and said in raised.value.problems[0]


def test_scenarios_are_read_and_none_is_the_default(tmp_path):
    electric = read(tmp_path, "{name: Electric, ev_share: 0.3, ev_revenue: 0.8}").scenarios[0]
    assert (electric.ev_share, electric.ev_visits, electric.ev_revenue, electric.sales) == (
        0.3,
        None,
        0.8,
        0.0,
    )
    assert read(tmp_path, "").scenarios == []
