"""Manufacturers' rules: a rule that makes no sense is refused in a line that says why; presets fill themselves in."""

import pytest

from csanalysis.errors import ParamsError
from csanalysis.params import read_params

GOOD = """\
dealership: {id: dezhou}
plan_year: 2026
sources: {vehicle_sales: sales.xlsx, service_visits: ro.csv}
"""


def read(tmp_path, lines):
    path = tmp_path / "store.yml"
    path.write_text(f"{GOOD}{lines}\n", encoding="utf-8")
    return read_params(path)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            "{preset: nisan}",
            "there is no preset 'nisan'; did you mean nissan?; the presets are saic_vw, nissan",
        ),
        ("{preset: 6}", "there is no preset"),
        ("{name: a}", "must be given"),
        ("{kind: not_back, months: 6}", "must be given"),
        ("{name: a, kind: gone, months: 6}", "kind"),
        ("{name: a, kind: not_back, months: 0}", "months"),
        ("{name: a, kind: not_back, months: 61}", "months"),
        ("{name: a, kind: not_back, months: 6, min_visits: 2}", "which asks whether a vehicle came at all"),
        ("{name: a, kind: visits_in, months: 6, apart: true}", "which takes months: 12, not 6"),
        ("{name: a, kind: visits_in, months: 12, min_visits: 0}", "min_visits"),
        ("{name: a, kind: not_back, months: 6, exclude: [accidnt]}", "'accidnt' is no service type"),
        ("{name: ' ', kind: not_back, months: 6}", "say in a few words whose rule it is"),
        ("{preset: saic_vw}, {preset: saic_vw}", "name 'saic_vw' stands twice"),
        ("{preset: saic_vw, measure: x}, {preset: nissan, measure: x}", "measure 'x' stands twice"),
        ("{preset: saic_vw, mesure: x}", "is not a known key"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(tmp_path, rules, said):
    with pytest.raises(ParamsError) as raised:
        read(tmp_path, f"rules: [{rules}]")
    assert said in str(raised.value)


def test_presets_fill_in_what_is_not_said(tmp_path):
    vw, nissan, thirteen = read(
        tmp_path,
        "rules: [{preset: saic_vw, measure: 流失率}, {preset: nissan, exclude: [事故]}, {preset: thirteen_months}]",
    ).rules
    assert (vw.name, vw.kind, vw.months, vw.published_as) == ("saic_vw", "not_back", 6, "流失率")
    assert (nissan.kind, nissan.months, nissan.min_visits, nissan.apart) == ("visits_in", 12, 2, True)
    assert nissan.exclude == ["accident"]
    assert (thirteen.months, thirteen.published_as) == (13, "thirteen_months")


def test_the_warranty(tmp_path):
    assert read(tmp_path, "warranty: {months: 24, km: 60000}").warranty.km == 60_000
    with pytest.raises(ParamsError):
        read(tmp_path, "warranty: {months: 0}")
