"""The network report of the demonstration dealerships, from the reports that they have."""

import json
import shutil

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from csanalysis.errors import ParamsError, ReportError
from csanalysis.network.build import build_network

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reports")]


@pytest.fixture(scope="module")
def stores(demo):
    return sorted((demo / "params").glob("*.yml"))


@pytest.fixture(scope="module")
def output(reports, tmp_path_factory):
    """What the stores' runs left, without the reports' pages."""
    folder = tmp_path_factory.mktemp("network")
    (folder / ".cache").symlink_to(reports / ".cache")
    for path in reports.glob("*/2026/metrics.json"):
        place = folder / path.relative_to(reports)
        place.parent.mkdir(parents=True)
        shutil.copy(path, place)
    return folder


@pytest.fixture(scope="module", params=["zh", "en"])
def place(request, stores, output):
    return build_network(stores, output, language=request.param)


def test_every_file_is_there(place):
    names = {path.name for path in place.iterdir()}
    assert names >= {"report.html", "report.pdf", "metrics.json", "notebooks"}
    assert "work" not in names


def test_every_number_shown_is_published(place):
    page = BeautifulSoup((place / "report.html").read_text(encoding="utf-8"), "html.parser")
    published = json.loads((place / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    known = {
        (row["metric"], row["period"], json.dumps(row["group"], sort_keys=True)): row for row in published
    }
    cells = page.select("[data-metric]")
    assert len(cells) > 50
    for cell in cells:
        group = json.dumps(json.loads(cell["data-group"]), sort_keys=True)
        row = known[cell["data-metric"], cell["data-period"], group]
        assert json.loads(cell["data-value"]) == pytest.approx(row[cell["data-field"]], nan_ok=True)


def test_three_stores_are_not_ranked_and_their_total_is_their_sum(place):
    published = json.loads((place / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    standing = [row["value"] for row in published if row["metric"] == "network_standing"]
    assert standing and not any(standing)
    sold = pd.DataFrame([row for row in published if row["metric"] == "new_vehicle_sales"])
    last = sold[sold["period"] == "2025"]
    whole = last["group"].map(len) == 0
    assert last.loc[whole, "value"].item() == last.loc[~whole, "value"].sum()


def test_a_store_without_a_report_is_named(stores, tmp_path):
    with pytest.raises(ReportError, match=r"haibin.*there is no report yet; run csanalysis run"):
        build_network(stores, tmp_path)


def test_one_store_is_no_network(stores, output):
    with pytest.raises(ParamsError, match="at least two"):
        build_network(stores[:1], output)


def test_stores_of_different_years_are_refused(stores, output, tmp_path):
    other = tmp_path / "other.yml"
    text = stores[0].read_text(encoding="utf-8").replace("plan_year: 2026", "plan_year: 2025")
    other.write_text(text.replace('"2025-12-31"', '"2024-12-31"'), encoding="utf-8")
    with pytest.raises(ParamsError, match="plan different years"):
        build_network([stores[1], other], output)
