import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import business
from csanalysis.chapters.business import figures, sentences
from csanalysis.chapters.business.lists import LISTS, PACKAGE_ENDING, WARRANTY_ENDING
from csanalysis.display.figures.theme import ReportFigure
from csanalysis.metrics.results import Results, tidy

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
DAY = "2025-12-31"
ASKED = {"on_time_handover_rate": 0.95, "show_rate": 0.8}


@pytest.fixture(scope="module")
def tables(clean_table):
    """Two advisors with 40 orders a month for two years: Ann's cars are ready when promised, half of Bob's are not."""
    visits, book = [], []
    for month in MONTHS:
        for n in range(40):
            ann, day = n % 2 == 0, f"{month}-{n % 28 + 1:02d}"
            late = not ann and n % 4 == 1
            visits.append(
                {
                    "ro_number": f"{month}-{n}", "vin": f"V{n}", "visit_date": day, "close_date": day,
                    "promised_date": f"{month}-01" if late and day > f"{month}-01" else day,
                    "service_type": "repair", "advisor": "Ann" if ann else "Bob", "technician": "Tim" if ann else "Tom",
                    "team": "East" if ann else "West", "labor_amount": 100.0, "parts_amount": 300.0,
                    "total_amount": 400.0, "is_rework": n == 39,
                }
            )  # fmt: skip
            book.append(
                {
                    "appointment_id": f"{month}-{n}", "vin": f"V{n}", "appointment_date": f"{day} 09:30",
                    "created_date": f"{month}-01", "shown": ann or n % 4 == 1, "advisor": "Ann" if ann else "Bob",
                }
            )  # fmt: skip
    complaints = [
        {
            "complaint_id": f"{m}-{n}", "complaint_date": f"{m}-02", "resolved_date": f"{m}-{5 + 20 * (n % 2)}",
            "vin": "V1", "severity": "minor", "ro_number": f"{m}-{n}",
        }
        for m in MONTHS
        for n in range(4)
    ]  # fmt: skip
    return {
        "vehicle_sales": clean_table(
            "vehicle_sales", [{"vin": f"V{n}", "sale_date": "2023-03-01"} for n in range(40)]
        ),
        "service_visits": clean_table("service_visits", visits),
        "appointments": clean_table("appointments", book),
        "complaints": clean_table("complaints", complaints),
        "policies": clean_table(
            "policies",
            [
                {"vin": "V1", "kind": "warranty", "end_date": "2026-03-01", "start_date": "2023-03-01"},
                {"vin": "V2", "kind": "package", "end_date": "2026-01-05"},
                {"vin": "V3", "kind": "warranty", "end_date": "2026-04-01"},
                {"vin": "GONE", "kind": "warranty", "end_date": "2026-02-01"},
            ],
        ),
    }


@pytest.fixture(scope="module")
def results(params_of, tables):
    return business.measure(params_of(), tables)


def test_by_hand(results):
    assert results.value("labor_share", 2025) == 0.25
    assert results.value("labor_per_visit", 2025, advisor="Ann") == 100
    assert results.value("revenue_per_vehicle_year", 2025) == 4800
    assert results.value("revenue_per_vehicle_year", 2025, car_age="3") == 4800
    # Of Bob's 20 orders a month ten were promised for the first and ready later.
    assert results.value("on_time_handover_rate", 2025, advisor="Ann") == 1
    assert results.value("on_time_handover_rate", 2025, team="West") == pytest.approx(0.5)
    assert results.value("complaints_closed_in_time", 2025) == 0.5
    # Of the complaints those of Ann's orders are settled in three days, those of Bob's in 23.
    assert results.value("complaints_closed_in_time", "2024/2025", advisor="Ann") == 1
    assert results.value("complaints_closed_in_time", "2024/2025", team="West") == 0
    assert results.value("show_rate", 2025, advisor="Bob") == 0.5
    assert results.value("booking_share", 2025) == 1
    assert results.value("policies_running", DAY, policy="warranty") == 2 / 40


def test_like_for_like_tells_two_apart_that_are(results):
    fair = results.select("on_time_handover_rate_fair", None, "advisor", period="2025").set_index("advisor")
    assert fair.loc["Ann", "low"] > fair.loc["Bob", "high"]
    assert len(results.rows("complaints_closed_in_time_fair")) == 4  # two teams and their advisors
    assert "Complaints closed in time" in str(sentences.about_people(results, year=2025, language="en"))


@pytest.mark.parametrize(("language", "words"), [("zh", "偶然范围以内"), ("en", "do not differ")])
def test_people_drawn_together_have_one_rate(language, words):
    alike = tidy(["2025"] * 2, value=0.968, denominator=40, low=0.9, high=1.0, advisor=["Ann", "Bob"])
    found = Results({"complaints_closed_in_time_fair": alike.assign(period="2023/2025")})
    said = str(sentences.about_people(found, year=2025, language=language))
    assert words in said and said.count("96.8%") == 1 and "Ann" not in said


