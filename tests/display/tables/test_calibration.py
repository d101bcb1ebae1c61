"""The calibration table of the annex: every row that is kept, in words."""

import pytest
import yaml

from csanalysis.catalogue.calibration import MEASURED, Calibrated, _together, calibration
from csanalysis.catalogue.texts import text
from csanalysis.display.tables.calibration import calibration_table, claim_label


def row(world, rate, standing, **more):
    return {"world": world, "rate": rate, "error": 0.02, "low": 0.0, "high": 0.05, "stores": 100} | {
        "standing": standing, **more,
    }  # fmt: skip


def test_a_claim_is_as_good_as_in_its_worst_world():
    found = _together("a", "false_claim", [row("x", 0.01, "met"), row("y", 0.2, "outside", stores=90)])
    assert found == Calibrated("a", "false_claim", 2, 90, 0.01, 0.2, 0.02, 0.0, 0.05, "outside", ("y",))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_claim_that_was_measured_has_a_row_in_words(language):
    table = calibration_table(language=language)
    _, rows = calibration()
    assert [made.cells[0].text for made in table.rows] == [claim_label(each.claim, language) for each in rows]
    assert len({made.cells[0].text + made.cells[1].text for made in table.rows}) == len(rows) > 20
    kept = yaml.safe_load(MEASURED.read_text(encoding="utf-8"))["rows"]
    assert all(text(f"calibration.world.{each['world']}", language) for each in kept)


def test_a_row_says_its_rate_and_target():
    table = calibration_table(language="en")
    (weak,) = [
        made
        for made in table.rows
        if made.cells[0].text == "Weak survey item" and "nothing" in made.cells[1].text
    ]
    _, rows = calibration()
    (told,) = [each for each in rows if (each.claim, each.kind) == ("weak_item", "false_claim")]
    assert weak.cells[4].text == f"{told.lowest:.1%}–{told.highest:.1%}"
    assert weak.cells[6].text == "at most 5.0%"
    standing = text(f"calibration.standing.{told.standing}", "en")
    worlds = ", ".join(text(f"calibration.world.{world}", "en") for world in told.off)
    assert weak.cells[7].text == (f"{standing}: {worlds}" if worlds else standing)
    limited = [each for each in rows if each.standing == "limit"]
    shown = [made.cells[7].text for made in table.rows]
    assert [said.startswith("known limit: ") for said in shown] == [each in limited for each in rows]
