"""A service with runs that take no time, and triggers that do not wait for the clock."""

import io
import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from apscheduler.triggers.base import BaseTrigger

from csanalysis.fleet import Outcome
from csanalysis.schedule import Settings
from csanalysis.schedule.service import Service


class Every(BaseTrigger):
    """Comes round every so many seconds."""

    def __init__(self, seconds):
        self.step = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous, now):
        return (previous or now) + self.step


def every(seconds):
    return lambda line, zone=None, *, jitter=0: Every(seconds)


class Runs:
    """Stands for the processes: remembers what was run and how many at once."""

    def __init__(self, output, takes=0.0, problems=()):
        self.output, self.takes, self.problems = output, takes, tuple(problems)
        self.works, self.beside = [], []
        self.done, self.going, self.most, self.hidden = [], 0, 0, set()
        self.ended, self.lock, self.over = False, threading.Lock(), threading.Event()

    def run(self, path, output, *, work="report", hide=(), beside=()):
        self.beside = list(beside) or self.beside
        with self.lock:
            self.going += 1
            self.most = max(self.most, self.going)
        self.hidden |= set(hide)
        self.works.append((path.stem, work))
        self.over.wait(self.takes)
        with self.lock:
            self.going -= 1
            self.done.append(path.stem)
        if self.ended or self.problems:
            return Outcome(path, problems=self.problems or ("killed",))
        return Outcome(path, output / path.stem / "2026")

    def end(self):
        self.ended = True
        self.over.set()


class House:
    """Params files, an output folder, and services over them."""

    def __init__(self, folder):
        self.params, self.output = folder / "params", folder / "outputs"
        self.params.mkdir()
        self.log, self.runs = io.StringIO(), Runs(self.output)
        self.every, self.wait_for = every, wait_for

    def store(self, name, schedule="0 6 2 * *", more="", language="en"):
        line = f'schedule: "{schedule}"' if schedule else ""
        if schedule and schedule.startswith("{"):
            line = f"schedule: {schedule}"
        path = self.params / f"{name}.yml"
        path.write_text(
            f"dealership: {{id: {name}, name: Store {name}}}\nplan_year: 2026\nlanguage: {language}\n"
            f"sources: {{vehicle_sales: s.csv, service_visits: v.csv}}\n{line}\n{more}\n",
            encoding="utf-8",
        )
        return path

    def service(self, **options):
        known = {"grace": 5.0, "watch": 0.1, "jobs": 2, "url": None}
        settings = Settings(
            **{name: options.pop(name, value) for name, value in known.items()},
            zone=options.pop("zone", None),
        )
        self.log = io.StringIO()
        self.runs.ended = False
        self.runs.over.clear()
        options = {"runs": self.runs, "send": lambda outcome, **_: [], "stream": self.log} | options
        named = options.pop("named", None) or sorted(self.params.glob("*.yml"))
        return Service(named, self.output, settings, **options)

    @contextmanager
    def serving(self, *, stop=True, **options):
        service = self.service(**options)
        thread = threading.Thread(target=service.serve)
        thread.start()
        try:
            wait_for(lambda: self.events("planned"))
            yield service
        finally:
            if stop:
                service.stop()
            thread.join(10)
            assert not thread.is_alive(), "the service did not stop"

    @property
    def lines(self):
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def events(self, event):
        return [line for line in self.lines if line["event"] == event]

    @property
    def state(self):
        return json.loads((self.output / ".schedule.json").read_text(encoding="utf-8"))["stores"]

    @property
    def page(self):
        return (self.output / "status.html").read_text(encoding="utf-8")

    def remember(self, **stores):
        self.output.mkdir(exist_ok=True)
        kept = {f"{name}/2026": entry for name, entry in stores.items()}
        text = json.dumps({"schema_version": 1, "stores": kept})
        (self.output / ".schedule.json").write_text(text, encoding="utf-8")


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def wait_for(condition, seconds=8.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)