def test_each_number_is_described_and_within_its_bounds(results):
    for name in results.names:
        assert METRICS.chapter(name) == "business"
        if METRICS[name].format == "percent":
            assert all(0 <= row.value <= 1 for row in results.rows(name) if row.value == row.value), name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_said_and_drawn(results, language):
    said = str(sentences.about_work(results, year=2025, on_time=0.95, language=language))
    assert "75.0%" in said and "50.0%" in said and "95%" in said
    people = str(sentences.about_people(results, year=2025, language=language))
    assert "Ann" in people and "Bob" in people
    assert "25.0%" in str(sentences.about_income(results, year=2025, language=language))
    assert "75.0%" in str(sentences.about_appointments(results, year=2025, asked=0.8, language=language))
    assert len(str(sentences.about_policies(results, plan_year=2026, language=language)).splitlines()) == 3
    drawn = [
        figures.rates_by_month(results, ASKED, language=language),
        figures.people_like_for_like(results, 2025, language=language),
        figures.desk_week(results, DAY, language=language),
        figures.booking_hours(results, DAY, language=language),
    ]
    assert all(isinstance(figure, ReportFigure) and figure.panels for figure in drawn)
    assert "75.0%" in drawn[0].alt


@pytest.mark.parametrize(
    ("table", "gone"),
    [
        ("complaints", ["complaints_closed_in_time"]),
        ("appointments", ["show_rate", "booking_share", "desk_load", "appointments_by_hour"]),
        ("policies", ["policies_running", "policies_ending"]),
    ],
)
def test_without_a_table_its_numbers_are_missing_and_the_note_names_it(params_of, tables, table, gone):
    found = business.measure(params_of(), {name: rows for name, rows in tables.items() if name != table})
    assert not set(gone) & set(found.names)
    assert "labor_share" in found.names
    told = {
        "complaints": sentences.lacking_work(found, language="zh"),
        "appointments": sentences.about_appointments(found, year=2025, asked=0.8, language="zh"),
        "policies": sentences.about_policies(found, plan_year=2026, language="zh"),
    }[table]
    assert str(told).count(f"（{table}，") == 1
    if table == "appointments":  # it is said once
        assert figures.desk_week(found, DAY, language="zh") is None
        assert figures.booking_hours(found, DAY, language="zh") is None


def test_without_a_column_the_note_names_it(params_of, tables):
    visits = tables["service_visits"].assign(promised_date=None, labor_amount=float("nan"), is_rework=None)
    visits = visits.astype(tables["service_visits"].dtypes)
    found = business.measure(params_of(), {**tables, "service_visits": visits})
    assert not {"on_time_handover_rate", "labor_share"} & set(found.names)
    assert "promised_date" in str(sentences.lacking_work(found, language="en"))
    assert "预计交车日期" in str(sentences.lacking_work(found, language="zh"))
    assert "first_time_fix_rate" in found.names
    assert sentences.about_income(found, year=2025, language="zh")


@pytest.mark.parametrize(
    "emptied", ["service_visits", "appointments", "complaints", "policies", "vehicle_sales"]
)
def test_an_empty_table_is_no_error(params_of, tables, emptied):
    found = business.measure(params_of(), {**tables, emptied: tables[emptied][:0]})
    assert found.contradiction(found) is None


def test_nothing_but_what_must_be(params_of, clean_table):
    empty = {name: clean_table(name) for name in ("vehicle_sales", "service_visits")}
    found = business.measure(params_of(), empty)
    for language in ("zh", "en"):
        assert "> " in str(sentences.lacking_work(found, language=language))
        assert "> " in str(figures.rates_by_month(found, ASKED, language=language))
        assert "> " in str(sentences.about_people(found, year=2025, language=language))


def test_whose_cover_ends_is_a_reason_to_call(params_of, tables):
    """V1's warranty ends in three months, V3's a day later; GONE was never sold or seen here."""
    params = params_of(language="zh")
    assert WARRANTY_ENDING.on(params, tables)["vin"].tolist() == ["V1"]
    (row,) = WARRANTY_ENDING.reasons(params, tables).to_dict("records")
    assert (str(row["from"].date()), str(row["until"].date())) == ("2025-12-31", "2026-02-28")
    assert "2026年3月1日" in row["reason"]
    (row,) = PACKAGE_ENDING.reasons(params, tables).to_dict("records")
    assert (row["vin"], str(row["from"].date())) == ("V2", "2025-12-31")
    without = {name: rows for name, rows in tables.items() if name != "policies"}
    for each in LISTS:
        assert each.reasons(params, without).empty
