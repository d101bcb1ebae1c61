"""The program without its checkout: built, installed elsewhere, and run in a folder with an awkward name."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest

from csanalysis.report.files.program import program_fingerprint

ROOT = Path(__file__).parents[1]
BUILT_FROM = ("csanalysis", "notebooks", "*.toml", "*.in", "*.py", "*.md", "*.lock", "*.yml", "LICENSE")
SAID = "这一句是本店自己加的。"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("installed")]


def ran(*command, cwd):
    """What a command wrote, with nothing in its environment that leads to the checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the source distribution and so from nothing but what that holds."""
    sources, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("built")
    for path in (path for pattern in BUILT_FROM for path in ROOT.glob(pattern)):
        if path.is_dir():
            shutil.copytree(path, sources / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, sources)
    build = f"from setuptools import build_meta; build_meta.build_sdist({str(built)!r})"
    ran(sys.executable, "-c", build, cwd=sources)
    (source,) = built.glob("*.tar.gz")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-index", "--no-deps")
    ran(*pip, "--no-build-isolation", "--no-cache-dir", "--wheel-dir", built, source, cwd=built)
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(wheel, tmp_path_factory):
    """The commands of an environment with the wheel and with the packages of this one, but not its checkout."""
    environment = tmp_path_factory.mktemp("environment")
    ran(sys.executable, "-m", "venv", "--without-pip", environment, cwd=environment)
    found = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", found / "python")
    ran(*pip, "install", "--no-index", "--no-deps", wheel, cwd=environment)
    print_place = "import sysconfig; print(sysconfig.get_path('purelib'))"
    place = Path(ran(found / "python", "-c", print_place, cwd=environment).strip())
    (place / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def folder(programs, tmp_path_factory):
    """Where a user stands, with a demo store and its report."""
    folder = tmp_path_factory.mktemp("home") / "my 报告"
    folder.mkdir()
    ran(programs / "csanalysis", "demo", "--dealerships", "1", cwd=folder)
    ran(programs / "csanalysis", "run", "demo/params/haibin.yml", cwd=folder)
    return folder


def test_the_installed_program_is_the_checkout_s_to_the_last_file(programs, tmp_path):
    code = (
        "import json, csanalysis; from csanalysis.report.files.program import program_fingerprint;"
        "print(json.dumps([csanalysis.__file__, program_fingerprint()]))"
    )
    where, fingerprint = json.loads(ran(programs / "python", "-c", code, cwd=tmp_path))
    assert Path(where).is_relative_to(programs.parent)
    assert fingerprint == program_fingerprint()


def test_a_store_begins_where_the_user_stands(programs, tmp_path):
    shown = ran(programs / "csanalysis", "init", "dezhou", cwd=tmp_path).splitlines()
    assert Path(shown[0]) == Path("params/dezhou.yml")
    assert all((tmp_path / line).is_file() for line in shown)


def test_a_report_is_whole_and_lies_where_the_user_stands(folder):
    assert {path.name for path in folder.iterdir()} == {"demo", "outputs"}
    place = folder / "outputs" / "haibin" / "2026"
    assert {"report.html", "report.pdf", "metrics.json", "lists.xlsx"} <= {
        path.name for path in place.iterdir()
    }
    run = json.loads((place / "run.json").read_text(encoding="utf-8"))
    assert run["git"] is None and run["program"] == program_fingerprint()
    assert (folder / "outputs" / ".cache").is_dir() and (folder / "outputs" / "index.html").is_file()


def test_a_copied_notebook_can_be_changed_and_is_the_only_chapter_made_again(programs, folder):
    ran(programs / "csanalysis", "notebooks", "我的 notebooks", cwd=folder)
    copy = folder / "我的 notebooks" / "churn.ipynb"
    book = nbformat.read(copy, 4)
    book.cells[0].source += f"\n\n{SAID}"
    nbformat.write(book, copy)
    with (folder / "demo" / "params" / "haibin.yml").open("a", encoding="utf-8") as params:
        params.write("notebooks: ../../我的 notebooks\nchapters_trusted: true\n")
    place = folder / "outputs" / "haibin" / "2026"
    numbers = (place / "metrics.json").read_bytes()
    ran(programs / "csanalysis", "run", "demo/params/haibin.yml", cwd=folder)
    assert SAID in (place / "report.html").read_text(encoding="utf-8")
    assert (place / "metrics.json").read_bytes() == numbers
    run = json.loads((place / "run.json").read_text(encoding="utf-8"))
    chapters = {path.stem for path in (place / "notebooks").iterdir()}
    assert chapters - {*run["reused"]} == {"churn", "signed_plan"}
