"""``python -m tests.audit``, in the environment of ``make audit``: weak code, hashes and known weaknesses of packages.

Bandit reads the package; ``requirements.hashes`` is held against ``requirements.lock``; pip-audit asks for weaknesses
known of the locked packages, and where it reaches no data that is said. Exit code 1 where anything is found.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
LOCK, HASHES = HOME / "requirements.lock", HOME / "requirements.hashes"


def weak_code() -> list[str]:
    """What bandit finds in the package, a line each; rules that are left out stand in ``pyproject.toml``."""
    form = "{relpath}:{line}: {test_id} {msg}"
    command = ["-q", "-r", "csanalysis", "-c", "pyproject.toml", "-f", "custom", "--msg-template", form]
    return _said("bandit", *command).splitlines()


def versions(path: Path) -> dict[str, str]:
    """Version by package of a file of ``name==version`` lines."""
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def hashes_that_do_not_fit(lock: dict[str, str], hashed: dict[str, str]) -> list[str]:
    """Packages that the two files have in different versions; either has some that the other has no need of."""
    return [
        f"requirements.hashes: {name} {version}, locked is {lock[name]}; run make hashes"
        for name, version in hashed.items()
        if lock.get(name, version) != version
    ]


def known_weaknesses(told: str) -> tuple[list[str], str]:
    """A line for each weakness in what pip-audit told as JSON, and how many packages it knew of how many."""
    packages = json.loads(told)["dependencies"]
    known = [each for each in packages if "skip_reason" not in each]
    lines = [
        f"{each['name']} {each['version']}: {weak['id']}, mended in {', '.join(weak['fix_versions']) or 'none'}"
        for each in known
        for weak in each["vulns"]
    ]
    return lines, f"pip-audit had data on {len(known)} of {len(packages)} packages"


def _said(tool: str, *arguments: str) -> str:
    command = [str(TOOLS / tool), *arguments]
    return subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, text=True, check=False).stdout


def main() -> int:
    """Look, and print a line for each finding."""
    asked = ["-r", str(LOCK), "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    weaknesses, reach = known_weaknesses(_said("pip-audit", *asked) or '{"dependencies": []}')
    unfit = hashes_that_do_not_fit(versions(LOCK), versions(HASHES))
    found = [*weak_code(), *unfit, *weaknesses]
    print("\n".join([*found, reach, f"{len(found)} findings"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
