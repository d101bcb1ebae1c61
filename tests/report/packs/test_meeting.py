"""The meeting pack is a notebook like the chapters: run for one week and one month, exported as they are."""

import json
import re
from datetime import date, datetime
from html import unescape

import pytest

from csanalysis.chapters.everything import PUBLISHED
from csanalysis.errors import NotebookError
from csanalysis.metrics.results_file import read_results
from csanalysis.params import read_params
from csanalysis.report.assemble import assemble
from csanalysis.report.cover import cover
from csanalysis.report.document.exporters import PlanHTMLExporter, PlanPDFExporter
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.execution import checked_parameters, execute


@pytest.mark.slow
@pytest.mark.parametrize(
    ("store", "period", "said"),
    [
        ("riverside", "2025-W48", "Weekly management meeting"),
        ("riverside", "2025-11", "Monthly meeting of all staff"),
        ("haibin", "2025-W48", "管理层周例会"),
        ("haibin", "2025-11", "全员月例会"),
    ],
)
def test_the_pack_of_a_week_and_of_a_month(demo, tmp_path, store, period, said):
    params_file = demo / "params" / f"{store}.yml"
    parameters = {"params_file": str(params_file), "workspace": str(tmp_path / "work"), "period": period}
    node = execute(notebook_folder() / "satisfaction_meeting.ipynb", tmp_path / "pack.ipynb", parameters)
    node.metadata["csanalysis"] = {"chapter": "satisfaction_meeting"}
    made = datetime.fromisoformat("2026-01-05T09:00:00+08:00")
    pack = assemble([node], cover=cover(read_params(params_file), made=made))
    html, _ = PlanHTMLExporter().from_notebook_node(pack)
    assert said in html
    records = read_results(tmp_path / "work" / PUBLISHED).records()
    assert not [
        row for row in records if row["period"] > period and re.fullmatch(r"2025-1[12]", row["period"])
    ]
    known = {
        (row["metric"], row["period"], json.dumps(row["group"], ensure_ascii=False, sort_keys=True)): row
        for row in records
    }
    cells = re.findall(
        r'data-metric="([^"]+)" data-period="([^"]+)" data-group="([^"]*)" data-field="([^"]+)" data-value="([^"]*)"',
        html,
    )
    assert len(cells) > 50
    for metric, of_period, group, field, value in cells:
        row = known[
            metric, of_period, json.dumps(json.loads(unescape(group)), ensure_ascii=False, sort_keys=True)
        ]
        assert json.loads(value) == row[field]
    pdf, _ = PlanPDFExporter().from_notebook_node(pack)
    assert pdf.startswith(b"%PDF")


def test_only_the_pack_takes_a_period():
    folder = notebook_folder()
    assert checked_parameters(
        folder / "satisfaction_meeting.ipynb", {"params_file": "a.yml", "period": "2025-11"}
    )
    with pytest.raises(NotebookError, match="period"):
        checked_parameters(folder / "satisfaction.ipynb", {"params_file": "a.yml", "period": "2025-11"})
    with pytest.raises(NotebookError, match="period"):
        checked_parameters(
            folder / "satisfaction_meeting.ipynb", {"params_file": "a.yml", "period": date(2025, 11, 1)}
        )
