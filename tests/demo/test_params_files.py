"""A params file of the demo is renewed unless somebody edited it; then a line says that it was kept."""

import shlex
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.demo import dealership, params_files
from csanalysis.demo.plan import AS_OF, day_number

ROOT = Path(__file__).parents[2]
STORES = ("haibin", "longshan", "riverside")


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, int]:
    """Stands in an empty folder and writes no exports; notes the last day of those of each store."""
    asked: dict[str, int] = {}

    def write(folder: Path, plan: object, until: int) -> dict[str, object]:
        folder.mkdir(parents=True, exist_ok=True)
        asked[folder.name] = until
        return {}

    monkeypatch.setattr(dealership, "write_dealership", write)
    monkeypatch.setattr(dealership, "readme", lambda stores, until: "")
    monkeypatch.chdir(tmp_path)
    return asked


def written(*more: str) -> list[str]:
    """The lines that the command says of params files it kept."""
    result = CliRunner().invoke(app, ["demo", "outputs/demo", "--params", "params", *more])
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [str(Path("params") / f"{store}.yml") for store in STORES]
    return result.stderr.splitlines()


def edit(store: str, old: str, new: str) -> bytes:
    path = Path("params") / f"{store}.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path.read_bytes()


def test_an_edited_file_is_kept_and_said_in_one_line(days: dict[str, int]) -> None:
    assert written() == []
    others = {store: Path("params", f"{store}.yml").read_bytes() for store in STORES[1:]}
    mine = edit("haibin", "plan_year: 2026", "plan_year: 2027")
    for _ in range(2):
        (line,) = written()
        assert (
            line
            == f"{Path('params/haibin.yml')}: has been edited and is kept as it is; delete it to have the demo's again"
        )
    assert Path("params/haibin.yml").read_bytes() == mine
    assert others == {store: Path("params", f"{store}.yml").read_bytes() for store in STORES[1:]}
    Path("params/haibin.yml").unlink()
    assert written() == []
    assert b"plan_year: 2026" in Path("params/haibin.yml").read_bytes()


def test_what_is_said_has_both_languages() -> None:
    line = params_files.kept_notice(Path("params/haibin.yml"))
    assert line.zh == f"{Path('params/haibin.yml')}：已被改动，原样保留；要恢复示例的参数文件，请先删除它"


def test_an_unedited_file_is_renewed_for_another_day_and_back(days: dict[str, int]) -> None:
    written()
    first = Path("params/longshan.yml").read_bytes()
    assert written("--until", "2026-03-31") == []
    assert b"2026-03-31" in Path("params/longshan.yml").read_bytes()
    (Path("outputs/demo") / params_files.RECORD).unlink()  # as after a make clean
    assert written() == []
    assert Path("params/longshan.yml").read_bytes() == first


def test_a_file_that_an_earlier_program_wrote_is_renewed(
    days: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = params_files.params_text
    with monkeypatch.context() as earlier:
        earlier.setattr(params_files, "params_text", lambda *given: text(*given) + "# an older version\n")
        written()
    assert "older" in Path("params/haibin.yml").read_text(encoding="utf-8")
    assert written() == []
    assert "older" not in Path("params/haibin.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("as_of", "more", "last"),
    [
        ("2026-02-28", (), day_number(date(2026, 2, 28))),
        ("2026-02-28", ("--until", "2026-05-31"), day_number(date(2026, 5, 31))),
        ("2026-12-31", (), AS_OF),
        ("soon", (), AS_OF),
    ],
    ids=["its own day", "the day asked for", "a day beyond the simulation", "no day"],
)
def test_exports_of_a_kept_file_reach_the_day_that_it_counts(
    days: dict[str, int], as_of: str, more: tuple[str, ...], last: int
) -> None:
    written()
    edit("riverside", '"2025-12-31"', f'"{as_of}"')
    mine = edit("riverside", "unit: vehicle", "unit: customer")
    assert len(written(*more)) == 1
    assert days["riverside"] == last
    assert Path("params/riverside.yml").read_bytes() == mine
    if not more:
        assert days["haibin"] == AS_OF


@pytest.mark.skipif(not shutil.which("make"), reason="without make there are no targets")
@pytest.mark.parametrize("target", ["report", "lab"])
def test_the_make_targets_keep_an_edited_file(target: str, days: dict[str, int]) -> None:
    said = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (line,) = [line for line in said.splitlines() if " csanalysis demo " in line]
    command = shlex.split(line)
    arguments = command[command.index("csanalysis") + 1 :]
    shutil.copytree(ROOT / "params", "params")
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stderr) == (0, ""), "the committed files are the demo's own"
    mine = edit("haibin", "plan_year: 2026", "plan_year: 2027")
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, len(result.stderr.splitlines())) == (0, 1)
    assert Path("params/haibin.yml").read_bytes() == mine
