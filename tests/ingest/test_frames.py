import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from csanalysis.schema import TABLES, frames
from csanalysis.schema.frames import check_frame, frame_schema


@pytest.fixture
def visits(dealership):
    return dealership.load().tables["service_visits"]


def test_a_clean_table_passes(visits):
    check_frame(TABLES["service_visits"], visits)


def test_a_clean_table_is_judged_without_pandera_as_pandera_judges_it(visits, monkeypatch):
    frame_schema(TABLES["service_visits"]).validate(visits, lazy=True)
    monkeypatch.setattr(frames, "frame_schema", None)
    check_frame(TABLES["service_visits"], visits)
    with pytest.raises(TypeError):  # what is not clean is put to it
        check_frame(TABLES["service_visits"], visits.drop(columns="team"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda frame: frame.drop(columns="team"),
        lambda frame: frame.assign(extra=1),
        lambda frame: frame[list(reversed(frame.columns))],
        lambda frame: frame.assign(vin=frame["vin"].str.lower()),
        lambda frame: frame.assign(vin=None).astype({"vin": "str"}),
        lambda frame: frame.assign(ro_number="R1"),
        lambda frame: frame.assign(service_type="首保"),
        lambda frame: frame.assign(mileage_km="5 km"),
        lambda frame: frame.assign(visit_date=frame["visit_date"] + pd.Timedelta(hours=9)),
        lambda frame: frame.assign(visit_date=frame["visit_date"].astype("datetime64[ns]")),
    ],
    ids=[
        "column lacking",
        "column too many",
        "order",
        "vin",
        "required",
        "key",
        "word",
        "dtype",
        "time",
        "unit",
    ],
)
def test_a_damaged_table_does_not(visits, damage):
    with pytest.raises(SchemaErrors):
        check_frame(TABLES["service_visits"], damage(visits))


def test_months_are_first_days_and_somebody_is_named(dealership):
    dealership.csv("sales_targets", [["月份", "目标台数"], ["2026-01", "55"]])
    dealership.csv("complaints", [["投诉号", "投诉日期", "车架号"], ["T1", "2025-01-01", "V1"]])
    tables = dealership.load().tables
    late = tables["sales_targets"].assign(month=lambda frame: frame["month"] + pd.Timedelta(days=1))
    with pytest.raises(SchemaErrors):
        check_frame(TABLES["sales_targets"], late)
    with pytest.raises(SchemaErrors):
        check_frame(TABLES["complaints"], tables["complaints"].assign(vin=None).astype({"vin": "str"}))
