"""Compare the numbers of two reports: ``python -m tests.same_numbers BEFORE AFTER`` (files or folders of them).

Exits 1, and says which numbers, where a value, an interval's end or a count differs at all, or a number is there
on one side alone. Folders are compared file by file: every ``metrics.json`` below the first must be below the other.
"""

import json
import sys
from pathlib import Path

FIELDS = ("value", "low", "high", "numerator", "denominator")


def numbers(path: Path) -> dict[str, tuple]:
    """The numbers of a metrics.json by metric, period and group."""
    rows = json.loads(path.read_text(encoding="utf-8"))["metrics"]
    return {
        json.dumps([row["metric"], row["period"], row["group"]], ensure_ascii=False, sort_keys=True): tuple(
            row[field] for field in FIELDS
        )
        for row in rows
    }


def differences(before: Path, after: Path) -> list[str]:
    """A line for each number that is not the same in both files."""
    old, new = numbers(before), numbers(after)
    lines = [f"gone: {key}" for key in old.keys() - new.keys()]
    lines += [f"new: {key}" for key in new.keys() - old.keys()]
    lines += [f"{key}: {old[key]} -> {new[key]}" for key in old.keys() & new.keys() if old[key] != new[key]]
    return sorted(lines)


def main(before: str, after: str) -> int:
    """Compare, print, and return the exit code."""
    first, second = Path(before), Path(after)
    files = sorted(first.rglob("metrics.json")) if first.is_dir() else [first]
    pairs = [(file, second / file.relative_to(first) if first.is_dir() else second) for file in files]
    pairs = [(old, new) for old, new in pairs if ".cache" not in old.parts]
    found = 0
    for old, new in pairs:
        lines = differences(old, new) if new.exists() else [f"there is no {new}"]
        found += len(lines)
        print(f"{old}: {len(numbers(old))} numbers, {len(lines)} different")
        print(*(f"  {line}" for line in lines[:20]), *(["  …"] if len(lines) > 20 else []), sep="\n", end="")
        print()
    return 1 if found or not pairs else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
