"""A report made again is held against the one that is there; what differs is named, and why."""

import hashlib
import json
from copy import deepcopy

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import IngestError, ReportError
from csanalysis.fleet.verifying import verdict_lines, verify
from csanalysis.report import making
from csanalysis.report.making import Made

pytestmark = pytest.mark.usefixtures("jobs_here")

RUN = {
    "dealership": "small",
    "plan_year": 2026,
    "as_of": "2025-12-31",
    "language": "en",
    "params_file": "../../../small.yml",
    "params": {"dealership": {"id": "small"}, "churn": {"years": 5, "rule": "fixed"}},
    "inputs": [
        {"table": "vehicle_sales", "file": "sales.csv", "sha256": "aa"},
        {"table": "service_visits", "file": "visits.csv", "sha256": "bb"},
    ],
    "program": {"code": "c0", "pages": "p0", "notebooks": "n0"},
    "versions": {"csanalysis": "1.0", "pandas": "3.0.0"},
    "made_from": {"environment": "e0"},
    "hashes": {
        "churn": {"figure churn_by_year": "f0", "table targets": "t0"},
        "value": {"cards": "k0"},
    },
}
RATE = {
    "metric": "annual_churn_rate", "period": "2025", "group": {}, "value": 0.35,
    "numerator": 350, "denominator": 1000, "low": 0.32, "high": 0.38,
}  # fmt: skip
BASE = {
    "metric": "effective_base",
    "period": "2025-12-31",
    "group": {"team": "A", "brand": "B"},
    "value": 800,
}
NUMBERS = [RATE, BASE, {**BASE, "group": {}, "value": None}]


def leave(place, run=RUN, numbers=NUMBERS):
    """What a run leaves in ``place``, as far as it is looked at."""
    place.mkdir(parents=True)
    (place / "metrics.json").write_text(json.dumps({"metrics": numbers}))
    sums = {"metrics.json": hashlib.sha256((place / "metrics.json").read_bytes()).hexdigest()}
    (place / "run.json").write_text(json.dumps({**run, "files": sums}))
    return place


@pytest.fixture
def place(tmp_path):
    """A report, and its params file where the report says that it is."""
    (tmp_path / "small.yml").write_text("the params")
    return leave(tmp_path / "out" / "small" / "2026")


@pytest.fixture
def again(monkeypatch):
    """Says what making the report again leaves; gives the params files that were run."""
    asked = []

    def set_up(run=RUN, numbers=NUMBERS, problems=()):
        def make_report(params_file, output, *_, **__):
            asked.append(params_file)
            if problems:
                raise IngestError(list(problems))
            return Made(leave(output / "small" / "2026", run, numbers))

        monkeypatch.setattr(making, "make_report", make_report)
        return asked

    return set_up


def changed(**parts):
    """The run with other entries in its parts."""
    run = deepcopy(RUN)
    for part, entries in parts.items():
        run[part] = {**run[part], **entries} if isinstance(entries, dict) else entries
    return run


def command(*arguments):
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


def test_the_same_is_said_with_how_much_was_compared(place, again, tmp_path):
    asked = again()
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    result = command(place)
    assert result.exit_code == 0 and result.stderr == ""
    assert result.stdout == f"{place}: the same: 3 numbers, 3 figures and tables\n"
    assert asked == [(tmp_path / "small.yml").resolve()]
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


@pytest.mark.parametrize(
    ("numbers", "line"),
    [
        ([{**RATE, "value": 0.36}, *NUMBERS[1:]], "number annual_churn_rate 2025: value 0.35, now 0.36"),
        ([{**RATE, "low": None}, *NUMBERS[1:]], "number annual_churn_rate 2025: low 0.32, now None"),
        (
            [RATE, {**BASE, "value": 801}, NUMBERS[2]],
            "number effective_base 2025-12-31 (brand B, team A): value 800, now 801",
        ),
        (
            [RATE, BASE, {**NUMBERS[2], "value": 0}],
            "number effective_base 2025-12-31: value None, now 0",
        ),
        (NUMBERS[1:], "number annual_churn_rate 2025: is not there now"),
        ([*NUMBERS, {**RATE, "period": "2024"}], "number annual_churn_rate 2024: was not there"),
    ],
    ids=["a value", "an end of an interval", "of a group", "null is not 0", "gone", "new"],
)
def test_a_number_that_differs_is_told_old_and_new(place, again, numbers, line):
    again(numbers=numbers)
    assert verify(place).differences == [line]


def test_the_last_bits_of_a_sum_are_no_difference_and_more_is(place, again):
    again(numbers=[{**RATE, "value": 0.35 * (1 + 1e-14)}, *NUMBERS[1:]])
    assert verify(place).same
    again(numbers=[{**RATE, "value": 0.35 * (1 + 1e-9)}, *NUMBERS[1:]])
    assert not verify(place).same


@pytest.mark.parametrize(
    ("hashes", "line"),
    [
        ({"value": {"cards": "k1"}}, "value: cards differs"),
        ({"churn": {"table targets": "t0"}}, "churn: figure churn_by_year is not there now"),
        ({"value": {"cards": "k0", "table moves": "m0"}}, "value: table moves was not there"),
        ({"upsell": {"cards": "u0"}}, "upsell: cards was not there"),
    ],
)
def test_a_figure_or_table_that_differs_is_named_with_its_chapter(place, again, hashes, line):
    again(changed(hashes=hashes))
    assert verify(place).differences == [line]


