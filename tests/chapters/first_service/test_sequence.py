"""Maintenances in time and the warranty's end as the chapter says and draws them, from made-up numbers."""

import pytest

from csanalysis.chapters.first_service.figures_sequence import service_sequence
from csanalysis.chapters.first_service.sentences_sequence import about_sequence, about_warranty_end
from csanalysis.chapters.first_service.sequence import before_hardest_step, measure_sequence
from csanalysis.metrics.results import Results, tidy

DAY = "2025-12-31"
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def sequence_of(lost, due):
    steps = [str(step) for step in range(1, len(lost) + 1)]
    return Results(
        {
            "service_sequence_rate": [
                tidy([DAY] * 3, value=[0.71, 0.54, 0.41], low=0.4, high=0.8, step=["1", "2", "3"]),
                tidy(["2024"] * 3, value=[0.7, 0.5, float("nan")], step=["1", "2", "3"]),
            ],
            "service_step_loss_rate": [
                tidy([DAY], numerator=sum(lost), denominator=sum(due)),
                tidy([DAY] * len(lost), numerator=lost, denominator=due, low=0.2, high=0.4, step=steps),
            ],
            "service_step_waiting": tidy([DAY] * len(lost), value=[7.0] * len(lost), step=steps),
        }
    )


@LANGUAGES
@pytest.mark.parametrize(
    ("lost", "said", "unsaid"),
    [
        pytest.param([500, 100, 50], {"zh": "首保邀约", "en": "first-service invitations"}, "7", id="first"),
        pytest.param(
            [100, 400, 50], {"zh": "现有7辆", "en": "7 vehicles come to it next"}, "邀约", id="second"
        ),
        pytest.param([101, 80, 61], {"zh": "不指出", "en": "none is named"}, "邀约", id="beyond chance none"),
    ],
)
def test_the_hardest_step_is_said_as_it_is(language, lost, said, unsaid):
    words = str(about_sequence(sequence_of(lost, [1000, 800, 600]), language=language))
    assert said[language] in words and (unsaid == "7" or unsaid not in words)
    assert "71.0%" in words and "94%" in words
    assert len([other for other in ("首保邀约", "现有7辆", "不指出") if other in words]) == (language == "zh")


@LANGUAGES
def test_the_staircase_bears_its_numbers_and_the_trades(language):
    figure = service_sequence(sequence_of([5, 4, 3], [10, 9, 8]), language=language)
    assert "71.0%" in figure.title and "41.0%" in figure.title
    assert all(share in figure.alt for share in ("71.0%", "54.0%", "41.0%")) and "94%" in figure.note


def warranty_of(beyond):
    share = tidy(
        [DAY] * 3, numerator=[60, 50, 30], denominator=100, warranty_year=["before_last", "last", "after"]
    )
    changes = [
        tidy([DAY], denominator=100, value=-0.2, low=-0.3, high=-0.1),
        tidy([DAY], denominator=100, value=-0.1, low=-0.2, high=0, change=["year_before"]),
        tidy([DAY], denominator=100, value=-0.1, low=beyond[0], high=beyond[1], change=["beyond"]),
    ]
    return Results({"warranty_visit_share": share, "warranty_cliff": changes})


@LANGUAGES
@pytest.mark.parametrize(
    ("beyond", "said"),
    [
        pytest.param((-0.18, -0.02), {"zh": "另外带来", "en": "comes with another"}, id="a cliff"),
        pytest.param((-0.22, 0.02), {"zh": "看不出", "en": "no further fall"}, id="no more than every year"),
    ],
)
def test_a_cliff_is_claimed_only_beyond_the_usual_fall(language, beyond, said):
    words = str(about_warranty_end(warranty_of(beyond), language=language))
    assert said[language] in words
    assert ("另外带来" in words or "comes with another" in words) == (beyond[1] < 0)
    assert "50.0%" in words and "30.0%" in words


@LANGUAGES
def test_nothing_to_say(language):
    for said in (about_sequence, about_warranty_end, service_sequence):
        assert "service_visits" in str(said(Results(), language=language)) or str(
            said(Results(), language=language)
        )


@pytest.fixture
def store(clean_table):
    """Sixty sold in 2022 come to their first maintenance, six of them to all others; thirty came in autumn 2025."""
    sold = [(f"A{n:02d}", "2022-01-10") for n in range(60)] + [(f"B{n:02d}", "2025-06-10") for n in range(30)]
    visits = [(vin, "2022-05-10" if vin < "B" else "2025-10-10") for vin, _ in sold]
    later = ("2022-11-10", "2023-05-10", "2023-11-10", "2024-05-10", "2024-11-10", "2025-05-10")
    visits += [(f"A{n:02d}", day) for n in range(6) for day in later] + [("Z", "2021-12-01")]
    return {
        "vehicle_sales": clean_table("vehicle_sales", [{"vin": v, "sale_date": day} for v, day in sold]),
        "service_visits": clean_table(
            "service_visits",
            [
                {"ro_number": f"R{n}", "vin": v, "visit_date": day, "service_type": "scheduled_service"}
                for n, (v, day) in enumerate(visits)
            ],
        ),
    }


def test_the_params_say_what_is_in_time_and_who_comes_next(params_of, store):
    params = params_of()
    results = measure_sequence(params, store)
    assert results.value("service_sequence_rate", DAY, step="1") == 1
    assert results.value("service_sequence_rate", 2022, step="2") == pytest.approx(0.1)
    step, vins = before_hardest_step(params, store)
    assert step == "2" and vins == {f"B{n:02d}" for n in range(30)}
    # With an interval of four months six are allowed, and the second came after 184 days: too late.
    quick = params_of(service_interval={"months": 4})
    assert quick.service_interval.allowed_months == 6
    assert measure_sequence(quick, store).value("service_sequence_rate", 2022, step="2") == 0
    assert params_of(service_interval={"months": 7}).service_interval.allowed_months == 11


def test_a_shorter_warranty_ends_earlier(params_of, store):
    long = measure_sequence(params_of(), store)
    assert (
        long.value("warranty_visit_share", DAY, warranty_year="last") is None
    )  # nobody's year after is over
    short = measure_sequence(params_of(warranty={"months": 24}), store)
    # Bought in January 2022: all came in the first year, six in the second and in the one after it.
    shares = {
        year: short.value("warranty_visit_share", DAY, warranty_year=year)
        for year in ("before_last", "last", "after")
    }
    assert shares == {"before_last": 1, "last": 0.1, "after": 0.1}
