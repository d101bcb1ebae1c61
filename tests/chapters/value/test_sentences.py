import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters import value
from csanalysis.chapters.value import sentences as value_sentences
from csanalysis.display.show import Show
from csanalysis.metrics.results import Results, tidy

DAY, SPAN = "2025-12-31", "2023/2025"


@pytest.fixture(scope="module")
def results():
    effect = {"denominator": [200.0], "low": [0.01], "high": [0.12]}
    held = {"numerator": [40.0, 30.0], "denominator": [360.0, 300.0]}
    return Results(
        {
            "value_created": [
                tidy(["2025"], value=1500.0),
                tidy(["2025"] * 2, value=[1000.0, 500.0], basis=["counted", "estimate"]),
                tidy(
                    ["2025"] * 2, value=[500.0, 700.0], low=[100.0, float("nan")], high=[900.0, float("nan")],
                    value_source=["reminder_effect", "lead_cost_saved"],
                ),
            ],
            "service_due_error_days": [
                tidy([DAY], value=11.0, denominator=900.0),
                tidy([DAY] * 2, value=[29.0, 45.0], method=["same_interval", "params_interval"]),
            ],
            "service_due_coverage": tidy([DAY], numerator=81, denominator=100),
            "service_due_band_days": tidy([DAY], value=60.0),
            "service_due_vehicles": tidy(["2026-01", "2026-02", "2026-03", "2026-04"], value=[1.0, 2.0, 3.0, 99.0]),
            "service_due_value": tidy(["2026-01", "2026-02", "2026-03", "2026-04"], value=[10.0, 20.0, 30.0, 990.0]),
            "reminder_revenue": tidy(["2025"], value=4000.0, denominator=8.0),
            "contacts_to_arrival": tidy(["2025"] * 4, value=[9.0, 3.0, 1.0, 1.0], attempts=["0", "1", "3", "6"]),
            "contacts_per_arrival": tidy(["2025"], numerator=12, denominator=5),
            "reminder_effect": tidy([SPAN], value=[0.05], **effect),
            "reminder_effect_within": tidy(
                [SPAN] * 3, value=[0.2, 0.04, 0.15], within=["days", "12_months", "brought_forward"]
            ),
            "reminder_control": tidy([SPAN], value=0.003, low=-0.02, high=0.026),
            "reminder_proof": tidy([SPAN], value=1.0, basis="matched"),
            "reminder_effect_revenue": tidy(["2025"], value=500.0),
            "reminder_arrival_share": tidy([SPAN] * 2, value=[0.5, 0.45], contacted=["yes", "no"]),
            "holdout_effect": tidy(
                ["2025"] * 2, value=[0.04, float("nan")], low=[-0.01, float("nan")], high=[0.09, float("nan")],
                list=["service_due", "win_back"], **held,
            ),
            "holdout_power": tidy(["2025"] * 2, value=[0.35, 0.3], list=["service_due", "win_back"]),
            "holdout_called_share": tidy(
                ["2025"] * 2, value=[0.5, 0.45], list=["win_back"] * 2, arm=["to_call", "kept"]
            ),
            "call_gain": [
                tidy([SPAN] * 2, value=[0.12, float("nan")], purpose=["maintenance", "win_back"]),
                tidy(
                    [SPAN] * 3, value=[0.05, 0.25, float("nan")], low=[0.01, 0.15, float("nan")],
                    high=[0.09, 0.35, float("nan")], purpose=["maintenance"] * 2 + ["win_back"],
                    state=["active", "marginal", "churned"], visit_class=["B", "C", "D"],
                ),
            ],
            "call_order_gain": tidy(
                [SPAN] * 4, value=[90.0, 40.0, 60.0, 50.0], low=[1.0, 1.0, 1.0, -5.0], high=[200.0, 90.0, 80.0, 105.0],
                share=["20"] * 4, order=["worth", "chance", "random", "lead"],
            ),
            "leads_reactivated": tidy(["2025"], value=316.0),
            "reactivated_won": tidy(["2025"], value=36.0),
            "lead_cost_saved": tidy(["2025"] * 2, value=[94_800.0, 126_400.0], bound=["low", "high"]),
            "leads_defeated": [tidy(["2025"], value=1000.0), tidy(["2025"], value=90.0, verdict=["same_brand"])],
            "false_defeat_rate": [
                tidy(["2025"], value=0.3, low=0.27, high=0.33),
                tidy(["2025"] * 2, numerator=[50, 31], denominator=100, defeat_reason=["price", "other"]),
            ],
            "referral_rebate": tidy(["2025"], value=127_500.0),
            "referral_match_rate": tidy(["2025"], numerator=150, denominator=180),
            "referrer_share": tidy([DAY] * 2, value=[0.04, 0.01], visit_class=["A", "D"]),
            "trade_in_vehicles": tidy([DAY], value=70.0),
            "trade_in_value": tidy([DAY] * 2, value=[21_000.0, 28_000.0], bound=["low", "high"]),
            "insurance_renewals": tidy(["2026-01", "2026-02", "2026-03", "2026-04"], value=[1.0, 1.0, 1.0, 50.0]),
            "complaints_by_topic": tidy(["2025"] * 2, value=[9.0, 20.0], topic=["waiting", "other"]),
        }
    )  # fmt: skip


