"""Tables of tiers and bands: what no score can reach is refused, and both bands are named."""

import pytest

from csanalysis.errors import ParamsError
from csanalysis.params import read_params

GOOD = """\
dealership: {id: dezhou}
plan_year: 2026
sources: {vehicle_sales: sales.xlsx, service_visits: ro.csv}
"""


def read(tmp_path, text):
    path = tmp_path / "store.yml"
    path.write_text(GOOD + text, encoding="utf-8")
    return read_params(path)


def rebates(*floors):
    tiers = ", ".join(f"{{min_score: {floor}, amount: 1}}" for floor in floors)
    return f"satisfaction: {{rebates: [{{programme: css, tiers: [{tiers}]}}]}}\n"


def incentive(*floors, measure="mot", streaks=""):
    bands = ", ".join(f"{{min: {floor}, amount: 1}}" for floor in floors)
    return (
        f"satisfaction: {{incentives: [{{role: service_advisor, measure: {measure}, "
        f"bands: [{bands}], streaks: [{streaks}]}}]}}\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (rebates(960, 940, 960), "tiers 960 and 960 overlap: both begin at the same score; keep one"),
        (incentive(120, 100, 100), "bands 100 and 100 overlap: both begin at the same score; keep one"),
        (incentive(120, 0, -5), "bands 0 and -5: no score lies below 0, so -5 is never reached; take it out"),
        (
            incentive(95, 0.9, 0, measure="process_compliance_rate"),
            "bands 95 and 0.9: a share is at most 1, so 95 is never reached; write 95 % as 0.95",
        ),
        (
            incentive(95, measure="process_compliance_rate"),
            "band 95: a share is at most 1, so it is never reached; write 95 % as 0.95",
        ),
        (
            incentive(
                1, 0, measure="process_compliance_rate", streaks="{at_least: 95, periods: 2, amount: 1}"
            ),
            "streak at_least 95: a share is at most 1; write 95 % as 0.95",
        ),
        (
            "satisfaction: {rebates: [{programme: css, tiers: [{min_score: 1, amount: 1}]}, "
            "{programme: css, tiers: [{min_score: 2, amount: 1}]}]}\n",
            "programme 'css' has two tables of tiers; put them into one",
        ),
    ],
    ids=["same tier", "same band", "below nothing", "percent as number", "one band", "streak", "two tables"],
)
def test_what_is_never_reached_is_refused(tmp_path, text, said):
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, text)
    (line,) = caught.value.problems
    assert line.endswith(said)
    assert ":4: satisfaction." in line


@pytest.mark.parametrize(
    "text",
    [
        rebates(960, 940),
        rebates(71.5, 70),
        incentive(0, 85, 120, 90),
        incentive(1.0, 0.9, 0, measure="process_compliance_rate"),
        incentive(85),
    ],
    ids=["tiers", "decimals", "in any order", "shares", "one band that starts above 0"],
)
def test_sound_tables_are_taken(tmp_path, text):
    assert read(tmp_path, text).satisfaction.q_value == 0.05


def test_the_bands_of_the_source_are_taken(tmp_path):
    """《2011年客服关系年度工作规划》: ranges that meet, written by their lower ends."""
    params = read(
        tmp_path, incentive(1000, 980, 920, 850, 750, 0, streaks="{below: 750, periods: 2, flag: 降为助理}")
    )
    (rule,) = params.satisfaction.incentives
    assert [band.min for band in rule.bands] == [1000, 980, 920, 850, 750, 0]
    assert rule.streaks[0].flag == "降为助理"
