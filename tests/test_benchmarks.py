"""What the benchmarks count and keep."""

import subprocess
import sys

import pytest

from tests.benchmarks.kept import keep, kept

_ORPHAN = """
import subprocess, sys, time
from tests.benchmarks.whole_tree import adopt_orphans, tree_usage
burn = "import time; [0 for _ in iter(lambda: time.process_time() < 0.8, False)]"
middle = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {burn!r}])"
adopt_orphans()
subprocess.run([sys.executable, "-c", middle], check=True)
time.sleep(0.1)
print(tree_usage()[0])
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux gives orphans to another than the first process"
)
def test_processes_that_outlive_their_parent_are_counted():
    found = subprocess.run([sys.executable, "-c", _ORPHAN], check=True, capture_output=True, text=True)
    assert float(found.stdout) >= 0.8


def test_figures_are_kept_by_name_and_those_not_measured_stay(tmp_path):
    file = tmp_path / "kept.json"
    assert kept("fleet", file) == {}
    keep("fleet", {"ours": 8.1, "plain": 7.0}, file)
    keep("other", {"ours": 1.0}, file)
    keep("fleet", {"ours": 7.5}, file)
    assert {way: kept("fleet", file)[way] for way in ("ours", "plain")} == {"ours": 7.5, "plain": 7.0}
    assert len(kept("fleet", file)["day"]) == 10