SAYINGS = {
    "about_value_created": ({}, ["**¥1,500**", "¥1,000 counted", "95% interval ¥100–¥900; Matched and checked", "at most ¥700; Past share (at most)"]),
    "about_service_due": ({}, ["**11 days**", "29 days", "45 (900 arrivals)", "81.0%", "well calibrated", "**6 vehicles**", "¥60"]),
    "about_reminders": (
        {"days": 30},
        ["**¥4,000**", "8 visits", "2.40 on average", "20.0% took three to five", "**5.0 points**", "1.0 to 12.0", "Matched and checked",
         "Within 30 days it is 20.0 points, of which 15.0 only came earlier; after 12 months 4.0", "finds 0.3 points"],
    ),
    "about_holdout": (
        {"share": 0.1},
        ["10%", "Service due: the 360 vehicles", "the 40 kept apart by 4.0 points (95% interval -1.0 to 9.0)", "35.0%", "Win-back: 45.0% of those kept apart were called"],
    ),
    "about_calls": (
        {},
        ["**Maintenance reminder · Marginal · Class C** most", "25.0 points higher (95% interval 15.0 to 35.0)",
         "Maintenance reminder · Active · Class B least (5.0 points)", "given no worth: Win-back",
         "gain ¥90 a case, ¥40 in the old order and ¥60 without any; the lead is ¥50", "which holds nil and may be chance"],
    ),
    "about_leads": ({}, ["**316 leads**", "36 of them won", "¥94,800–¥126,400", "30.0%", "Another 90", "“price” (50.0%)"]),
    "about_referrals": ({}, ["**¥127,500**", "180 referrals", "150 matched", "4.0% of Class A customers"]),
    "about_opportunities": ({}, ["**70 vehicles**", "¥21,000–¥28,000", "3 vehicles ends", "“waiting” (9)"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SAYINGS)
def test_the_numbers_are_said(results, name):
    settings, said = SAYINGS[name]
    prose = str(getattr(Show(value), name)(results, language="en", **settings))
    for words in said:
        assert words in prose, words


@pytest.mark.parametrize("name", SAYINGS)
def test_both_languages_say_as_much(results, name):
    settings, _ = SAYINGS[name]
    chinese, english = (
        str(getattr(Show(value), name)(results, language=spoken, **settings)) for spoken in ("zh", "en")
    )
    assert chinese.count("\n") == english.count("\n") and "None" not in chinese + english


@pytest.mark.parametrize("name", [name for name in SAYINGS if name != "about_holdout"])
def test_without_numbers_the_reader_is_told_what_is_missing(name):
    assert isinstance(getattr(Show(value), name)(Results(), language="zh", **SAYINGS[name][0]), Missing)


def test_without_a_holdout_one_is_proposed():
    assert "holdout share" in str(value_sentences.about_holdout(Results(), share=0.0, language="en"))


@pytest.mark.parametrize(("share", "said"), [(0.7, "too narrow"), (0.9, "too wide")], ids=["narrow", "wide"])
def test_a_band_that_is_off_is_called_so(results, share, said):
    off = Results({"service_due_coverage": tidy([DAY], value=share)}) + results
    assert said in str(value_sentences.about_service_due(off, language="en"))


def test_an_upper_bound_stands_after_the_estimate_that_is_smaller(results):
    prose = str(value_sentences.about_value_created(results, language="en"))
    assert prose.index("¥500") < prose.index("¥700")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reminder_proof": tidy([SPAN], value=0.0, basis="matched")}, ["no proof", "finds 0.3 points"]),
        (
            {"reminder_proof": tidy([SPAN], value=0.0, basis="none"),
             "reminder_control": tidy([SPAN], value=0.08, low=0.02, high=0.14)},
            ["already finds 8.0 points (95% interval 2.0 to 14.0)", "Nothing is claimed"],
        ),
        (
            {"reminder_proof": tidy([SPAN], value=0.0, basis="none")},
            ["too few calls went unanswered"],
        ),
        (
            {"reminder_proof": tidy([SPAN], value=1.0, basis="holdout")},
            ["In the holdout of", "5.0 points more often", "¥500"],
        ),
        (
            {"reminder_proof": tidy([SPAN], value=0.0, basis="holdout"),
             "reminder_effect": tidy([SPAN], value=-0.01, low=-0.05, high=0.03)},
            ["differ by -1.0 points (95% interval -5.0 to 3.0)"],
        ),
    ],
    ids=["not proven", "control failed", "cannot be told", "holdout", "holdout shows nothing"],
)  # fmt: skip
def test_how_well_the_effect_is_proven_is_said(results, changed, said):
    others = Results.from_rows(row for row in results if row.metric not in changed)
    told = others + Results(changed)
    prose = str(value_sentences.about_reminders(told, days=30, language="en"))
    for words in said:
        assert words in prose, words
    chinese = str(value_sentences.about_reminders(told, days=30, language="zh"))
    assert "None" not in chinese and len(chinese) > 60


