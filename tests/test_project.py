"""What holds the project together: one list of dependencies, a plain lock file, imports that only go down."""

import ast
import re
import subprocess
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml

from tests.licences import locked

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "csanalysis"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()

FLOORS = (
    ("messages", "addresses", "palette", "moved", "legible", "json_files", "whole_files"),
    ("errors",),
    ("schema", "fonts"),
    ("params",),
    ("privacy",),
    ("ingest", "demo", "starter"),
    ("metrics",),
    ("catalogue",),
    ("display",),
    ("chapters",),
    ("desk",),
    ("report",),
    ("network", "progress"),
    ("fleet",),
    ("delivery",),
    ("schedule",),
    ("cli",),
)
"""The rooms of the house, lowest floor first; a room imports from floors below its own alone."""

INNER_FLOORS = {
    "metrics": (
        ("period_kinds", "remembered"),
        ("periods",),
        ("results",),
        ("results_file",),
        ("stats",),
        ("exports", "network"),
        ("first_service", "workshop"),
        ("customers",),
        ("contacts", "surveys"),
        ("campaigns", "plan", "value"),
        ("upsell",),
        ("simulation",),
    ),
    "display": (("drawing", "verbatim", "canvas"), ("prose", "lists"), ("figures", "tables"), ("show",)),
    "chapters": (
        ("goal", "shared", "standing"),
        ("answered",),
        (
            "store_facts",
            "first_service",
            "churn",
            "satisfaction",
            "upsell",
            "calendar",
            "data_quality",
        ),
        ("business", "customer_base", "value", "process", "information"),
        ("work_lists",),
        ("meeting", "plan"),
        ("simulation", "network"),
        ("review",),
        ("signed",),
        ("everything",),
    ),
    "report": (
        ("options", "templates", "look", "cover", "strictness", "gate"),
        ("document", "notebook"),
        ("files", "failure", "profile_page", "slides"),
        ("assemble", "contract", "changes", "index"),
        ("running", "appendix", "listed"),
        ("finishing",),
        ("build",),
        ("packs", "making", "warmup"),
    ),
}
"""The same inside the four largest rooms."""


def _floor_of(floors: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    return {room: floor for floor, rooms in enumerate(floors) for room in rooms}


FLOOR = _floor_of(FLOORS)


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~\[ ]", requirement)[0].lower().replace("_", "-")


def test_environment_yml_agrees_with_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, _, pip = environment["dependencies"]
    assert python == "python" + PYPROJECT["project"]["requires-python"]
    assert pip["pip"] == [*PYPROJECT["project"]["dependencies"], "-e ."]


def test_the_lock_file_is_plain_and_names_every_dependency():
    assert LOCK
    for line in LOCK:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line), line
    locked = {_name(line) for line in LOCK}
    wanted = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    assert {_name(requirement) for requirement in wanted} <= locked


def _modules_imported(path: Path) -> set[str]:
    """Dotted names of the package's modules that a file imports, anywhere in it and for types alone too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.startswith("csanalysis.") and _is_module(name)}


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _sources() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem[:2] != "__")


def test_rooms_import_only_from_floors_below():
    wrong = []
    for path in _sources():
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for name in _modules_imported(path):
            other = name.split(".")[1]
            if other != room and FLOOR[other] >= FLOOR[room]:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


@pytest.mark.parametrize("room", INNER_FLOORS)
def test_inside_a_room_imports_go_down_too(room):
    floor, wrong = _floor_of(INNER_FLOORS[room]), []
    for path in _sources():
        parts = path.relative_to(PACKAGE).parts
        if parts[0] != room or parts[1] == "__init__.py":
            continue
        here = parts[1].removesuffix(".py")
        for name in _modules_imported(path):
            inner = name.split(".")[1:3]
            if inner[0] == room and len(inner) == 2 and inner[1] != here and floor[inner[1]] >= floor[here]:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


def test_no_circle_of_modules():
    """Files of one folder may import each other, but never round in a circle; a package's face is its files'."""
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in _sources()}
    order = TopologicalSorter(
        {
            name: {other for other in _modules_imported(path) if other in names and other != name}
            for name, path in names.items()
            if path.name != "__init__.py"
        }
    )
    order.prepare()  # CycleError names the circle


def test_json_is_read_in_one_place():
    """Whoever reads it elsewhere would have to know that deep nesting is an error of another kind."""
    reader = PACKAGE / "json_files.py"
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _sources()
        if path != reader
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\bjson\.loads?\b", line)
    ]
    assert not wrong


def test_no_room_is_a_hall():
    halls = {
        str(path.relative_to(ROOT)): lines
        for path in _sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not halls
    assert not [path for path in _sources() if path.stem in ("utils", "helpers", "common")]


MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
SAY_MAKE = (
    ".ci/run",
    ".github/workflows/ci.yml",
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)


def test_every_target_is_phony_and_told_by_make_help():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = dict(re.findall(r"^  make (\S+) +(\S.*)$", shown, re.MULTILINE))
    assert set(told) == set(phony.split()) == TARGETS


@pytest.mark.parametrize("name", SAY_MAKE)
def test_every_target_that_a_file_names_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^ *|`|run: |；|; )make ([a-z][a-z-]*)\b(?! sets)", text, re.MULTILINE))
    assert named and named <= TARGETS, named - TARGETS


def test_the_workflow_tests_every_python_that_the_package_allows():
    job = WORKFLOW["jobs"]["essential"]
    pythons = job["strategy"]["matrix"]["python"]
    assert pythons == ["3.11", "3.12", "3.13", "3.14"]
    assert PYPROJECT["project"]["requires-python"] == f">={pythons[0]}"
    assert [step["run"] for step in job["steps"] if "run" in step] == [
        "make lint PYTHON=python",
        "make test PYTHON=python",
    ]
    assert WORKFLOW["jobs"]["all"]["steps"][-1]["run"] == "make test-all PYTHON=python"


def test_the_page_of_licences_names_what_is_locked():
    rows = [
        line.split(" | ")[:2]
        for line in (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").splitlines()
    ]
    named = [(row[0].removeprefix("| "), row[1]) for row in rows if len(row) == 2 and "==" not in row[0]]
    assert [row for row in named if row not in {("package", "version"), ("---", "---")}] == locked(), (
        "python -m tests.licences writes it anew"
    )


def test_hooks_are_local_and_run_what_is_locked():
    hooks = {hook["id"]: hook for repo in HOOKS for hook in repo["hooks"]}
    assert [repo["repo"] for repo in HOOKS] == ["local"] and set(hooks) == {
        "ruff-check",
        "ruff-format",
        "mypy",
        "notebooks-without-outputs",
    }
    locked = {_name(line) for line in LOCK}
    for hook in hooks.values():
        python, module = re.fullmatch(r"(\S+) -m (\S+).*", hook["entry"]).groups()
        assert hook["language"] == "system" and python == ".venv/bin/python" and module in locked
    notebooks = re.compile(hooks["notebooks-without-outputs"]["files"])
    assert all(
        notebooks.search(path.relative_to(ROOT).as_posix()) for path in (ROOT / "notebooks").glob("*.ipynb")
    )
