"""Nothing outside the working copy is ever taken away or written over, whatever address or name is given."""

import os
import shutil
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import StoreError
from csanalysis.fleet import working_copy
from csanalysis.fleet.addressed import report_at
from csanalysis.fleet.stored import Stored
from csanalysis.fleet.working_copy import WorkingCopy, owned

URL = "memory://bucket/reports"
NOWHERE = [
    "s3://",
    "s3:///",
    "s3:///west/2026",
    "s3://bucket/../2026",
    "memory://",
    "file:///",
    "s3://b//2026",
]


@pytest.fixture
def untouched(tmp_path, monkeypatch):
    """Whatever takes away or replaces a file says so here, and does nothing."""
    monkeypatch.setattr(working_copy, "user_cache_path", lambda program: tmp_path / "cache" / program)
    called = []

    def records(name, *paths, **_):
        called.append((name, *map(str, paths)))

    for module, names in (
        (shutil, ("rmtree", "move")),
        (os, ("remove", "unlink", "rmdir", "replace", "rename")),
        (Path, ("unlink", "rmdir", "replace", "rename", "write_bytes", "write_text")),
        (working_copy, ("write_whole",)),
    ):
        for name in names:
            monkeypatch.setattr(module, name, partial(records, name))
    yield called
    assert called == []


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "/",
            ".",
            "..",
            "own",
            "/own",
            "{own}",
            "{own}/..",
            "{own}/../other",
            "{own}/a/../../other",
            "{own}/.",
        ),
        *("/etc", "{own}-too", "{out}/x", "s3://", "s3://bucket/x", "{own}/../own"),
    ],
)
def test_a_path_that_is_not_inside_the_copy_is_refused(untouched, tmp_path, path):
    copy = WorkingCopy(URL)
    copy.own.mkdir(parents=True)
    (copy.own / "out").symlink_to(tmp_path)
    bad = Path(path.format(own=copy.own, out=copy.own / "out"))
    for does in (copy.empty, copy.forget, lambda folder: copy.save(folder.parent, {folder.name: b"x"})):
        with pytest.raises(StoreError, match="lies outside the working copy"):
            does(bad)


@pytest.mark.parametrize("name", ["", "/etc/passwd", "..", "../x", "../../x", "a/../../../x"])
def test_a_name_that_leads_out_of_the_copy_is_not_written(untouched, name):
    copy = WorkingCopy(URL)
    with pytest.raises(StoreError, match="lies outside the working copy"):
        copy.save(copy.own, {name: b"x"})


def test_a_file_is_no_folder_to_empty_and_the_root_is_no_copy(untouched):
    copy = WorkingCopy(URL)
    copy.own.mkdir(parents=True)
    (copy.own / "file").touch()
    with pytest.raises(StoreError, match="is no folder"):
        copy.empty(copy.own / "file")
    with pytest.raises(StoreError, match="lies outside"):
        owned(Path("/"), Path("/etc"))


@pytest.mark.parametrize(
    "place",
    [
        "",
        "/",
        "..",
        "../failed",
        "west/..",
        "west/../..",
        "/west/2026",
        "west",
        "west//2026",
        "a/b/c/d",
        "a\\b/c",
    ],
)
def test_a_place_that_is_not_below_the_reports_is_refused(untouched, bucket, place):
    with pytest.raises(StoreError, match="no folder below the reports"):
        Stored(URL).fetch(place)


@pytest.mark.parametrize("address", NOWHERE)
def test_an_address_of_no_place_is_refused_by_every_command(untouched, address, tmp_path):
    with pytest.raises(StoreError, match="write it as s3://bucket/reports"):
        Stored(address)
    with pytest.raises(StoreError, match="write it as s3://bucket/reports"):
        report_at(address)
    for command in (
        *(["run", "a.yml"], ["plan", "a.yml"], ["check", "a.yml", "--html"], ["lists", "a.yml"]),
        *(["network", "a.yml", "b.yml"], ["schedule", "a.yml"], ["convert", "a.yml", "--to", str(tmp_path)]),
    ):
        told = CliRunner().invoke(app, ["--language", "en", *command, "--output", address])
        assert told.exit_code == 2 and "write it as s3://bucket/reports" in told.stderr, (
            command,
            told.output,
        )
        assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "address", [*NOWHERE, "s3://bucket", "s3://bucket/2026", f"{URL}/west", f"{URL}/West/2026"]
)
@pytest.mark.parametrize("command", ["verify", "show"])
def test_an_address_of_no_report_is_refused(untouched, bucket, command, address):
    told = CliRunner().invoke(app, ["--language", "en", command, address])
    assert told.exit_code == 2 and "write it as s3://bucket/reports" in told.stderr, told.output