@pytest.mark.parametrize(("part", "now"), [("as_of", "2026-01-31"), ("language", "zh"), ("plan_year", 2027)])
def test_another_day_language_or_year_is_another_report(place, again, part, now):
    again(changed(**{part: now}))
    assert verify(place).differences == [f"{part}: {RUN[part]}, now {now}"]


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (
            changed(inputs=[RUN["inputs"][0], {**RUN["inputs"][1], "sha256": "b2"}]),
            "export visits.csv (service_visits) has other bytes",
        ),
        (changed(inputs=RUN["inputs"][:1]), "export visits.csv (service_visits) is gone"),
        (
            changed(inputs=[*RUN["inputs"], {"table": "leads", "file": "leads.csv", "sha256": "cc"}]),
            "export leads.csv (leads) is new",
        ),
        (
            changed(params={"churn": {"years": 4, "rule": "fixed"}}),
            "params: churn.years was 5, is 4",
        ),
        (changed(program={"code": "c1"}), "the program's code changed"),
        (changed(versions={"pandas": "3.1.0"}), "pandas was 3.0.0, is 3.1.0"),
        (changed(made_from={"environment": "e1"}), "other installed packages or another lock file"),
    ],
    ids=["bytes", "gone", "new", "param", "program", "version", "environment"],
)
def test_what_was_not_the_same_is_the_reason(place, again, run, reason):
    again(run, [{**RATE, "value": 0.36}, *NUMBERS[1:]])
    result = command(place)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{place}: differs in 1 of 3 numbers, 3 figures and tables",
        "  number annual_churn_rate 2025: value 0.35, now 0.36",
        "because",
        f"  {reason}",
    ]
    again(run)
    result = command(place)
    assert result.exit_code == 0, "a reason without an effect is no difference"
    assert result.stdout.splitlines()[1:] == [f"  though {reason}"]


def test_numbers_edited_by_hand_are_found_out(place, again):
    edited = [{**RATE, "value": 0.25}, *NUMBERS[1:]]
    (place / "metrics.json").write_text(json.dumps({"metrics": edited}))
    again()
    verdict = verify(place)
    assert verdict.differences == ["number annual_churn_rate 2025: value 0.25, now 0.35"]
    assert verdict.reasons == ["metrics.json was written to after the run"]


def test_a_difference_without_any_reason_is_a_bug_and_said_to_be_one(place, again):
    again(numbers=[{**RATE, "value": 0.36}, *NUMBERS[1:]])
    assert verdict_lines(verify(place), place)[-1] == (
        "  params, exports, program and packages are the same: this is a bug; please report it"
    )


@pytest.mark.parametrize(("count", "more"), [(20, []), (21, ["  and 1 more"])], ids=str)
def test_of_many_differences_twenty_are_shown(place, again, count, more):
    many = {f"figure {n}": "x" for n in range(count)}
    again(changed(hashes={"value": {"cards": "k0", **many}}))
    lines = verdict_lines(verify(place), place)
    assert lines[0] == f"{place}: differs in {count} of 3 numbers, 3 figures and tables"
    shown = [f"  value: figure {n} was not there" for n in range(20)]
    assert lines[1 : lines.index("because")] == [*shown, *more]


def refused(place, *options):
    result = command(place, *options)
    assert result.exit_code == 2 and result.stdout == "" and "Traceback" not in result.stderr
    return result.stderr


def test_a_folder_that_is_not_there(tmp_path):
    nowhere = tmp_path / "nowhere"
    said = f"{nowhere / 'run.json'}: no such file; name a folder such as outputs/store/2026\n"
    assert refused(nowhere) == said


@pytest.mark.parametrize("name", ["run.json", "metrics.json"])
@pytest.mark.parametrize("text", ["", '{"metrics": [', "[1]", "3", "null", "{}", '{"metrics": null}'])
def test_a_damaged_file_is_named(place, again, name, text):
    again()
    (place / name).write_text(text)
    said = refused(place)
    assert said.startswith(f"{place / name}: ") and said.count("\n") == 1


@pytest.mark.parametrize("part", [*RUN, "files"])
def test_a_manifest_of_an_older_program_is_told_apart(place, again, part):
    again()
    run = json.loads((place / "run.json").read_text())
    del run[part]
    (place / "run.json").write_text(json.dumps(run))
    said = f"{place / 'run.json'}: says no {part}; make it anew with csanalysis run\n"
    assert refused(place) == said


def test_a_params_file_that_moved_is_asked_for_and_taken_from_where_it_is(place, again, tmp_path):
    asked = again()
    moved = (tmp_path / "small.yml").rename(tmp_path / "moved.yml")
    said = "the params file is not there any more; name it with --params"
    assert refused(place) == f"{(tmp_path / 'small.yml').resolve()}: {said}\n"
    assert refused(place, "--params", tmp_path / "no.yml") == f"{tmp_path / 'no.yml'}: {said}\n"
    assert asked == []
    assert command(place, "--params", moved).exit_code == 0 and asked == [moved]


def test_a_report_that_cannot_be_made_again_says_why(place, again, tmp_path):
    file = (tmp_path / "small.yml").resolve()
    again(problems=["sales.csv: no such file", "visits.csv: is empty"])
    with pytest.raises(ReportError) as error:
        verify(place)
    assert str(error.value) == (
        f"{place}: cannot be made again: {file}: sales.csv: no such file; {file}: visits.csv: is empty"
    )


def test_of_several_reports_each_is_told_and_the_worst_counts(place, again, tmp_path):
    again()
    other = leave(tmp_path / "out" / "small" / "2025", changed(hashes={"value": {"cards": "k9"}}))
    assert command(place, other).exit_code == 1
    result = command(tmp_path / "nowhere", place, other)
    assert result.exit_code == 2
    assert f"{place}: the same" in result.stdout and f"{other}: differs in 1 of" in result.stdout
