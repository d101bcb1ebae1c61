"""What stands in deploy/ is whole, and calls commands as they are; no container is built here."""

import re
import shlex
import subprocess
import sys
import types

import pytest
import yaml
from typer.main import get_command

from csanalysis.cli import app
from tests.test_project import PYPROJECT, ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yml").read_text(encoding="utf-8")))
IMAGE = re.compile(r"[a-z0-9-]+(:[a-z0-9.-]+)?")
"""A name of no registry, with a tag or without."""


def taken(command, *arguments):
    """The arguments as the command takes them; ClickException of what it does not."""
    return get_command(app).commands[command].make_context(command, [str(each) for each in arguments]).params


def steps():
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(" ", 1) for line in joined.splitlines() if re.match("[A-Z]+ ", line)]


def test_the_image_is_slim_not_root_and_made_of_what_is_there():
    found = steps()
    bases = [what.split(" AS ")[0] for step, what in found if step == "FROM"]
    low = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    assert set(bases) == {f"python:{low}-slim"} and all(map(IMAGE.fullmatch, bases))
    users = [what for step, what in found if step == "USER"]
    assert users == ["csanalysis"] and "useradd --create-home --uid 1000 csanalysis" in DOCKERFILE
    order = [step for step, _ in found]
    assert order.index("USER") < order.index("ENTRYPOINT") and not {"ADD", "EXPOSE"} & set(order)
    copied = [
        name for step, what in found if step == "COPY" and "--from" not in what for name in what.split()[:-1]
    ]
    assert all((ROOT / name).exists() for name in copied)
    assert {"pyproject.toml", "csanalysis", "notebooks", "requirements.lock"} <= set(copied)
    (entry,) = [what for step, what in found if step == "ENTRYPOINT"]
    assert yaml.safe_load(entry) == ["csanalysis"] and "csanalysis" in PYPROJECT["project"]["scripts"]
    assert "://" not in DOCKERFILE.replace("s3://", "")


def test_what_the_build_needs_is_copied():
    """The files that the project's own description names, or the wheel is not made."""
    copied = " ".join(what for step, what in steps() if step == "COPY")
    manifest = (ROOT / "MANIFEST.in").read_text(encoding="utf-8")
    named = [
        name
        for line in manifest.splitlines()
        if line.startswith(("graft", "include"))
        for name in line.split()[1:]
    ]
    assert all(name in copied for name in named), named


def test_every_service_of_the_compose_file_is_called_as_its_command_takes_it():
    services = COMPOSE["services"]
    assert {"schedule", "scheduler", "worker", "database"} == set(services)
    for service in services.values():
        assert IMAGE.fullmatch(service["image"]) and service["restart"] == "unless-stopped"
    schedule = services["schedule"]["command"]
    params = taken(*schedule)
    assert params["scheduler"] == "tcp://scheduler:8786" and [str(p) for p in params["params_files"]] == [
        "params/group.yml"
    ]
    from distributed.cli import dask_scheduler, dask_worker

    for name, command in (("scheduler", dask_scheduler.main), ("worker", dask_worker.main)):
        assert services[name]["entrypoint"] == ["dask", name]
        command.make_context(name, list(services[name]["command"]))
    assert set(services["schedule"]["depends_on"]) <= set(services)
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    assert not re.search(r"(?im)^ *\w*password: *[^$\s]", text), "secrets come from the environment"


def containers(manifest):
    return manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def test_a_store_is_a_pod_and_the_shares_are_as_many_as_the_pods():
    plans, network = MANIFESTS
    spec = plans["spec"]["jobTemplate"]["spec"]
    (line,) = containers(plans)["containers"][0]["args"]
    (share,) = re.findall(r"--share \$\(\(JOB_COMPLETION_INDEX \+ 1\)\)/(\d+)", line)
    assert spec["completionMode"] == "Indexed" and int(share) == spec["completions"]
    words = shlex.split(line.replace("$((JOB_COMPLETION_INDEX + 1))", "7"))
    assert taken(*words[2:])["share"] == f"7/{share}"
    taken(*containers(network)["containers"][0]["args"])
    for manifest in MANIFESTS:
        assert (
            manifest["kind"] == "CronJob" and containers(manifest)["securityContext"]["runAsNonRoot"] is True
        )
        assert IMAGE.fullmatch(containers(manifest)["containers"][0]["image"])


class Task:
    """A task of either package, done where it is called; what it maps it does one after the other."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *given, **more):
        return self.function(*given, **more)

    def map(self, rows):
        for row in rows:
            self.function(row)
        return types.SimpleNamespace(wait=lambda: None)

    def expand(self, params_file):
        self.map(params_file)
        return self

    def __rshift__(self, other):
        return other


def decorator(*given, **options):
    return Task(given[0]) if given and callable(given[0]) else Task


def stand_in(name, monkeypatch, **members):
    module = types.ModuleType(name)
    vars(module).update(members)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize("name", ["airflow_plans", "prefect_plans"])
def test_each_example_does_a_task_a_store_and_then_the_groups_report(name, tmp_path, monkeypatch):
    def dag(**_):
        return lambda function: lambda: function()

    stand_in("airflow", monkeypatch)
    stand_in("airflow.sdk", monkeypatch, dag=dag, task=decorator)
    stand_in("airflow.exceptions", monkeypatch, AirflowFailException=ValueError)
    stand_in("prefect", monkeypatch, flow=decorator, task=decorator)
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "group.yml").write_text(
        "plan_year: 2026\nsources: {vehicle_sales: s.csv, service_visits: v.csv}\nstores: [anhai, bohai]\n"
    )
    called = []

    def run(command, *, cwd, check):
        called.append(command)
        return subprocess.CompletedProcess(command, 0)

    code = (
        (DEPLOY / f"{name}.py")
        .read_text(encoding="utf-8")
        .replace('Path("/srv")', f"Path({str(tmp_path)!r})")
    )
    monkeypatch.setattr(subprocess, "run", run)
    module = types.ModuleType(name)
    exec(compile(code, f"{name}.py", "exec"), vars(module))
    if name == "prefect_plans":
        module.plans()
    stores = [f"params/group.stores/{store}.yml" for store in ("anhai", "bohai")]
    assert [command[1:3] for command in called] == [
        *(["run", store] for store in stores),
        ["network", "params/group.yml"],
    ]
    for program, *arguments in called:
        assert program == "csanalysis" and taken(*arguments)
