"""The gallery's answers, one by one: what metrics.json has of them is what they say."""

import json

import pytest

import csanalysis as cs
from csanalysis.desk.numbers import splits
from csanalysis.report.notebook.cells import notebook_folder

NUMBERS = ["numerator", "denominator", "value", "low", "high"]
PUBLISHED = {
    1: "annual_churn_rate",
    2: "annual_churn_rate by model",
    5: "first_service_cohort_rate by sales_consultant",
    7: "revenue_per_visit by service_type",
    10: "retained_share by warranty, years_later",
}
"""The questions whose answer, or some of it, a report publishes; the others are splits that it does not make."""


def questions():
    """The code of each question, by number, and what comes before the first."""
    cells = json.loads((notebook_folder() / "gallery.ipynb").read_text(encoding="utf-8"))["cells"]
    found, number = {0: ""}, 0
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            found[number] = f"{found.get(number, '')}\n{source}"
        elif source.startswith("## "):
            number = int(source.removeprefix("## ").split()[0])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["haibin", "longshan", "riverside"])
def test_each_answer_is_the_reports(name, demo, kept, reported, monkeypatch):
    asked = []
    metric = cs.desk.OpenStore.metric

    def noted(store, *given, **named):
        asked.append((given[0], cs.desk.numbers.columns_of(named.get("by")), metric(store, *given, **named)))
        return asked[-1][2]

    monkeypatch.setattr(cs.desk.OpenStore, "metric", noted)
    code = questions()
    assert sorted(code) == [*range(11)]
    held = {}
    exec(code[0].replace("../params/haibin.yml", str(demo / "params" / f"{name}.yml")), held)
    results = cs.read_report(reported(name) / name / "2026").results
    told = {}
    for number in range(1, 11):
        assert len(code[number].strip().splitlines()) <= 5
        exec(code[number], held)
        split, by, answer = asked[-1]
        assert len(asked) == number and len(answer), f"question {number} has an answer"
        if (", ".join(by) or "(whole)") in splits(results, split):
            told[number] = " by ".join([split, *([", ".join(by)] if by else [])])
            published = results.select(split, None, *by)
            published = published[published["period"].isin(answer["period"])]
            both = published.merge(answer, on=["period", *by], how="left", suffixes=("", "_told"))
            for column in NUMBERS:
                assert both[f"{column}_told"].tolist() == pytest.approx(both[column].tolist(), nan_ok=True), (
                    number
                )
            assert len(both) and both["value"].notna().any()
    assert told == PUBLISHED
