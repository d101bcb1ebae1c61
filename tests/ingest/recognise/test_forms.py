"""Exports in ten forms that nobody has described: what is recognised reads as the tables they were written from."""

import pandas as pd
import pytest

from csanalysis.ingest import load
from csanalysis.ingest.recognise import recognise, sources_text
from csanalysis.schema import TABLES
from csanalysis.starter import Told, write_recognised
from tests.ingest.recognise.more_forms import FORMS


def read_back(folder, params):
    """The clean tables of a folder by the params that are written for it, with no question answered."""
    proposal = recognise(folder, base=params)
    facts = proposal.facts
    told = Told(sources_text(proposal), facts.as_of, facts.plan_year, facts.name, facts.brand)
    return proposal, load(write_recognised(params, "store", told, language=proposal.language))


ESSENTIAL = ("us_lines", "one_workbook", "spreadsheet_xml")


@pytest.mark.parametrize(
    "form",
    [pytest.param(form, marks=() if form.__name__ in ESSENTIAL else pytest.mark.slow) for form in FORMS],
    ids=lambda form: form.__name__,
)
def test_a_form_reads_as_it_was_written(form, tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    expected = form(exports)
    proposal, store = read_back(exports, tmp_path / "params")
    # What no export says: whose survey it is. It is read as the manufacturer's until somebody says.
    open_ = [question.text for question in proposal.questions]
    assert len(open_) == ("survey_responses" in expected)
    assert store.params.as_of.isoformat() == "2025-12-31"
    for name, frame in expected.items():
        key = [column for column in TABLES[name].key if column in frame]
        columns = list(frame)
        given = store.tables[name]
        pd.testing.assert_frame_equal(
            given.sort_values(key, ignore_index=True)[columns],
            frame.sort_values(key, ignore_index=True)[columns],
            check_dtype=False,
        )
