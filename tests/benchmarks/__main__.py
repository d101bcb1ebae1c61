"""Every benchmark, one after the other: ``python -m tests.benchmarks``."""

from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        import_module(f"tests.benchmarks.{path.stem}").main()
