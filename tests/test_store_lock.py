"""One at a time at a place in an object store, on whichever machine; what the dead leave behind expires."""

import json
import os
import socket

import pytest

from csanalysis.errors import BusyError
from csanalysis.fleet import store_lock
from csanalysis.fleet.store_lock import locked
from csanalysis.messages import said

URL = "memory://bucket/reports"
LOCK = "/bucket/reports/.locks/west-2026.{}.lock"


@pytest.fixture(params=["memory", "file"])
def url(request, bucket, tmp_path):
    return URL if request.param == "memory" else f"file://{tmp_path}/reports"


def held(url, **more):
    return locked(url, "west/2026", told="west", **{"patience": 0, **more})


def left_behind(bucket, number=1, **said):
    known = {"token": "t", "host": "elsewhere", "process": 7, "since": "then", "until": 9e9}
    bucket.pipe_file(LOCK.format(number), json.dumps({**known, **said}).encode())


def test_a_second_waits_or_is_told_who_holds_it(url):
    with held(url) as lock:
        assert lock.still()
        with pytest.raises(BusyError) as busy, held(url):
            pass
        with locked(url, "east/2026", patience=0, told="east"):
            pass
    (line,) = busy.value.problems
    assert f"west: is being made by process {os.getpid()} on {socket.gethostname()} since 20" in line
    assert "正在生成" in said(line, "zh")
    assert not lock.still()
    with held(url):
        pass


def test_a_lock_of_another_machine_holds_until_it_expires(bucket):
    left_behind(bucket)
    with pytest.raises(BusyError, match="process 7 on elsewhere since then"), held(URL):
        pass
    left_behind(bucket, until=1.0)
    with held(URL) as lock:
        assert lock.path.endswith(".2.lock") and not bucket.exists(LOCK.format(1))
    assert bucket.find("/bucket") == []


def test_a_process_of_this_machine_that_is_gone_holds_nothing(bucket):
    left_behind(bucket, host=socket.gethostname(), process=2**22 + 1)
    with held(URL) as lock:
        assert lock.still()


def test_a_lock_that_is_being_written_holds(bucket):
    bucket.pipe_file(LOCK.format(1), b"{")
    with pytest.raises(BusyError), held(URL):
        pass


def test_of_two_that_see_an_expired_lock_one_gets_it(bucket, monkeypatch):
    left_behind(bucket, until=1.0)
    create = type(bucket).pipe_file

    def another_was_quicker(files, path, value, **more):
        if more.get("mode") == "create" and not files.exists(path):
            left_behind(files, 2)
        return create(files, path, value, **more)

    monkeypatch.setattr(type(bucket), "pipe_file", another_was_quicker)
    with pytest.raises(BusyError, match="elsewhere"), held(URL):
        pass
    assert json.loads(bucket.cat_file(LOCK.format(2)))["host"] == "elsewhere"


def test_one_made_meanwhile_under_another_number_is_given_way(bucket, monkeypatch):
    create = type(bucket).pipe_file

    def another_number(files, path, value, **more):
        create(files, path, value, **more)
        if more.get("mode") == "create":
            left_behind(files, 5)

    monkeypatch.setattr(type(bucket), "pipe_file", another_number)
    with pytest.raises(BusyError, match="elsewhere"), held(URL):
        pass
    assert not bucket.exists(LOCK.format(1))


def test_who_held_it_too_long_holds_it_no_more(bucket, monkeypatch):
    monkeypatch.setattr(store_lock, "LIFE", -1.0)
    with held(URL) as lock:
        assert not lock.still()