def test_single_years_are_said_beside_the_effect_that_is_reckoned_with(results):
    years = {"value": [0.12, -0.02], "low": [0.03, -0.1], "high": [0.21, 0.06]}
    told = results + Results({"reminder_effect": tidy(["2024", "2025"], **years)})
    prose = str(value_sentences.about_reminders(told, days=30, language="en"))
    assert "5.0 points" in prose and "12.0 (3.0 to 21.0) in 2024, -2.0 (-10.0 to 6.0) in 2025" in prose
    assert "single years" not in str(value_sentences.about_reminders(results, days=30, language="en"))


def of_gains(*values):
    kinds = {
        "purpose": ["maintenance"] * len(values),
        "state": ["active", "marginal"],
        "visit_class": ["B", "C"],
    }
    whole = tidy([SPAN], value=values[0], purpose=["maintenance"])
    return Results({"call_gain": [whole, tidy([SPAN] * 2, value=values, low=0.01, high=0.3, **kinds)]})


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ((float("nan"), float("nan")), "draw those to be called first at random", "interval"),
        ((0.10, 0.105), "do not differ beyond chance", "least"),
        ((0.10, 0.20), "changes Maintenance reminder · Active · Class B least", "Not proven"),
    ],
    ids=["unknown", "all alike", "apart"],
)
def test_whom_a_call_changes_is_said_as_far_as_it_is_known(values, said, unsaid):
    prose = str(Show(value).about_calls(of_gains(*values), language="en"))
    assert said in prose and unsaid not in prose
