"""A Prefect flow: a task a store of the group, then the group's report of those that were made."""

import subprocess
from pathlib import Path

from prefect import flow, task

HOME = Path("/srv")
GROUP = "params/group.yml"
COMMAND = "csanalysis"


def csanalysis(*arguments: str) -> None:
    """Run the command; whatever is not made raises."""
    subprocess.run([COMMAND, *arguments], cwd=HOME, check=True)  # noqa: S603  # a list


@task(retries=2, retry_delay_seconds=300)
def report(params_file: str) -> None:
    """One store's plan."""
    csanalysis("run", params_file, "--deliver")


@flow
def plans() -> None:
    """The plans of all stores, each a task of its own."""
    from csanalysis.params.group import stores_named

    files = [str(path.relative_to(HOME)) for path in stores_named([HOME / GROUP])]
    made = report.map(files)
    made.wait()  # also for those that failed: the group's report is of the others
    csanalysis("network", GROUP)


if __name__ == "__main__":
    plans.serve(name="plans", cron="0 6 2 * *")
