"""An Airflow DAG: a task a store of the group, then the group's report of those that were made."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from airflow.exceptions import AirflowFailException
from airflow.sdk import dag, task

HOME = Path("/srv")
GROUP = "params/group.yml"
COMMAND = "csanalysis"


def csanalysis(*arguments: str) -> None:
    """Run the command; bad usage and bad data (2) are not tried again, the rest is."""
    code = subprocess.run([COMMAND, *arguments], cwd=HOME, check=False).returncode  # noqa: S603  # a list
    if code == 2:
        raise AirflowFailException("see the log: params or exports have to be mended")
    if code:
        raise RuntimeError(f"csanalysis ended with {code}")


@dag(schedule="0 6 2 * *", start_date=datetime(2026, 1, 1), catchup=False, max_active_tasks=8)
def plans() -> None:
    """The plans of all stores on the second of each month."""

    @task
    def stores() -> list[str]:
        from csanalysis.params.group import stores_named

        return [str(path.relative_to(HOME)) for path in stores_named([HOME / GROUP])]

    @task(retries=2, retry_delay=timedelta(minutes=5))
    def report(params_file: str) -> None:
        csanalysis("run", params_file, "--deliver")

    @task(trigger_rule="all_done")
    def network() -> None:
        csanalysis("network", GROUP)

    report.expand(params_file=stores()) >> network()


plans()
